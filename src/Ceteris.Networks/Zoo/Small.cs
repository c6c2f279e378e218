namespace Ceteris.Networks;

public static partial class Zoo
{
    /// <summary>
    /// BASE of the first article: conv 5×5 (20), max pool 2, conv 5×5 (50), max pool 2, linear 500, ReLU, linear.
    /// [N, 1, 28, 28] → [N, classes]. With batch norm after both convolutions (before pooling) and after fc1 (before
    /// ReLU); with dropout after fc1's ReLU or, as the article has it, after fc2, on the outputs.
    /// </summary>
    public static Layer Base(int classes = 10, bool batchNorm = false, double dropout = 0,
        bool dropoutOnOutputs = false)
    {
        Layer Norm(string name) => (name, batchNorm ? new BatchNorm() : new Identity());
        Layer Drop(int i, bool here) => ($"dropout{i}", here && dropout > 0 ? new Dropout(dropout) : new Identity());
        return
        [
            ("conv1", new Conv2d(20, 5)), Norm("bn1"), ("pool1", new MaxPool2d(2)),
            ("conv2", new Conv2d(50, 5)), Norm("bn2"), ("pool2", new MaxPool2d(2)),
            ("flatten", new Flatten()),
            ("fc1", new Linear(500)), Norm("bn3"), ("relu", Activation.Relu), Drop(1, !dropoutOnOutputs),
            ("fc2", new Linear(classes)), Drop(2, dropoutOnOutputs),
        ];
    }

    /// <summary>
    /// SK of the first article: stacked 3×3 convolutions with batch norm; 20·width and 50·width channels, cut to whole
    /// numbers.   [N, 1, 28, 28] → [N, classes]. What it changes against BASE with batch norm can be taken back one by
    /// one: 5×5 instead of two 3×3 before the first pool, 5×5 instead of 3×3 before the second, the activations before
    /// the first pool, the units of fc1. All four taken back, it is BASE with batch norm.
    /// </summary>
    public static Layer Sk(int classes = 10, double width = 1, Layer? activation = null, bool first5 = false,
        bool second5 = false, bool firstActivation = true, int units = 500)
    {
        int few = (int)(20 * width), many = (int)(50 * width);
        if (few < 1)
            throw new SettingException($"expected a width that leaves a channel of 20, got {width}");
        Layer Act(string name, bool here = true) =>
            (name, here ? activation ?? Activation.Relu : new Identity());
        Layer[] Stage(int i, int window) =>
        [
            ($"conv1_{i}", new Conv2d(few, window)), ($"bn1_{i}", new BatchNorm()), Act($"act1_{i}", firstActivation),
        ];
        return
        [
            .. Stage(1, first5 ? 5 : 3), .. first5 ? [] : Stage(2, 3), ("pool1", new MaxPool2d(2)),
            ("conv2", new Conv2d(many, second5 ? 5 : 3)), ("bn2", new BatchNorm()), ("pool2", new MaxPool2d(2)),
            ("flatten", new Flatten()),
            ("fc1", new Linear(units)), ("bn3", new BatchNorm()), Act("act3"),
            ("fc2", new Linear(classes)),
        ];
    }

    /// <summary>
    /// Linear layers fc1, fc2, … with an activation between; batch norm before it, dropout after it.   [N, …] →
    /// [N, classes]
    /// </summary>
    public static Layer Mlp(int classes, IReadOnlyList<int> hidden, Layer activation, bool batchNorm = false,
        double dropout = 0)
    {
        var layers = new List<Layer> { ("flatten", new Flatten()) };
        for (int i = 1; i <= hidden.Count; i++)
        {
            layers.Add(($"fc{i}", new Linear(hidden[i - 1])));
            if (batchNorm)
                layers.Add(($"bn{i}", new BatchNorm()));
            layers.Add(($"act{i}", activation));
            if (dropout > 0)
                layers.Add(($"dropout{i}", new Dropout(dropout)));
        }
        return [.. layers, ($"fc{hidden.Count + 1}", new Linear(classes))];
    }

    /// <summary>
    /// The convolutional net of the third article with as many weights as 784–8–8–10: 6,422.   [N, 1, 28, 28] →
    /// [N, classes]
    /// </summary>
    public static Layer Cnn6(int classes = 10) =>
    [
        ("conv1", new Conv2d(6, 5)), ("relu1", Activation.Relu), ("pool1", new MaxPool2d(2)),
        ("conv2", new Conv2d(6, 5)), ("relu2", Activation.Relu), ("pool2", new MaxPool2d(2)),
        ("flatten", new Flatten()), ("fc1", new Linear(50)), ("relu3", Activation.Relu), ("fc2", new Linear(classes)),
    ];

    /// <summary>
    /// LeNet-5 (LeCun et al. 1998): conv 5×5 (6), pool, conv 5×5 (16), pool, 120, 84, classes; a normalisation bn1 …
    /// bn4 before each activation.
    /// </summary>
    public static Layer LeNet(int classes, Layer activation, bool maxPool, int padding, Layer norm)
    {
        Layer Norm(int i) => ($"bn{i}", norm);
        Layer Act(int i) => ($"act{i}", activation);
        Layer Pool(int i) => ($"pool{i}", maxPool ? new MaxPool2d(2) : new AvgPool2d(2));
        return
        [
            ("conv1", new Conv2d(6, 5, Padding: padding)), Norm(1), Act(1), Pool(1),
            ("conv2", new Conv2d(16, 5)), Norm(2), Act(2), Pool(2),
            ("flatten", new Flatten()),
            ("fc1", new Linear(120)), Norm(3), Act(3),
            ("fc2", new Linear(84)), Norm(4), Act(4),
            ("fc3", new Linear(classes)),
        ];
    }
}
