namespace Ceteris.Networks;

public static partial class Zoo
{
    /// <summary>
    /// BASE of the first article: conv 5×5 (20), max pool 2, conv 5×5 (50), max pool 2, linear 500, ReLU, linear.   [N, 1, 28, 28] →
    /// [N, classes]. With batch norm after both convolutions (before pooling) and after fc1 (before ReLU); with dropout after fc1's ReLU or,
    /// as the article has it, after fc2, on the outputs.
    /// </summary>
    public static Layer Base(int classes = 10, bool batchNorm = false, double dropout = 0, bool dropoutOnOutputs = false)
    {
        Layer Norm(string name) => (name, batchNorm ? new BatchNorm() : new Identity());
        Layer drop = ("dropout", dropout > 0 ? new Dropout(dropout) : new Identity());
        return
        [
            ("conv1", new Conv2d(20, 5)), Norm("bn1"), ("pool1", new MaxPool2d(2)),
            ("conv2", new Conv2d(50, 5)), Norm("bn2"), ("pool2", new MaxPool2d(2)),
            ("flatten", new Flatten()),
            ("fc1", new Linear(500)), Norm("bn3"), ("relu", Activation.Relu),
            .. dropoutOnOutputs ? (ReadOnlySpan<Layer>)[] : [drop],
            ("fc2", new Linear(classes)),
            .. dropoutOnOutputs ? (ReadOnlySpan<Layer>)[drop] : [],
        ];
    }
}
