using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class PoolTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 60).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void MaxPoolEqualsReference(uint seed)
    {
        Case test = Case.Random(seed, Few);
        foreach ((int from, int to) in test.Data.Cuts(test.Shape.Channels))
        {
            MaxPool.Forward(test.Shape, test.X, test.Y, from, to);
            MaxPool.Index(test.Shape, test.X, test.Index, from, to);
            MaxPool.InputGradient(test.Shape, test.Index, test.Dy, test.Dx, from, to);
        }
        test.Check((x, oy, ox) => test.Reference.Max(x, oy, ox), test.Reference.MaxGradient);
        Floats y = test.Data.Poisoned(test.Shape.OutputLength), index = test.Data.Poisoned(test.Shape.OutputLength);
        foreach ((int from, int to) in test.Data.Cuts(test.Shape.Channels))
            MaxPool.ForwardAndIndex(test.Shape, test.X, y, index, from, to);
        Assert.Equal(test.Y.Span.ToArray(), y.Span.ToArray());
        Assert.Equal(test.Index.Span.ToArray(), index.Span.ToArray());
        test.Data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void AveragePoolEqualsReference(uint seed)
    {
        Case test = Case.Random(seed, data => data.Value());
        foreach ((int from, int to) in test.Data.Cuts(test.Shape.Channels))
        {
            AveragePool.Forward(test.Shape, test.X, test.Y, from, to);
            AveragePool.InputGradient(test.Shape, test.Dy, test.Dx, from, to);
        }
        test.Check(test.Reference.Average, (_, dy) => test.Reference.AverageGradient(dy));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void AdaptiveAveragePoolEqualsReference(uint seed)
    {
        KernelData data = new(seed);
        (int H, int W) image = (data.Next(1, 9), data.Next(1, 14)), output = (data.Next(1, 9), data.Next(1, 5));
        ReferencePool reference = new(image, (1, 1), (1, 1), (0, 0), false, false);
        PoolShape shape = PoolShape.Adaptive(data.Next(1, 5), image.H, image.W, output);
        Case test = new(data, shape, reference, data => data.Value());
        foreach ((int from, int to) in data.Cuts(test.Shape.Channels))
        {
            AveragePool.Forward(test.Shape, test.X, test.Y, from, to);
            AveragePool.InputGradient(test.Shape, test.Dy, test.Dx, from, to);
        }
        test.Check(
            (x, oy, ox) => ReferencePool.Adaptive(x, output, oy, ox),
            (_, dy) => reference.AdaptiveGradient(dy, output));
    }

    [Fact]
    public void ImpossibleShapesAndWrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => PoolShape.Windows(1, 4, 4, (5, 2)));
        Assert.Throws<ArgumentException>(() => PoolShape.Windows(1, 4, 4, (2, 2), padding: (2, 0)));
        Assert.Throws<ArgumentException>(() => PoolShape.Windows(0, 4, 4, (2, 2)));
        Assert.Throws<ArgumentException>(() => PoolShape.Adaptive(1, 4, 4, (0, 1)));
        KernelData data = new(1);
        PoolShape shape = PoolShape.Windows(2, 4, 4, (2, 2));
        Floats x = data.Random(shape.InputLength), y = data.Random(shape.OutputLength);
        Assert.Throws<ArgumentException>(() => MaxPool.Forward(shape, y, y, 0, 2));
        Assert.Throws<ArgumentException>(() => MaxPool.InputGradient(shape, x, x, x, 0, 2));
        Assert.Throws<ArgumentException>(() => AveragePool.InputGradient(shape, y, y, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => AveragePool.Forward(shape, x, y, 0, 3));
        data.CheckCanaries();
    }

    /// <summary>Few values, so that there are ties; zeros of either sign, infinities and NaN among them.</summary>
    static float Few(KernelData data) =>
        data.Pick(0f, -0f, 1f, 1f, 2f, -1f, -3f, data.Value(), float.NegativeInfinity,
            data.Pick(1f, 2f, float.NaN, float.PositiveInfinity));

    sealed class Case
    {
        public Case(KernelData data, PoolShape shape, ReferencePool reference, Func<KernelData, float> value)
        {
            (Data, Shape, Reference) = (data, shape, reference);
            X = data.Floats(shape.InputLength, () => value(data));
            Y = data.Poisoned(shape.OutputLength);
            Index = data.Poisoned(shape.OutputLength);
            Dy = data.Random(shape.OutputLength);
            Dx = data.Poisoned(shape.InputLength);
        }

        public static Case Random(uint seed, Func<KernelData, float> value)
        {
            KernelData data = new(seed);
            (int Y, int X) kernel = data.Pick((2, 2), (2, 2), (3, 3), (3, 2), (1, 4), (5, 5));
            (int Y, int X) stride = data.Pick((2, 2), (1, 1), (3, 3), (1, 2), kernel);
            (int Y, int X) padding = data.Pick((0, 0), (0, 0), (kernel.Y / 2, kernel.X / 2));
            (int H, int W) image = (data.Next(5, 9), data.Pick(5, 6, 8, 13));
            (bool ceil, bool count) = (data.Next() % 2 == 0, data.Next() % 2 == 0);
            int channels = data.Next(1, 5);
            PoolShape shape = PoolShape.Windows(channels, image.H, image.W, kernel, stride, padding, ceil, count);
            return new(data, shape, new(image, kernel, stride, padding, ceil, count), value);
        }

        public KernelData Data { get; }

        public PoolShape Shape { get; }

        public ReferencePool Reference { get; }

        public Floats X { get; }

        public Floats Y { get; }

        public Floats Index { get; }

        public Floats Dy { get; }

        public Floats Dx { get; }

        public void Check(Func<float[,], int, int, float> forward, Func<float[,], float[,], float[,]> gradient)
        {
            for (int channel = 0; channel < Shape.Channels; channel++)
            {
                for (int lane = 0; lane < 16; lane += 3)
                {
                    float[,] x = Plane(X, channel, lane, Shape.Height, Shape.Width);
                    float[,] y = Plane(Y, channel, lane, Shape.OutputHeight, Shape.OutputWidth);
                    float[,] dx = Plane(Dx, channel, lane, Shape.Height, Shape.Width);
                    float[,] expected = gradient(x, Plane(Dy, channel, lane, Shape.OutputHeight, Shape.OutputWidth));
                    for (int oy = 0; oy < Shape.OutputHeight; oy++)
                    {
                        for (int ox = 0; ox < Shape.OutputWidth; ox++)
                            KernelData.Same([forward(x, oy, ox)], [y[oy, ox]], $"{Reference} at {channel}, {oy}, {ox}");
                    }
                    KernelData.Same([.. expected.Cast<float>()], [.. dx.Cast<float>()], $"{Reference}, gradient");
                }
            }
            Data.CheckCanaries();
        }

        static float[,] Plane(Floats image, int channel, int lane, int height, int width)
        {
            float[,] plane = new float[height, width];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    plane[y, x] = image.Span[((channel * height + y) * width + x) * 16 + lane];
            }
            return plane;
        }
    }
}
