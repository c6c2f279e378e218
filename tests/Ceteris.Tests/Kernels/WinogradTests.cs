using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class WinogradTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 40).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void ForwardEqualsDefinition(uint seed)
    {
        Case test = new(seed);
        Floats x = test.Data.Lanes(test.Samples, (int)(test.Shape.InputLength / 16), float.NaN);
        Floats w = test.Data.Random(test.Shape.WeightLength);
        Floats y = test.Data.Poisoned(test.Groups * test.Shape.OutputLength);
        foreach ((int groupFrom, int groupTo) in test.Data.Cuts(test.Groups))
        {
            foreach ((int from, int to) in test.Data.Cuts(test.Shape.Filters))
                Winograd.Forward(test.Shape, x, w, y, groupFrom, groupTo, from, to, test.Scratch);
        }
        float[] expected = new float[test.Y.Elements];
        WinogradDefinition.Correlate(test.Plain(x, test.X), test.X, expected, test.Y, -test.Padding,
            WinogradDefinition.Windows(w.Span, test.W, turned: false), 0, test.Samples);
        KernelData.Same(expected, test.Plain(y, test.Y), $"{test}");
        test.Data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void InputGradientEqualsDefinition(uint seed)
    {
        Case test = new(seed);
        Floats dy = test.Data.Lanes(test.Samples, (int)(test.Shape.OutputLength / 16), float.NaN);
        Floats w = test.Data.Random(test.Shape.WeightLength);
        Floats dx = test.Data.Poisoned(test.Groups * test.Shape.InputLength);
        foreach ((int groupFrom, int groupTo) in test.Data.Cuts(test.Groups))
        {
            foreach ((int from, int to) in test.Data.Cuts(test.Shape.Channels))
                Winograd.InputGradient(test.Shape, w, dy, dx, groupFrom, groupTo, from, to, test.Scratch);
        }
        float[] expected = new float[test.X.Elements];
        WinogradDefinition.Correlate(test.Plain(dy, test.Y), test.Y, expected, test.X, test.Padding - 2,
            WinogradDefinition.Windows(w.Span, test.W, turned: true), 0, test.Samples);
        KernelData.Same(expected, test.Plain(dx, test.X), $"{test}");
        test.Data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void WeightGradientEqualsDefinition(uint seed)
    {
        Case test = new(seed);
        Floats x = test.Data.Lanes(test.Samples, (int)(test.Shape.InputLength / 16), 0f);
        Floats dy = test.Data.Lanes(test.Samples, (int)(test.Shape.OutputLength / 16), 0f);
        Floats dw = test.Data.Poisoned(test.Shape.WeightLength);
        int groupFrom = test.Data.Next(0, test.Groups - 1);
        int groupTo = test.Data.Next() % 8 == 0 ? groupFrom : test.Data.Next(groupFrom + 1, test.Groups);
        foreach ((int filterFrom, int filterTo) in test.Data.Cuts(test.Shape.Filters))
        {
            foreach ((int from, int to) in test.Data.Cuts(test.Shape.Channels))
            {
                Winograd.WeightGradient(
                    test.Shape, x, dy, dw, filterFrom, filterTo, from, to, groupFrom, groupTo, test.Scratch);
            }
        }
        float[] plainX = test.Plain(x, test.X), plainDy = test.Plain(dy, test.Y), window = new float[9];
        int channels = test.Shape.Channels, pairs = channels * test.Shape.Filters, step = 1 + (pairs / 150);
        for (int pair = 0; pair < pairs; pair += step)
        {
            WinogradDefinition.WindowGradient(plainX, test.X, plainDy, test.Y, -test.Padding,
                pair / channels, pair % channels, groupFrom, groupTo, window);
            KernelData.Same(window, dw.Span.Slice(pair * 9, 9), $"{test}, pair {pair}, groups {groupFrom}..{groupTo}");
        }
        test.Data.CheckCanaries();
    }

    /// <summary>
    /// Against the sums in double precision: the error is about twice that of the direct way.
    /// </summary>
    [Theory]
    [InlineData(64, 64, 32)]
    [InlineData(130, 70, 9)]
    [InlineData(256, 256, 8)]
    [InlineData(512, 512, 4)]
    public void ErrorIsSmall(int channels, int filters, int size)
    {
        KernelData data = new(7);
        ConvShape shape = new(channels, size, size, filters, (3, 3), padding: (1, 1));
        Floats x = data.Floats(shape.InputLength, () => data.Next(-1000, 1000) / 1000f);
        Floats w = data.Floats(shape.WeightLength, () => data.Next(-1000, 1000) / 1000f);
        Floats y = data.Poisoned(shape.OutputLength), dx = data.Poisoned(shape.InputLength);
        Floats dw = data.Poisoned(shape.WeightLength), scratch = data.Poisoned(Winograd.ScratchFloats);
        Winograd.Forward(shape, x, w, y, 0, 1, 0, filters, scratch);
        double error = 0, norm = 0;
        for (int i = 0; i < 500; i++)
        {
            (int k, int p, int q) = (data.Next(0, filters - 1), data.Next(0, size - 1), data.Next(0, size - 1));
            double exact = Exact(shape, x.Span, w.Span, k, p, q, i % 16);
            double got = y.Span[(((((k * size) + p) * size) + q) * 16) + (i % 16)];
            error += (got - exact) * (got - exact);
            norm += exact * exact;
        }
        Assert.InRange(Math.Sqrt(error / norm), 0, 3e-6);

        // Convolution is bilinear, so its gradients are its adjoints: ⟨y, δ⟩ = ⟨x, dx(δ)⟩ = ⟨w, dw(δ)⟩, here for δ = y.
        Winograd.InputGradient(shape, w, y, dx, 0, 1, 0, channels, scratch);
        Winograd.WeightGradient(shape, x, y, dw, 0, filters, 0, channels, 0, 1, scratch);
        double square = Dot(y.Span, y.Span);
        Assert.InRange(Dot(x.Span, dx.Span) / square, 1 - 1e-6, 1 + 1e-6);
        Assert.InRange(Dot(w.Span, dw.Span) / square, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void ShapesAreChosenByWhatIsSaved()
    {
        static bool Suits(
            int channels, int filters, int size, int padding = 1, int kernel = 3, int stride = 1, int groups = 1) =>
            Winograd.Suits(new(channels, size, size, filters, (kernel, kernel), stride: (stride, stride),
                padding: (padding, padding), groups: groups));
        Assert.All([4, 6, 7, 8, 16, 27, 32, 56], size => Assert.True(Suits(32, 64, size), $"{size}"));
        Assert.All([1, 2, 3, 5], size => Assert.False(Suits(512, 512, size), $"{size}"));
        Assert.True(Suits(64, 130, 9, padding: 0));
        Assert.False(Suits(3, 64, 32));
        Assert.False(Suits(64, 31, 32));
        Assert.False(Suits(64, 64, 32, kernel: 5));
        Assert.False(Suits(64, 64, 32, stride: 2));
        Assert.False(Suits(128, 128, 32, groups: 2));
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        ConvShape shape = new(3, 5, 5, 4, (3, 3));
        KernelData data = new(1);
        Floats x = data.Random(shape.InputLength), w = data.Random(shape.WeightLength);
        Floats y = data.Random(shape.OutputLength);
        Floats scratch = data.Random(Winograd.ScratchFloats);
        Assert.Throws<ArgumentException>(() => Winograd.Forward(shape, y, w, y, 0, 1, 0, 4, scratch));
        Assert.Throws<ArgumentException>(() => Winograd.Forward(shape, x, w, y, 0, 1, 0, 4, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Winograd.Forward(shape, x, w, y, 0, 1, 0, 5, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => Winograd.InputGradient(shape, w, y, x, 0, 2, 0, 3, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Winograd.WeightGradient(shape, x, y, w, 0, 4, 0, 4, 0, 1, scratch));
        ConvShape strided = new(3, 5, 5, 4, (3, 3), stride: (2, 1));
        Assert.Throws<ArgumentException>(
            () => Winograd.Forward(strided, x, w, y.Slice(0, strided.OutputLength), 0, 1, 0, 4, scratch));
        data.CheckCanaries();
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    static double Exact(ConvShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> w, int k, int p, int q, int n)
    {
        double sum = 0;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int t = 0; t < 9; t++)
            {
                int h = p + (t / 3) - 1, v = q + (t % 3) - 1;
                double weight = w[(((k * shape.Channels) + c) * 9) + t];
                if (h >= 0 && h < shape.Height && v >= 0 && v < shape.Width)
                    sum += weight * x[(((((c * shape.Height) + h) * shape.Width) + v) * 16) + n];
            }
        }
        return sum;
    }

    /// <summary>
    /// A random shape; now and then one with more channels than a block, else few, so that the definition is quick.
    /// </summary>
    sealed class Case
    {
        public Case(uint seed)
        {
            Data = new(seed);
            bool large = seed % 8 == 0;
            int channels = large ? Data.Pick(64, 65, 130) : Data.Pick(1, 3, 7, 17, 33);
            int filters = large ? Data.Pick(64, 66, 100) : Data.Pick(1, 2, 6, 16, 19);
            int height = Data.Pick(1, 2, 4, 5, 8), width = large ? 4 : Data.Pick(2, 3, 4, 7, 13);
            Padding = Data.Pick(0, 1, 1, 1, 2, 3);
            if (Math.Min(height, width) + (2 * Padding) < 3)
                Padding = 1;
            Samples = Data.Pick(1, 5, 16, 33, 50);
            Shape = new(channels, height, width, filters, (3, 3), padding: (Padding, Padding));
            Groups = (Samples + 15) / 16;
            X = [Samples, channels, height, width];
            W = [filters, channels, 3, 3];
            Y = [Samples, filters, Shape.OutputHeight, Shape.OutputWidth];
            Scratch = Data.Poisoned(Winograd.ScratchFloats);
        }

        public KernelData Data { get; }

        public ConvShape Shape { get; }

        public Shape X { get; }

        public Shape W { get; }

        public Shape Y { get; }

        public int Padding { get; }

        public int Samples { get; }

        public int Groups { get; }

        public Floats Scratch { get; }

        public float[] Plain(Floats lanes, Shape shape)
        {
            float[] plain = new float[shape.Elements];
            LaneLayout.ToPlain(lanes.Span, plain, shape[0]);
            return plain;
        }

        public override string ToString() => $"{X} -> {Y}, padding {Padding}";
    }
}
