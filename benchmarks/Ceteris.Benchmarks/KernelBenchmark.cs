using System.Globalization;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>
/// The dense kernels on one thread, in GFLOP/s and as a share of what multiply-adds in registers reach in the same run.
/// </summary>
/// <remarks>Operations are counted nominally: 2 per weight and output, those on padding too.</remarks>
static class KernelBenchmark
{
    static readonly List<NativeBuffer> buffers = [];

    public static void Run(string[] only)
    {
        Print("multiply-adds in registers", "peak", FmaPeak.Run, FmaPeak.Operations);
        foreach ((string name, Action run) in Cases())
        {
            if (only.Length == 0 || only.Any(part => name.Contains(part, StringComparison.Ordinal)))
                run();
            foreach (NativeBuffer buffer in buffers)
                buffer.Dispose();
            buffers.Clear();
        }
    }

    static IEnumerable<(string, Action)> Cases()
    {
        yield return Dense("fc 800→500, 64 samples", 800, 500, 64);
        yield return Dense("fc 784→100, 60000 samples", 784, 100, 60_000);
        yield return Conv("conv 5×5 1→20, 28², 64 samples", new(1, 28, 28, 20, (5, 5)), 64);
        yield return Conv("conv 5×5 20→50, 12², 64 samples", new(20, 12, 12, 50, (5, 5)), 64);
        yield return Conv("conv 3×3 20→20, 26², 64 samples", new(20, 26, 26, 20, (3, 3)), 64);
        yield return Conv("conv 3×3 3→64, 32² pad 1, 64 samples", new(3, 32, 32, 64, (3, 3), padding: (1, 1)), 64);
        yield return Conv("conv 3×3 64→64, 32² pad 1, 128 samples", new(64, 32, 32, 64, (3, 3), padding: (1, 1)), 128);
        yield return Conv("conv 3×3 64→128, 32² pad 1 stride 2, 128 samples",
            new(64, 32, 32, 128, (3, 3), stride: (2, 2), padding: (1, 1)), 128);
        yield return Conv("conv 1×1 64→128, 32² stride 2, 128 samples",
            new(64, 32, 32, 128, (1, 1), stride: (2, 2)), 128);
        yield return Conv("conv 3×3 128→128, 16² pad 1, 128 samples",
            new(128, 16, 16, 128, (3, 3), padding: (1, 1)), 128);
        yield return Conv("conv 3×3 256→256, 8² pad 1, 128 samples", new(256, 8, 8, 256, (3, 3), padding: (1, 1)), 128);
        yield return Conv("conv 3×3 512→512, 4² pad 1, 128 samples", new(512, 4, 4, 512, (3, 3), padding: (1, 1)), 128);
        yield return Memory("pool 2×2 20×24², 16 samples", PoolShape.Windows(20, 24, 24, (2, 2)), 1);
        yield return Lanes("layout 60000 × 784", 60_000, 784);
    }

    static (string, Action) Dense(string name, int inputs, int outputs, int samples) => (name, () =>
    {
        int groups = (samples + 15) / 16;
        double flop = 2.0 * inputs * outputs * samples;
        Floats w = Random((long)inputs * outputs);
        Floats x = Random((long)groups * 16 * inputs), y = Random((long)groups * 16 * outputs);
        GemmShape forward = GemmShape.LanesForward(samples, inputs, outputs);
        GemmShape dx = GemmShape.LanesInputGradient(samples, inputs, outputs);
        GemmShape dw = GemmShape.WeightGradient(samples, inputs, outputs);
        Print(name, "fwd", () => Gemm.Run(forward, w, x, y), flop);
        Print(name, "dx", () => Gemm.Run(dx, w, y, x), flop);
        Print(name, "dw", () => Gemm.Run(dw, y, x.Slice(0, (long)samples * inputs), w), flop);
    }
    );

    static (string, Action) Conv(string name, ConvShape shape, int samples) => (name, () =>
    {
        int groups = (samples + 15) / 16;
        double flop = 2.0 * shape.WeightLength * shape.OutputHeight * shape.OutputWidth * samples;
        (long input, long output) = (shape.InputLength, shape.OutputLength);
        Floats w = Random(shape.WeightLength), x = Random(groups * input), y = Random(groups * output);
        Floats scratch = Random(Convolution.WeightGradientScratch(shape));
        Print(name, "fwd", () =>
        {
            for (int g = 0; g < groups; g++)
                Convolution.Forward(shape, Group(x, g, input), w, Group(y, g, output), 0, shape.Filters);
        }, flop);
        Print(name, "dx", () =>
        {
            for (int g = 0; g < groups; g++)
                Convolution.InputGradient(shape, w, Group(y, g, output), Group(x, g, input), 0, shape.Channels);
        }, flop);
        Print(name, "dw", () => Convolution.WeightGradient(shape, x, y, w, 0, shape.Filters, 0, groups, scratch), flop);
        if (!Winograd.Suits(shape))
            return;
        Floats blocks = Random(Winograd.ScratchFloats);
        Print(name, "fwd Winograd", () => Winograd.Forward(shape, x, w, y, 0, groups, 0, shape.Filters, blocks), flop);
        Print(name, "dx Winograd",
            () => Winograd.InputGradient(shape, w, y, x, 0, groups, 0, shape.Channels, blocks), flop);
        Print(name, "dw Winograd",
            () => Winograd.WeightGradient(shape, x, y, w, 0, shape.Filters, 0, shape.Channels, 0, groups, blocks), flop);
    }
    );

    static (string, Action) Memory(string name, PoolShape shape, int groups) => (name, () =>
    {
        Floats x = Random(groups * shape.InputLength), y = Random(groups * shape.OutputLength);
        Floats dx = Random(shape.InputLength);
        int channels = shape.Channels;
        double bytes = 4.0 * (x.Length + y.Length);
        void Each(Action<Floats, Floats> run)
        {
            for (int g = 0; g < groups; g++)
                run(Group(x, g, shape.InputLength), Group(y, g, shape.OutputLength));
        }
        Print(name, "max GB/s", () => Each((x, y) => MaxPool.Forward(shape, x, y, 0, channels)), bytes);
        Print(name, "max dx GB/s", () => Each((x, y) => MaxPool.InputGradient(shape, y, y, dx, 0, channels)),
            bytes + 4.0 * x.Length);
        Print(name, "mean GB/s", () => Each((x, y) => AveragePool.Forward(shape, x, y, 0, channels)), bytes);
        Print(name, "mean dx GB/s", () => Each((x, y) => AveragePool.InputGradient(shape, y, dx, 0, channels)), bytes);
    }
    );

    static (string, Action) Lanes(string name, int samples, int features) => (name, () =>
    {
        int groups = (samples + 15) / 16;
        Floats plain = Random((long)samples * features), lanes = Random((long)groups * 16 * features);
        double bytes = 8.0 * plain.Length;
        Print(name, "to lanes GB/s", () => Transposition.ToLanes(plain, lanes, samples, features, 0, groups), bytes);
        Print(name, "from lanes GB/s",
            () => Transposition.FromLanes(lanes, plain, samples, features, 0, groups), bytes);
    }
    );

    static void Print(string name, string kernel, Action work, double units)
    {
        Rate rate = Rate.Of(work, units);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name + ", " + kernel,-52} {rate.Best,7:F1} best {rate.Median,7:F1} median {rate.Share,6:P0} of peak"));
    }

    static Floats Group(Floats all, int group, long length) => all.Slice(group * length, length);

    static Floats Random(long length)
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
