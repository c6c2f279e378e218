namespace Ceteris.Networks;

public static partial class Zoo
{
    /// <summary>
    /// The simplified VGG of the third article: 3×3 convolutions with batch norm and ReLU — 64 M 128 M 256 256 M 512
    /// 512 M 512 512 M, M a max pool — and one linear layer; without the last pool it has four times the inputs.
    /// [N, 3, 32, 32] → [N, classes]
    /// </summary>
    public static Layer Vgg(int classes = 10, bool lastPool = true, int divisor = 1)
    {
        int[] plan = [64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0];
        var features = Features(lastPool ? plan : plan[..^1], divisor);
        return [("features", features), ("flatten", new Flatten()), ("classifier", new Linear(classes))];
    }

    /// <summary>torchvision's vgg16_bn (Simonyan and Zisserman 2014).   [N, 3, H, W] → [N, classes]</summary>
    public static Layer TorchvisionVgg16(int classes = 1000, double dropout = 0.5) =>
    [
        ("features", Features([64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0], 1)),
        ("avgpool", new AdaptiveAvgPool2d(7)), ("flatten", new Flatten()),
        new Named("classifier",
        [
            new Linear(4096), Activation.Relu, new Dropout(dropout),
            new Linear(4096), Activation.Relu, new Dropout(dropout),
            new Linear(classes),
        ]),
    ];

    /// <summary>torchvision's alexnet (Krizhevsky 2014).   [N, 3, 224, 224] → [N, classes]</summary>
    public static Layer TorchvisionAlexNet(int classes = 1000, double dropout = 0.5) =>
    [
        new Named("features",
        [
            new Conv2d(64, 11, 4, 2), Activation.Relu, new MaxPool2d(3, 2),
            new Conv2d(192, 5, Padding: 2), Activation.Relu, new MaxPool2d(3, 2),
            new Conv2d(384, 3, Padding: 1), Activation.Relu,
            new Conv2d(256, 3, Padding: 1), Activation.Relu,
            new Conv2d(256, 3, Padding: 1), Activation.Relu, new MaxPool2d(3, 2),
        ]),
        ("avgpool", new AdaptiveAvgPool2d(6)), ("flatten", new Flatten()),
        new Named("classifier",
        [
            new Dropout(dropout), new Linear(4096), Activation.Relu,
            new Dropout(dropout), new Linear(4096), Activation.Relu,
            new Linear(classes),
        ]),
    ];

    /// <summary>
    /// A 3×3 convolution with batch norm and ReLU for each number of channels, a max pool for each 0.
    /// </summary>
    static Layer Features(ReadOnlySpan<int> plan, int divisor)
    {
        var layers = new List<Layer>();
        foreach (int channels in plan)
        {
            if (channels == 0)
                layers.Add(new MaxPool2d(2));
            else
                layers.AddRange([Conv(channels), new BatchNorm(), Activation.Relu]);
        }
        return [.. layers];

        Layer Conv(int channels) => new Conv2d(Math.Max(1, channels / divisor), 3, Padding: 1);
    }
}
