using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class RowWinogradTests
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
                RowWinograd.Forward(test.Shape, x, w, y, groupFrom, groupTo, from, to, test.Scratch);
        }
        float[] expected = new float[test.Y.Elements];
        RowWinogradDefinition.Forward(
            test.Settings, test.Plain(x, test.X), test.X, w.Span, test.W, expected, test.Y, 0, test.Samples);
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
                RowWinograd.InputGradient(test.Shape, w, dy, dx, groupFrom, groupTo, from, to, test.Scratch);
        }
        float[] expected = new float[test.X.Elements];
        RowWinogradDefinition.InputGradient(
            test.Settings, test.Plain(dy, test.Y), test.Y, w.Span, test.W, expected, test.X, 0, test.Samples);
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
                RowWinograd.WeightGradient(
                    test.Shape, x, dy, dw, filterFrom, filterTo, from, to, groupFrom, groupTo, test.Scratch);
            }
        }
        float[] plainX = test.Plain(x, test.X), plainDy = test.Plain(dy, test.Y);
        float[] window = new float[test.W[2] * test.W[3]];
        int channels = test.Shape.Channels, pairs = channels * test.Shape.Filters, step = 1 + (pairs / 50);
        for (int pair = 0; pair < pairs; pair += step)
        {
            RowWinogradDefinition.WindowGradient(test.Settings, plainX, test.X, plainDy, test.Y, test.W,
                pair / channels, pair % channels, groupFrom, groupTo, window);
            KernelData.Same(window, dw.Span.Slice(pair * window.Length, window.Length),
                $"{test}, pair {pair}, groups {groupFrom}..{groupTo}");
        }
        test.Data.CheckCanaries();
    }

    /// <summary>
    /// Against the sums in double precision: two to three times the error of the direct way.
    /// </summary>
    [Theory]
    [InlineData(20, 50, 12, 5, 0)]
    [InlineData(20, 20, 26, 3, 0)]
    [InlineData(64, 70, 9, 5, 2)]
    [InlineData(130, 70, 13, 3, 1)]
    public void ErrorIsSmall(int channels, int filters, int size, int window, int padding)
    {
        KernelData data = new(7);
        ConvShape shape = new(channels, size, size, filters, (window, window), padding: (padding, padding));
        Floats x = data.Floats(shape.InputLength, () => data.Next(-1000, 1000) / 1000f);
        Floats w = data.Floats(shape.WeightLength, () => data.Next(-1000, 1000) / 1000f);
        Floats y = data.Poisoned(shape.OutputLength), dx = data.Poisoned(shape.InputLength);
        Floats dw = data.Poisoned(shape.WeightLength), scratch = data.Poisoned(RowWinograd.ScratchFloats(shape));
        RowWinograd.Forward(shape, x, w, y, 0, 1, 0, filters, scratch);
        double error = 0, norm = 0;
        int height = shape.OutputHeight, width = shape.OutputWidth;
        for (int i = 0; i < 500; i++)
        {
            (int k, int p, int q) = (data.Next(0, filters - 1), data.Next(0, height - 1), data.Next(0, width - 1));
            double exact = Exact(shape, padding, x.Span, w.Span, k, p, q, i % 16);
            double got = y.Span[(((((k * height) + p) * width) + q) * 16) + (i % 16)];
            error += (got - exact) * (got - exact);
            norm += exact * exact;
        }
        Assert.InRange(Math.Sqrt(error / norm), 0, 2.5e-6);

        // Convolution is bilinear, so its gradients are its adjoints: ⟨y, δ⟩ = ⟨x, dx(δ)⟩ = ⟨w, dw(δ)⟩, here for δ = y.
        RowWinograd.InputGradient(shape, w, y, dx, 0, 1, 0, channels, scratch);
        RowWinograd.WeightGradient(shape, x, y, dw, 0, filters, 0, channels, 0, 1, scratch);
        double square = Dot(y.Span, y.Span);
        Assert.InRange(Dot(x.Span, dx.Span) / square, 1 - 1e-6, 1 + 1e-6);
        Assert.InRange(Dot(w.Span, dw.Span) / square, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void ShapesAreChosenByWhatIsSaved()
    {
        static bool Suits(
            int channels, int filters, int size, int kernel, int padding = 0, int stride = 1, int groups = 1) =>
            RowWinograd.Suits(new(channels, size, size, filters, (kernel, kernel), stride: (stride, stride),
                padding: (padding, padding), groups: groups));
        Assert.True(Suits(20, 50, 12, 5));
        Assert.True(Suits(20, 20, 26, 3));
        Assert.False(Suits(64, 64, 32, 3, padding: 1), "tiles of 4 × 4 save more");
        Assert.False(Suits(1, 20, 28, 5), "one channel");
        Assert.False(Suits(20, 50, 12, 7));
        Assert.False(Suits(20, 50, 12, 5, stride: 2));
        Assert.False(Suits(20, 50, 12, 5, groups: 2));
        Assert.False(Suits(64, 64, 3, 5, padding: 2), "five of eight pixels are padding");
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        ConvShape shape = new(3, 5, 5, 4, (3, 3));
        KernelData data = new(1);
        Floats x = data.Random(shape.InputLength), w = data.Random(shape.WeightLength);
        Floats y = data.Random(shape.OutputLength);
        Floats scratch = data.Random(RowWinograd.ScratchFloats(shape));
        Assert.Throws<ArgumentException>(() => RowWinograd.Forward(shape, y, w, y, 0, 1, 0, 4, scratch));
        Assert.Throws<ArgumentException>(() => RowWinograd.Forward(shape, x, w, y, 0, 1, 0, 4, w));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowWinograd.Forward(shape, x, w, y, 0, 1, 0, 5, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RowWinograd.InputGradient(shape, w, y, x, 0, 2, 0, 3, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RowWinograd.WeightGradient(shape, x, y, w, 0, 4, 0, 4, 0, 1, scratch));
        ConvShape strided = new(3, 5, 5, 4, (3, 3), stride: (1, 2));
        Assert.Throws<ArgumentException>(() => RowWinograd.ScratchFloats(strided));
        Assert.Throws<ArgumentException>(
            () => RowWinograd.Forward(strided, x, w, y.Slice(0, strided.OutputLength), 0, 1, 0, 4, scratch));
        data.CheckCanaries();
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
        int side = shape.KernelWidth, taps = side * side;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int t = 0; t < taps; t++)
            {
                int h = p + (t / side) - padding, v = q + (t % side) - padding;
                double weight = w[(((k * shape.Channels) + c) * taps) + t];
                if (h >= 0 && h < shape.Height && v >= 0 && v < shape.Width)
                    sum += weight * x[(((((c * shape.Height) + h) * shape.Width) + v) * 16) + n];
            }
        }
        return sum;
    }

    /// <summary>
    /// A random shape; now and then one with more channels or larger images, else few and small, so that the definition
    /// is quick. Rows may be strided and dilated, windows of any height.
    /// </summary>
    sealed class Case
    {
        public Case(uint seed)
        {
            Data = new(seed);
            bool large = seed % 8 == 0;
            int channels = large ? Data.Pick(20, 64, 130) : Data.Pick(1, 3, 7, 17);
            int filters = large ? Data.Pick(20, 66, 100) : Data.Pick(1, 2, 6, 16, 19);
            int height = large ? Data.Pick(5, 9) : Data.Pick(1, 2, 4, 5, 8, 14, 40);
            int width = Data.Pick(2, 3, 5, 8, 13, 26);
            bool wide = seed % 8 == 4;
            if (wide)
                (channels, filters, height, width) = (1, 19, 190, 100);
            int window = Data.Pick(3, 5);
            Pair padding = new(Data.Pick(0, 0, 1, 2, 3), Data.Pick(0, 0, 1, 2, 3, 5));
            Pair stride = new(Data.Pick(1, 1, 1, 2, 3), 1), dilation = new(Data.Pick(1, 1, 2), 1);
            if (width + (2 * padding.W) < window)
                padding = padding with { W = window / 2 };
            int most = (height + (2 * padding.H) - 1) / dilation.H + 1;
            int rows = Math.Min(most, Data.Pick(window, window, 1, 2, 4));
            Samples = wide ? Data.Pick(1, 17) : Data.Pick(1, 5, 16, 33, 50, 90);
            Settings = new(stride, padding, dilation);
            Shape = new(channels, height, width, filters, (rows, window), stride: (stride.H, 1),
                padding: (padding.H, padding.W), dilation: (dilation.H, 1));
            Groups = (Samples + 15) / 16;
            X = [Samples, channels, height, width];
            W = [filters, channels, rows, window];
            Y = [Samples, filters, Shape.OutputHeight, Shape.OutputWidth];
            Scratch = Data.Poisoned(RowWinograd.ScratchFloats(Shape));
        }

        public KernelData Data { get; }

        public ConvShape Shape { get; }

        public ConvSettings Settings { get; }

        public Shape X { get; }

        public Shape W { get; }

        public Shape Y { get; }

        public int Samples { get; }

        public int Groups { get; }

        public Floats Scratch { get; }

        public float[] Plain(Floats lanes, Shape shape)
        {
            float[] plain = new float[shape.Elements];
            LaneLayout.ToPlain(lanes.Span, plain, shape[0]);
            return plain;
        }

        public override string ToString() => $"{X} * {W} -> {Y}, {Settings}";
    }
}
