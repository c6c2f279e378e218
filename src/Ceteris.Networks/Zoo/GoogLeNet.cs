namespace Ceteris.Networks;

public static partial class Zoo
{
    /// <summary>
    /// torchvision's googlenet (Szegedy et al. 2014) without auxiliary heads; its "5×5" branch is 3×3, as there.
    /// </summary>
    public static Layer TorchvisionGoogLeNet(int classes = 1000, double dropout = 0.2)
    {
        static Layer Pool(string name, int window) => (name, new MaxPool2d(window, 2, CeilMode: true));
        return
        [
            ("conv1", BasicConv(64, 7, 2, 3)), Pool("maxpool1", 3),
            ("conv2", BasicConv(64, 1)), ("conv3", BasicConv(192, 3, padding: 1)), Pool("maxpool2", 3),
            Inception("3a", 64, 96, 128, 16, 32, 32), Inception("3b", 128, 128, 192, 32, 96, 64), Pool("maxpool3", 3),
            Inception("4a", 192, 96, 208, 16, 48, 64), Inception("4b", 160, 112, 224, 24, 64, 64),
            Inception("4c", 128, 128, 256, 24, 64, 64), Inception("4d", 112, 144, 288, 32, 64, 64),
            Inception("4e", 256, 160, 320, 32, 128, 128), Pool("maxpool4", 2),
            Inception("5a", 256, 160, 320, 32, 128, 128), Inception("5b", 384, 192, 384, 48, 128, 128),
            ("avgpool", new AdaptiveAvgPool2d(1)), ("flatten", new Flatten()), ("dropout", new Dropout(dropout)),
            ("fc", new Linear(classes)),
        ];
    }

    static Layer BasicConv(int channels, int window, int stride = 1, int padding = 0) =>
    [
        ("conv", new Conv2d(channels, window, stride, padding, Bias: false)),
        ("bn", new BatchNorm(Epsilon: 1e-3)),
        ("relu", Activation.Relu),
    ];

    static Layer Inception(string name, int ones, int before3, int threes, int before5, int fives, int pooled) =>
        new Named($"inception{name}", new Concat(
            ("branch1", BasicConv(ones, 1)),
            new Named("branch2", [BasicConv(before3, 1), BasicConv(threes, 3, padding: 1)]),
            new Named("branch3", [BasicConv(before5, 1), BasicConv(fives, 3, padding: 1)]),
            new Named("branch4", [new MaxPool2d(3, 1, 1, CeilMode: true), BasicConv(pooled, 1)])));
}
