using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>
/// A network whose training step, epoch and evaluation are compared. <paramref name="Network"/> is the name in the zoo and in
/// <c>compare_pytorch.py</c>; <paramref name="Images"/> of shape <paramref name="Image"/> are an epoch; <paramref name="Goal"/> is the ratio to
/// PyTorch's faster way that a training step shall reach at least.
/// </summary>
sealed record CompareCase(string Network, string Title, Shape Image, int Images, int Batch, double Goal)
{
    public const int Classes = 10;
    public const double EvaluationGoal = 2;

    public double Rate { get; init; } = 0.01;

    public double Momentum { get; init; } = 0.5;

    /// <summary>How far, relatively, the losses of the two sides may be apart after one and two steps.</summary>
    public double LossTolerance { get; init; } = 1e-3;

    /// <summary>Measured unless networks are asked for by name.</summary>
    public bool ByDefault { get; init; } = true;

    public bool FullBatch => Batch >= Images;

    public Layer Layers()
    {
        var (entry, options) = Zoo.Parse(Network);
        return entry.Build(entry.Complete(options), Classes);
    }

    public static IReadOnlyList<CompareCase> All { get; } =
    [
        new("base", "BASE", [1, 28, 28], 60_000, 64, 3),
        new("base-bn", "BASE-BN", [1, 28, 28], 60_000, 64, 3.5),
        new("sk", "SK", [1, 28, 28], 60_000, 64, 4.5),
        new("sk-0.2", "SK×0.2", [1, 28, 28], 60_000, 64, 4) { ByDefault = false },
        new("mlp-100-30-sigmoid", "MLP 784-100-30-10", [1, 28, 28], 60_000, 60_000, 1.8) { Rate = 0.1, Momentum = 0 },
        new("lenet-bn", "LeNet-BN", [1, 28, 28], 60_000, 256, 4) { ByDefault = false },
        new("resnet18-cifar", "ResNet-18, CIFAR form", [3, 32, 32], 12_800, 128, 2.2) { ByDefault = false },
        new("resnet18-d2l", "ResNet-18, d2l form", [3, 32, 32], 12_800, 128, 1.8)
        {
            // Rounding grows fast here: after two steps PyTorch's float32 is 2.4e-3 away from its own float64.
            ByDefault = false, LossTolerance = 1e-2,
        },
        new("vgg", "simplified VGG", [3, 32, 32], 12_800, 128, 2.2) { ByDefault = false },
    ];

    /// <summary>The case of a name; a name may leave out what follows the first hyphen where that is clear: <c>mlp</c>.</summary>
    public static CompareCase Find(string name) =>
        All.FirstOrDefault(c => c.Network == name)
        ?? (All.Where(c => c.Network.StartsWith(name + "-", StringComparison.Ordinal)).ToList() is [var only] ? only : null)
        ?? throw SettingException.Unknown("network", name, All.Select(c => c.Network));
}

/// <summary>What is timed.</summary>
enum Phase
{
    Train,
    Evaluate,
}
