using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>y from x and w, with a bias or without, for some groups of samples and some filters.</summary>
delegate void ForwardKernel(
    ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int from, int until, Floats scratch,
    Floats bias = default);

/// <summary>dx from w and dy for some groups of samples and some channels.</summary>
delegate void InputGradientKernel(
    ConvShape shape, Floats w, Floats dy, Floats dx, int groupFrom, int groupTo, int from, int until, Floats scratch);

delegate void WeightGradientKernel(
    ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int channelFrom, int channelTo,
    int groupFrom, int groupTo, Floats scratch);

/// <summary>
/// A convolution over random numbers in lanes, its kernels called piece by piece in any order of pieces and compared
/// with a definition over plain memory.
/// </summary>
sealed class ConvolutionCase
{
    readonly KernelData data;
    readonly ConvShape shape;
    readonly int samples, groups;
    readonly Floats scratch;

    public ConvolutionCase(KernelData data, ConvShape shape, ConvSettings settings, int samples, long scratchFloats)
    {
        (this.data, this.shape, this.samples, Settings) = (data, shape, samples, settings);
        groups = (samples + 15) / 16;
        scratch = data.Poisoned(scratchFloats);
        X = [samples, shape.Channels, shape.Height, shape.Width];
        W = [shape.Filters, shape.Channels, shape.KernelHeight, shape.KernelWidth];
        Y = [samples, shape.Filters, shape.OutputHeight, shape.OutputWidth];
    }

    public ConvSettings Settings { get; }

    public Shape X { get; }

    public Shape W { get; }

    public Shape Y { get; }

    public int Samples => samples;

    /// <param name="kernel">Of x and w.</param>
    /// <param name="definition">The same: of x and w, to y.</param>
    public void Forward(ForwardKernel kernel, Action<float[], float[], float[]> definition)
    {
        Floats x = data.Lanes(samples, (int)(shape.InputLength / 16), float.NaN);
        Floats w = data.Random(shape.WeightLength);
        Floats y = data.Poisoned(groups * shape.OutputLength);
        float[] sums = new float[Y.Elements];
        definition(Plain(x, X), w.Span.ToArray(), sums);
        foreach (Floats bias in new[] { default, data.Biases(shape.Filters) })
        {
            foreach ((int groupFrom, int groupTo) in data.Cuts(groups))
            {
                foreach ((int from, int to) in data.Cuts(shape.Filters))
                    kernel(shape, x, w, y, groupFrom, groupTo, from, to, scratch, bias);
            }
            int plane = Y.ElementsFrom(2);
            Compare(y, Y, expected =>
            {
                for (int i = 0; i < expected.Length; i++)
                    expected[i] = bias.Length == 0 ? sums[i] : sums[i] + bias.Span[i / plane % shape.Filters];
            });
        }
    }

    /// <param name="kernel">Of w and dy.</param>
    /// <param name="definition">Of dy and w, to dx.</param>
    public void InputGradient(InputGradientKernel kernel, Action<float[], float[], float[]> definition)
    {
        Floats dy = data.Lanes(samples, (int)(shape.OutputLength / 16), float.NaN);
        Floats w = data.Random(shape.WeightLength);
        Floats dx = data.Poisoned(groups * shape.InputLength);
        foreach ((int groupFrom, int groupTo) in data.Cuts(groups))
        {
            foreach ((int from, int to) in data.Cuts(shape.Channels))
                kernel(shape, w, dy, dx, groupFrom, groupTo, from, to, scratch);
        }
        Compare(dx, X, expected => definition(Plain(dy, Y), w.Span.ToArray(), expected));
    }

    /// <param name="kernel">Of x and dy.</param>
    /// <param name="definition">Of x and dy, filter, channel and groups, to a window.</param>
    /// <param name="most">Windows that are compared; definitions are slow.</param>
    public void WeightGradient(
        WeightGradientKernel kernel, Action<float[], float[], int, int, int, int, float[]> definition, int most)
    {
        Floats x = data.Lanes(samples, (int)(shape.InputLength / 16), 0f);
        Floats dy = data.Lanes(samples, (int)(shape.OutputLength / 16), 0f);
        Floats dw = data.Poisoned(shape.WeightLength);
        int groupFrom = data.Next(0, groups - 1);
        int groupTo = data.Next() % 8 == 0 ? groupFrom : data.Next(groupFrom + 1, groups);
        foreach ((int filterFrom, int filterTo) in data.Cuts(shape.Filters))
        {
            foreach ((int from, int to) in data.Cuts(shape.Channels))
                kernel(shape, x, dy, dw, filterFrom, filterTo, from, to, groupFrom, groupTo, scratch);
        }
        float[] plainX = Plain(x, X), plainDy = Plain(dy, Y), window = new float[shape.Taps];
        int channels = shape.Channels, pairs = channels * shape.Filters, step = 1 + (pairs / most);
        for (int pair = 0; pair < pairs; pair += step)
        {
            definition(plainX, plainDy, pair / channels, pair % channels, groupFrom, groupTo, window);
            KernelData.Same(window, dw.Span.Slice(pair * window.Length, window.Length),
                $"{this}, pair {pair}, groups {groupFrom}..{groupTo}");
        }
        data.CheckCanaries();
    }

    public override string ToString() => $"{X} * {W} -> {Y}, {Settings}";

    void Compare(Floats got, Shape of, Action<float[]> definition)
    {
        float[] expected = new float[of.Elements];
        definition(expected);
        KernelData.Same(expected, Plain(got, of), $"{this}");
        data.CheckCanaries();
    }

    static float[] Plain(Floats lanes, Shape shape)
    {
        float[] plain = new float[shape.Elements];
        LaneLayout.ToPlain(lanes.Span, plain, shape[0]);
        return plain;
    }

    /// <summary>
    /// One group of samples against sums in double precision. Convolution is bilinear, so its gradients are its adjoints:
    /// ⟨y, δ⟩ = ⟨x, dx(δ)⟩ = ⟨w, dw(δ)⟩, here for δ = y.
    /// </summary>
    public static void ErrorIsSmall(
        ConvShape shape, int padding, ForwardKernel forward, InputGradientKernel inputGradient,
        WeightGradientKernel weightGradient, long scratchFloats, double bound)
    {
        KernelData data = new(7);
        Floats x = data.Floats(shape.InputLength, () => data.Next(-1000, 1000) / 1000f);
        Floats w = data.Floats(shape.WeightLength, () => data.Next(-1000, 1000) / 1000f);
        Floats y = data.Poisoned(shape.OutputLength), dx = data.Poisoned(shape.InputLength);
        Floats dw = data.Poisoned(shape.WeightLength), scratch = data.Poisoned(scratchFloats);
        (int filters, int height, int width) = (shape.Filters, shape.OutputHeight, shape.OutputWidth);
        forward(shape, x, w, y, 0, 1, 0, filters, scratch);
        double error = 0, norm = 0;
        for (int i = 0; i < 500; i++)
        {
            (int k, int p, int q) = (data.Next(0, filters - 1), data.Next(0, height - 1), data.Next(0, width - 1));
            double exact = Exact(shape, padding, x.Span, w.Span, k, p, q, i % 16);
            double got = y.Span[(((((k * height) + p) * width) + q) * 16) + (i % 16)];
            error += (got - exact) * (got - exact);
            norm += exact * exact;
        }
        Assert.InRange(Math.Sqrt(error / norm), 0, bound);

        inputGradient(shape, w, y, dx, 0, 1, 0, shape.Channels, scratch);
        weightGradient(shape, x, y, dw, 0, filters, 0, shape.Channels, 0, 1, scratch);
        double square = Dot(y.Span, y.Span);
        Assert.InRange(Dot(x.Span, dx.Span) / square, 1 - 1e-6, 1 + 1e-6);
        Assert.InRange(Dot(w.Span, dw.Span) / square, 1 - 1e-6, 1 + 1e-6);
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    static double Exact(
        ConvShape shape, int padding, ReadOnlySpan<float> x, ReadOnlySpan<float> w, int k, int p, int q, int n)
    {
        double sum = 0;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int t = 0; t < shape.Taps; t++)
            {
                int h = p + (t / shape.KernelWidth) - padding, v = q + (t % shape.KernelWidth) - padding;
                double weight = w[(((k * shape.Channels) + c) * shape.Taps) + t];
                if (h >= 0 && h < shape.Height && v >= 0 && v < shape.Width)
                    sum += weight * x[(((((c * shape.Height) + h) * shape.Width) + v) * 16) + n];
            }
        }
        return sum;
    }
}
