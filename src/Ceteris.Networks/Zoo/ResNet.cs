namespace Ceteris.Networks;

public static partial class Zoo
{
    /// <summary>
    /// ResNet-18 (He et al. 2015) with biased convolutions and a 1×1 convolution conv3 where the shape changes; stem
    /// 3×3/1, or 7×7/2 and 3×3/2 max pool.   [N, 3, H, W] → [N, classes]
    /// </summary>
    public static Layer ResNet18(int classes = 10, bool largeStem = false, int channels = 64)
    {
        static Layer Block(int channels, bool halves) => new Residual(
            Body:
            [
                ("conv1", new Conv2d(channels, 3, halves ? 2 : 1, 1)), ("bn1", new BatchNorm()),
                ("relu1", Activation.Relu),
                ("conv2", new Conv2d(channels, 3, Padding: 1)), ("bn2", new BatchNorm()),
            ],
            Shortcut: halves ? ("conv3", new Conv2d(channels, 1, 2)) : null,
            Activation: Activation.Relu);
        var blocks = Enumerable.Range(0, 8).Select(i => Block(channels << (i / 2), i % 2 == 0 && i > 0));
        return
        [
            ("conv1", largeStem ? new Conv2d(channels, 7, 2, 3) : new Conv2d(channels, 3, 1, 1)),
            ("bn1", new BatchNorm()), ("relu", Activation.Relu),
            ("maxpool", largeStem ? new MaxPool2d(3, 2, 1) : new Identity()),
            new Named("blocks", [.. blocks]),
            ("avgpool", new AdaptiveAvgPool2d(1)), ("flatten", new Flatten()), ("fc", new Linear(classes)),
        ];
    }

    /// <summary>
    /// torchvision's resnet18: convolutions without bias, a convolution and batch norm where the shape changes.
    /// </summary>
    public static Layer TorchvisionResNet18(int classes = 1000)
    {
        static Layer Block(int channels, bool halves) => new Residual(
            Body:
            [
                ("conv1", new Conv2d(channels, 3, halves ? 2 : 1, 1, Bias: false)), ("bn1", new BatchNorm()),
                ("relu", Activation.Relu),
                ("conv2", new Conv2d(channels, 3, Padding: 1, Bias: false)), ("bn2", new BatchNorm()),
            ],
            Shortcut: halves
                ? new Named("downsample", [new Conv2d(channels, 1, 2, Bias: false), new BatchNorm()])
                : null,
            Activation: Activation.Relu);
        static Layer Stage(int i) => new Named($"layer{i}", [Block(32 << i, i > 1), Block(32 << i, false)]);
        return
        [
            ("conv1", new Conv2d(64, 7, 2, 3, Bias: false)), ("bn1", new BatchNorm()), ("relu", Activation.Relu),
            ("maxpool", new MaxPool2d(3, 2, 1)),
            Stage(1), Stage(2), Stage(3), Stage(4),
            ("avgpool", new AdaptiveAvgPool2d(1)), ("flatten", new Flatten()), ("fc", new Linear(classes)),
        ];
    }
}
