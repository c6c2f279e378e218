using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class MatMulTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 24).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void LanesForwardEqualsReference(uint seed)
    {
        KernelData data = new(seed);
        (int samples, int inputs, int outputs) = Extents(data);
        Floats w = data.Random(outputs * inputs);
        Floats x = data.Lanes(samples, inputs, float.NaN), y = data.Lanes(samples, outputs, float.NaN);
        Check(data, GemmShape.LanesForward(samples, inputs, outputs), w, x, y, outputs, samples, inputs,
            (o, i) => w.Span[o * inputs + i],
            (i, n) => x.Span[Lane(inputs, n, i)],
            (o, n) => Lane(outputs, n, o));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void LanesInputGradientEqualsReference(uint seed)
    {
        KernelData data = new(seed);
        (int samples, int inputs, int outputs) = Extents(data);
        Floats w = data.Random(outputs * inputs);
        Floats dy = data.Lanes(samples, outputs, float.NaN), dx = data.Lanes(samples, inputs, float.NaN);
        Check(data, GemmShape.LanesInputGradient(samples, inputs, outputs), w, dy, dx, inputs, samples, outputs,
            (i, o) => w.Span[o * inputs + i],
            (o, n) => dy.Span[Lane(outputs, n, o)],
            (i, n) => Lane(inputs, n, i));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void WeightGradientEqualsReference(uint seed)
    {
        KernelData data = new(seed);
        (int samples, int inputs, int outputs) = Extents(data);
        samples = data.Pick(samples, 700);
        bool lanes = seed % 2 == 0;
        Floats x = lanes ? data.Lanes(samples, inputs, float.NaN) : data.Random(samples * inputs);
        Floats dy = data.Lanes(samples, outputs, float.NaN), dw = data.Random(outputs * inputs);
        Check(data, GemmShape.WeightGradient(samples, inputs, outputs, lanes), dy, x, dw, outputs, inputs, samples,
            (o, n) => dy.Span[Lane(outputs, n, o)],
            (n, i) => x.Span[lanes ? Lane(inputs, n, i) : n * inputs + i],
            (o, i) => o * inputs + i);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void PlainEqualsReference(uint seed)
    {
        KernelData data = new(seed);
        (int m, int n, int k) = Extents(data);
        bool transpose = data.Next() % 2 == 0;
        Floats a = data.Random(m * k), b = data.Random(k * n), c = data.Random(m * n);
        Check(data, GemmShape.Plain(m, n, k, transpose), a, b, c, m, n, k,
            (i, l) => transpose ? a.Span[l * m + i] : a.Span[i * k + l],
            (l, j) => b.Span[l * n + j],
            (i, j) => i * n + j);
    }

    /// <summary>More of B than stays in cache: its columns are fetched ahead, also behind the last of them.</summary>
    [Theory]
    [InlineData(1_203, 29), InlineData(1_203, 5), InlineData(700, 103)]
    public void StreamedFactorEqualsReference(int samples, int outputs)
    {
        const int inputs = 784;
        KernelData data = new(11);
        GemmShape shape = GemmShape.LanesForward(samples, inputs, outputs);
        Assert.True(shape.IsStreamed && !GemmShape.LanesForward(64, inputs, outputs).IsStreamed);
        Floats w = data.Random(outputs * inputs);
        Floats x = data.Lanes(samples, inputs, float.NaN), y = data.Lanes(samples, outputs, float.NaN);
        Check(data, shape, w, x, y, outputs, samples, inputs,
            (o, i) => w.Span[o * inputs + i],
            (i, n) => x.Span[Lane(inputs, n, i)],
            (o, n) => Lane(outputs, n, o));
    }

    /// <summary>More of A than stays in cache: the other order of passes.</summary>
    [Fact]
    public void LargeFactorEqualsReference()
    {
        const int samples = 70, inputs = 901, outputs = 301;
        KernelData data = new(9);
        Floats w = data.Random(outputs * inputs);
        Floats x = data.Lanes(samples, inputs, 0f), y = data.Lanes(samples, outputs, 0f);
        Check(data, GemmShape.LanesInputGradient(samples, inputs, outputs), w, y, x, inputs, samples, outputs,
            (i, o) => w.Span[o * inputs + i],
            (o, n) => y.Span[Lane(outputs, n, o)],
            (i, n) => Lane(inputs, n, i));
        Check(data, GemmShape.LanesForward(samples, inputs, outputs), w, x, y, outputs, samples, inputs,
            (o, i) => w.Span[o * inputs + i],
            (i, n) => x.Span[Lane(inputs, n, i)],
            (o, n) => Lane(outputs, n, o));
    }

    [Fact]
    public void WrongLengthsAndRangesAreRefused()
    {
        KernelData data = new(1);
        GemmShape shape = GemmShape.Plain(3, 5, 7);
        Floats a = data.Random(21), b = data.Random(35), c = data.Random(15);
        Assert.Throws<ArgumentException>(() => Gemm.Run(shape, data.Random(20), b, c));
        Assert.Throws<ArgumentException>(() => Gemm.Run(shape, a, data.Random(36), c));
        Assert.Throws<ArgumentException>(() => Gemm.Run(shape, a, b, data.Random(14)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Run(shape, a, b, c, 0, 4, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Run(shape, a, b, c, 0, 3, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Run(shape, a, b, c, 2, 1, 0, 1));
        Assert.Throws<ArgumentException>(() => GemmShape.Plain(0, 1, 1));
        data.CheckCanaries();
    }

    static (int, int, int) Extents(KernelData data) =>
        (data.Pick(1, 5, 16, 17, 40, 77, 130), data.Pick(1, 3, 13, 16, 50, 67, 300), data.Pick(1, 2, 6, 7, 10, 23, 50));

    static int Lane(int features, int sample, int feature) => (sample / 16 * features + feature) * 16 + sample % 16;

    /// <summary>
    /// All elements, accumulated or not, whatever the cut; what is outside the ranges and beyond the samples stays.
    /// </summary>
    static void Check(
        KernelData data, GemmShape shape, Floats a, Floats b, Floats c, int rows, int columns, int contraction,
        Func<int, int, float> left, Func<int, int, float> right, Func<int, int, int> place)
    {
        bool accumulate = data.Next() % 2 == 0;
        float[] before = c.Span.ToArray();
        float[,] expected = ReferenceMatMul.Run(
            rows, columns, contraction, left, right, (m, n) => accumulate ? before[place(m, n)] : 0f);
        foreach ((int rowFrom, int rowTo) in data.Cuts(shape.Rows))
        {
            foreach ((int columnFrom, int columnTo) in data.Cuts(shape.Columns))
                Gemm.Run(shape, a, b, c, rowFrom, rowTo, columnFrom, columnTo, accumulate);
        }
        for (int m = 0; m < rows; m++)
        {
            for (int n = 0; n < columns; n++)
                KernelData.Same([expected[m, n]], [c.Span[place(m, n)]], $"{shape}, {accumulate} at {m}, {n}");
        }
        data.CheckCanaries();
    }
}
