using BenchmarkDotNet.Attributes;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Native memory of a benchmark, filled with numbers below ½ in magnitude.</summary>
public abstract class KernelBenchmark
{
    readonly List<NativeBuffer> buffers = [];

    [GlobalCleanup]
    public void Free()
    {
        foreach (NativeBuffer buffer in buffers)
            buffer.Dispose();
        buffers.Clear();
    }

    protected Floats Numbers(long length)
    {
        NativeBuffer buffer = new(length);
        buffers.Add(buffer);
        RandomStream random = new(StreamKey.For(1, "benchmark"));
        Span<float> span = buffer.Span;
        for (int i = 0; i < span.Length; i++)
            span[i] = i < 4096 ? Philox.ToUnit(random.NextUInt32()) - 0.5f : span[i - 4096];
        return buffer.Floats;
    }
}

/// <summary>Convolution and its gradients, directly.</summary>
public class ConvolutionBenchmark : KernelBenchmark
{
    Floats x, w, y, scratch;

    [ParamsSource(nameof(Cases))]
    public ConvolutionCase Case { get; set; } = null!;

    public static IEnumerable<ConvolutionCase> Cases => KernelCases.Convolutions;

    [GlobalSetup]
    public void Allocate()
    {
        (x, y) = (Numbers(Case.Groups * Case.Shape.InputLength), Numbers(Case.Groups * Case.Shape.OutputLength));
        (w, scratch) = (Numbers(Case.Shape.WeightLength), Numbers(Convolution.WeightGradientScratch(Case.Shape)));
    }

    [Benchmark]
    public void Forward() => Convolution.Forward(Case.Shape, x, w, y, 0, Case.Groups, 0, Case.Shape.Filters);

    [Benchmark]
    public void InputGradient() =>
        Convolution.InputGradient(Case.Shape, w, y, x, 0, Case.Groups, 0, Case.Shape.Channels);

    [Benchmark]
    public void WeightGradient() =>
        Convolution.WeightGradient(Case.Shape, x, y, w, 0, Case.Shape.Filters, 0, Case.Groups, scratch);
}

/// <summary>
/// The same by Winograd's algorithm, where the engine takes it; operations are counted as if done directly.
/// </summary>
public class WinogradBenchmark : KernelBenchmark
{
    Floats x, w, y, scratch;

    [ParamsSource(nameof(Cases))]
    public ConvolutionCase Case { get; set; } = null!;

    public static IEnumerable<ConvolutionCase> Cases => KernelCases.Winograds;

    [GlobalSetup]
    public void Allocate()
    {
        (x, y) = (Numbers(Case.Groups * Case.Shape.InputLength), Numbers(Case.Groups * Case.Shape.OutputLength));
        (w, scratch) = (Numbers(Case.Shape.WeightLength), Numbers(Winograd.ScratchFloats));
    }

    [Benchmark]
    public void Forward() => Winograd.Forward(Case.Shape, x, w, y, 0, Case.Groups, 0, Case.Shape.Filters, scratch);

    [Benchmark]
    public void InputGradient() =>
        Winograd.InputGradient(Case.Shape, w, y, x, 0, Case.Groups, 0, Case.Shape.Channels, scratch);

    [Benchmark]
    public void WeightGradient() => Winograd.WeightGradient(
        Case.Shape, x, y, w, 0, Case.Shape.Filters, 0, Case.Shape.Channels, 0, Case.Groups, scratch);
}

/// <summary>Linear layers.</summary>
public class DenseBenchmark : KernelBenchmark
{
    Floats x, plain, w, y;

    [ParamsSource(nameof(Cases))]
    public DenseCase Case { get; set; } = null!;

    public static IEnumerable<DenseCase> Cases => KernelCases.Dense;

    [GlobalSetup]
    public void Allocate()
    {
        long lanes = (Case.Samples + 15) / 16 * 16;
        (x, y) = (Numbers(lanes * Case.Inputs), Numbers(lanes * Case.Outputs));
        (w, plain) = (Numbers((long)Case.Inputs * Case.Outputs), x.Slice(0, (long)Case.Samples * Case.Inputs));
    }

    [Benchmark]
    public void Forward() => Gemm.Run(GemmShape.LanesForward(Case.Samples, Case.Inputs, Case.Outputs), w, x, y);

    [Benchmark]
    public void InputGradient() =>
        Gemm.Run(GemmShape.LanesInputGradient(Case.Samples, Case.Inputs, Case.Outputs), w, y, x);

    [Benchmark]
    public void WeightGradient() =>
        Gemm.Run(GemmShape.WeightGradient(Case.Samples, Case.Inputs, Case.Outputs), y, plain, w);
}

/// <summary>Pools.</summary>
public class PoolBenchmark : KernelBenchmark
{
    Floats x, y, index, dx;

    [ParamsSource(nameof(Cases))]
    public PoolCase Case { get; set; } = null!;

    public static IEnumerable<PoolCase> Cases => KernelCases.Pools;

    [GlobalSetup]
    public void Allocate()
    {
        (x, dx) = (Numbers(Case.Shape.InputLength), Numbers(Case.Shape.InputLength));
        (y, index) = (Numbers(Case.Shape.OutputLength), Numbers(Case.Shape.OutputLength));
        if (Case.IsMaximum)
            MaxPool.Index(Case.Shape, x, index, 0, Case.Shape.Channels);
    }

    [Benchmark]
    public void Forward()
    {
        if (Case.IsMaximum)
            MaxPool.Forward(Case.Shape, x, y, 0, Case.Shape.Channels);
        else
            AveragePool.Forward(Case.Shape, x, y, 0, Case.Shape.Channels);
    }

    [Benchmark]
    public void InputGradient()
    {
        if (Case.IsMaximum)
            MaxPool.InputGradient(Case.Shape, index, y, dx, 0, Case.Shape.Channels);
        else
            AveragePool.InputGradient(Case.Shape, y, dx, 0, Case.Shape.Channels);
    }
}

/// <summary>Ways between layouts.</summary>
public class LayoutBenchmark : KernelBenchmark
{
    Floats plain, lanes;

    [ParamsSource(nameof(Cases))]
    public LayoutCase Case { get; set; } = null!;

    public static IEnumerable<LayoutCase> Cases => KernelCases.Layouts;

    int Groups => (Case.Samples + 15) / 16;

    [GlobalSetup]
    public void Allocate() =>
        (plain, lanes) = (Numbers((long)Case.Samples * Case.Features), Numbers(Groups * 16L * Case.Features));

    [Benchmark]
    public void ToLanes() => Transposition.ToLanes(plain, lanes, Case.Samples, Case.Features, 0, Groups);

    [Benchmark]
    public void FromLanes() => Transposition.FromLanes(lanes, plain, Case.Samples, Case.Features, 0, Groups);
}
