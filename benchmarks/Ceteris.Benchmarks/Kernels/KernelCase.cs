using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>A shape on which kernels are timed, and how much they do: operations or bytes.</summary>
public abstract record KernelCase(string Name, double Amount, string Unit)
{
    internal const string Flop = "FLOP", Bytes = "B";

    /// <summary>Whether it comes first in its network, where nobody asks for the gradient of its input.</summary>
    public bool IsFirst { get; init; }

    public sealed override string ToString() => Name;
}

/// <summary>A convolution on so many groups of 16 samples.</summary>
public sealed record ConvolutionCase(string Name, ConvShape Shape, int Groups) : KernelCase(
    Name, 2.0 * Shape.WeightLength * Shape.OutputHeight * Shape.OutputWidth * 16 * Groups, Flop);

/// <summary>A linear layer on a batch.</summary>
public sealed record DenseCase(string Name, int Inputs, int Outputs, int Samples) : KernelCase(
    Name, 2.0 * Inputs * Outputs * Samples, Flop);

/// <summary>A pool on a group of 16 samples.</summary>
public sealed record PoolCase(string Name, PoolShape Shape, bool IsMaximum) : KernelCase(
    Name, sizeof(float) * (double)(Shape.InputLength + Shape.OutputLength), Bytes);

/// <summary>Samples between the plain layout and lanes.</summary>
public sealed record LayoutCase(string Name, int Samples, int Features) : KernelCase(
    Name, 2.0 * sizeof(float) * Samples * Features, Bytes);

/// <summary>The shapes of the networks that are compared with PyTorch, each once.</summary>
static class KernelCases
{
    public static IReadOnlyList<ConvolutionCase> Convolutions { get; } = Distinct(Conv);

    /// <summary>Those that the engine computes by Winograd's algorithm.</summary>
    public static IEnumerable<ConvolutionCase> Winograds => Convolutions.Where(c => Winograd.Suits(c.Shape));

    public static IReadOnlyList<DenseCase> Dense { get; } = Distinct(Linear);

    public static IReadOnlyList<PoolCase> Pools { get; } = Distinct(Pool);

    public static IReadOnlyList<LayoutCase> Layouts { get; } =
        [new("64 × 784", 64, 784), new("128 × 3072", 128, 3072), new("60000 × 784", 60_000, 784)];

    static IReadOnlyList<T> Distinct<T>(Func<Tensor, T?> caseOf)
        where T : KernelCase =>
    [
        .. Workload.All.SelectMany(Operations).Select(caseOf).OfType<T>().DistinctBy(c => c.Name),
    ];

    static IEnumerable<Tensor> Operations(Workload work)
    {
        var classifier = new Classifier(work.Layers(), work.Image, Workload.Classes);
        return Graph.Order(classifier.Evaluation(work.Batch).Computation.Outputs.Select(output => output.Value));
    }

    static ConvolutionCase? Conv(Tensor y)
    {
        if (y.Op is not Conv2dOp { Settings: var s })
            return null;
        Shape x = y.Inputs[0].Shape, w = y.Inputs[1].Shape;
        var shape = new ConvShape(
            x[1], x[2], x[3], w[0], (w[2], w[3]), (s.Stride.H, s.Stride.W), (s.Padding.H, s.Padding.W),
            (s.Dilation.H, s.Dilation.W), s.Groups);
        int groups = (x[0] + 15) / 16;
        string name = $"{w[2]}×{w[3]}, {x[1]}→{w[0]}, {x[2]}×{x[3]}"
            + $"{(s.Stride.H > 1 ? $", stride {s.Stride}" : "")}{(s.Padding.H > 0 ? $", padding {s.Padding}" : "")}"
            + $", {16 * groups} samples";
        return new(name, shape, groups) { IsFirst = y.Inputs[0].Op is Input };
    }

    static DenseCase? Linear(Tensor y)
    {
        if (y.Op is not MatMul { TransposeA: false } product)
            return null;
        int samples = y.Shape[0], outputs = y.Shape[1], inputs = y.Inputs[0].Shape[1];
        return new($"{inputs}→{outputs}, {samples} samples", inputs, outputs, samples);
    }

    static PoolCase? Pool(Tensor y)
    {
        PoolSettings? s = (y.Op as MaxPool2dOp)?.Settings ?? (y.Op as AvgPool2dOp)?.Settings;
        if (s is null)
            return null;
        Shape x = y.Inputs[0].Shape;
        var shape = PoolShape.Windows(
            x[1], x[2], x[3], (s.Window.H, s.Window.W), (s.Stride.H, s.Stride.W), (s.Padding.H, s.Padding.W),
            s.CeilMode, s.CountIncludePad);
        bool isMaximum = y.Op is MaxPool2dOp;
        string stride = s.Stride == s.Window ? "" : $", stride {s.Stride}";
        string kind = isMaximum ? "maximum" : "mean";
        return new($"{kind} {s.Window.H}×{s.Window.W}{stride}, {x[1]} × {x[2]}×{x[3]}", shape, isMaximum);
    }
}
