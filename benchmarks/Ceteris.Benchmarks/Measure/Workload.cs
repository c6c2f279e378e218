using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>What is timed.</summary>
enum Phase
{
    Train,
    Evaluate,
}

/// <summary>
/// A network at work. <paramref name="Network"/> is its name in the zoo and on PyTorch's side;
/// <paramref name="Images"/> of shape <paramref name="Image"/> are an epoch; <paramref name="Goal"/> is the ratio to
/// PyTorch's faster way that a training step shall reach at least.
/// </summary>
sealed record Workload(string Network, string Title, Shape Image, int Images, int Batch, double Goal = 0)
{
    public const int Classes = 10;
    public const double EvaluationGoal = 2;

    public double Rate { get; init; } = 0.01;

    public double Momentum { get; init; } = 0.5;

    /// <summary>How far, relatively, the losses of the two sides may be apart after an update and more.</summary>
    public double LossTolerance { get; init; } = 1e-3;

    /// <summary>Whether a training step takes seconds.</summary>
    public bool IsSlow { get; init; }

    /// <summary>How many times faster a training step shall be with two threads at least; 0: as it comes.</summary>
    public double ThreadsGoal { get; init; }

    /// <summary>Layers that are in no zoo.</summary>
    public Layer? Custom { get; init; }

    public bool FullBatch => Batch >= Images;

    public Layer Layers()
    {
        if (Custom is not null)
            return Custom;
        var (entry, options) = Zoo.Parse(Network);
        return entry.Build(entry.Complete(options), Classes);
    }

    /// <summary>
    /// Direct multiply-adds of products and convolutions for one image. Training does each of the forward pass three
    /// times, but the first layer has no gradient of its input.
    /// </summary>
    public double MultiplyAdds(Phase phase)
    {
        var description = Description.Of(Layers(), Image);
        double all = description.MultiplyAdds, first = description.Rows.First(r => r.MultiplyAdds > 0).MultiplyAdds;
        return phase == Phase.Train ? 3 * all - first : all;
    }

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("base", "BASE", [1, 28, 28], 60_000, 64, 3),
        new("base-bn", "BASE-BN", [1, 28, 28], 60_000, 64, 3.5),
        new("sk", "SK", [1, 28, 28], 60_000, 64, 4.5) { ThreadsGoal = 1.6 },
        new("sk-0.2", "SK×0.2", [1, 28, 28], 60_000, 64, 4),
        new("mlp-100-30-sigmoid", "MLP 784-100-30-10", [1, 28, 28], 60_000, 60_000, 1.8) { Rate = 0.1, Momentum = 0 },
        new("lenet-bn", "LeNet-BN", [1, 28, 28], 60_000, 256, 4),
        new("resnet18-cifar", "ResNet-18, CIFAR form", [3, 32, 32], 2_560, 128, 2.2)
            { IsSlow = true, ThreadsGoal = 1.8 },
        // Rounding grows fast in the next: after two steps PyTorch's float32 is 2.4e-3 away from its own float64.
        new("resnet18-d2l", "ResNet-18, d2l form", [3, 32, 32], 2_560, 128, 1.8)
            { LossTolerance = 1e-2, ThreadsGoal = 1.8 },
        new("vgg", "simplified VGG", [3, 32, 32], 2_560, 128, 2.2) { IsSlow = true, ThreadsGoal = 1.8 },
    ];

    /// <summary>The workload of a name; a name may leave out what follows the first hyphen where that is clear:
    /// <c>mlp</c>.</summary>
    public static Workload Find(string name) =>
        All.FirstOrDefault(w => w.Network == name)
        ?? (All.Where(w => w.Network.StartsWith(name + "-", StringComparison.Ordinal)).ToList() is [var only]
            ? only : null)
        ?? throw SettingException.Unknown("network", name, All.Select(w => w.Network));
}
