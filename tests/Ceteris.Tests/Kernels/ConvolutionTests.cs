using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class ConvolutionTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 60).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void ForwardEqualsReference(uint seed) => Forward(seed, Random(seed));

    static void Forward(uint seed, (ConvShape Shape, ReferenceConvolution Reference) test)
    {
        Forward(seed, test, hasBias: false);
        Forward(seed, test, hasBias: true);
    }

    static void Forward(uint seed, (ConvShape Shape, ReferenceConvolution Reference) test, bool hasBias)
    {
        (ConvShape shape, ReferenceConvolution reference) = test;
        KernelData data = new(seed + 1000);
        int samples = data.Next(1, 5 * 16), groups = (samples + 15) / 16;
        bool accumulate = data.Next() % 4 == 0;
        Floats w = data.Random(shape.WeightLength), x = data.Lanes(samples, (int)(shape.InputLength / 16), float.NaN);
        long length = groups * shape.OutputLength;
        Floats y = accumulate ? data.Random(length) : data.Poisoned(length);
        Floats bias = hasBias ? data.Biases(shape.Filters) : default;
        float[] before = y.Span.ToArray();
        foreach ((int first, int end) in data.Cuts(groups))
        {
            foreach ((int from, int to) in data.Cuts(shape.Filters))
                Convolution.Forward(shape, x, w, y, first, end, from, to, accumulate, bias);
        }
        for (int sample = data.Next(0, 6); sample < samples; sample += 7)
        {
            (int group, int lane) = Math.DivRem(sample, 16);
            Floats image = x.Slice(group * shape.InputLength, shape.InputLength);
            int start = group * (int)shape.OutputLength + lane;
            for (int at = 0; at < shape.OutputLength / 16; at += Step(shape.OutputLength / 16))
            {
                (int k, int oy, int ox) = Split(at, shape.OutputHeight, shape.OutputWidth);
                float expected = reference.Forward(
                    (c, i, j) => image.Span[((c * shape.Height + i) * shape.Width + j) * 16 + lane],
                    w.Span, k, oy, ox, accumulate ? before[start + at * 16] : 0f);
                if (hasBias)
                    expected += bias.Span[k];
                KernelData.Same([expected], [y.Span[start + at * 16]], $"{Describe(shape)} at {k}, {oy}, {ox}");
            }
        }
        data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void InputGradientEqualsReference(uint seed) => InputGradient(seed, Random(seed));

    static void InputGradient(uint seed, (ConvShape Shape, ReferenceConvolution Reference) test)
    {
        (ConvShape shape, ReferenceConvolution reference) = test;
        KernelData data = new(seed + 1000);
        int samples = data.Next(1, 5 * 16), groups = (samples + 15) / 16;
        bool accumulate = data.Next() % 4 == 0;
        Floats w = data.Random(shape.WeightLength), dy = data.Lanes(samples, (int)(shape.OutputLength / 16), float.NaN);
        long length = groups * shape.InputLength;
        Floats dx = accumulate ? data.Random(length) : data.Poisoned(length);
        float[] before = dx.Span.ToArray();
        foreach ((int first, int end) in data.Cuts(groups))
        {
            foreach ((int from, int to) in data.Cuts(shape.Channels))
                Convolution.InputGradient(shape, w, dy, dx, first, end, from, to, accumulate);
        }
        for (int sample = data.Next(0, 6); sample < samples; sample += 7)
        {
            (int group, int lane) = Math.DivRem(sample, 16);
            Floats image = dy.Slice(group * shape.OutputLength, shape.OutputLength);
            int start = group * (int)shape.InputLength + lane;
            for (int at = 0; at < shape.InputLength / 16; at += Step(shape.InputLength / 16))
            {
                (int c, int y, int x) = Split(at, shape.Height, shape.Width);
                float expected = reference.InputGradient(
                    (k, i, j) => image.Span[((k * shape.OutputHeight + i) * shape.OutputWidth + j) * 16 + lane],
                    w.Span, c, y, x, accumulate ? before[start + at * 16] : 0f);
                KernelData.Same([expected], [dx.Span[start + at * 16]], $"{Describe(shape)} at {c}, {y}, {x}");
            }
        }
        data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void WeightGradientEqualsReference(uint seed) => WeightGradient(seed, Random(seed));

    static void WeightGradient(uint seed, (ConvShape Shape, ReferenceConvolution Reference) test)
    {
        (ConvShape shape, ReferenceConvolution reference) = test;
        KernelData data = new(seed + 1000);
        int samples = data.Pick(1, 15, 16, 33, 64, 100), groups = (samples + 15) / 16;
        Floats x = data.Lanes(samples, (int)(shape.InputLength / 16), 0f);
        Floats dy = data.Lanes(samples, (int)(shape.OutputLength / 16), 0f);
        Floats dw = data.Poisoned(shape.WeightLength);
        Floats scratch = data.Poisoned(Convolution.WeightGradientScratch(shape));
        int groupFrom = data.Next(0, groups - 1);
        int groupTo = data.Next() % 8 == 0 ? groupFrom : data.Next(groupFrom + 1, groups);
        foreach ((int from, int to) in data.Cuts(shape.Filters))
        {
            foreach ((int first, int end) in data.Cuts(shape.Channels / shape.Groups))
                Convolution.WeightGradient(shape, x, dy, dw, from, to, first, end, groupFrom, groupTo, scratch);
        }

        float Pixel(Floats image, int n, int planes, int plane, int height, int y, int width, int z) =>
            image.Span[(((n / 16 * planes + plane) * height + y) * width + z) * 16 + n % 16];
        for (int i = 0; i < dw.Span.Length; i += Step(dw.Length))
        {
            (int kc, int r, int s) = Split(i, shape.KernelHeight, shape.KernelWidth);
            int channels = shape.Channels / shape.Groups;
            float expected = reference.WeightGradient(
                (n, c, y, z) => Pixel(x, n, shape.Channels, c, shape.Height, y, shape.Width, z),
                (n, k, y, z) => Pixel(dy, n, shape.Filters, k, shape.OutputHeight, y, shape.OutputWidth, z),
                groupFrom, groupTo, kc / channels, kc % channels, r, s);
            KernelData.Same([expected], [dw.Span[i]], $"{Describe(shape)}, groups {groupFrom}..{groupTo} at {i}");
        }
        data.CheckCanaries();
    }

    /// <summary>More weights than one pass takes, more sums per lane than are kept at a time.</summary>
    [Fact]
    public void ManyChannelsEqualReference()
    {
        ConvShape shape = new(40, 3, 3, 300, (3, 3), padding: (1, 1));
        ReferenceConvolution reference = new(shape, (1, 1), (1, 1), (1, 1));
        Forward(1, (shape, reference));
        InputGradient(2, (shape, reference));
        WeightGradient(3, (shape, reference));
    }

    /// <summary>More pixels than a weight gradient runs over at a time, in images of several blocks of rows.</summary>
    [Fact]
    public void LargeImagesEqualReference()
    {
        ConvShape shape = new(2, 37, 29, 7, (5, 3), stride: (2, 1), padding: (2, 1));
        ReferenceConvolution reference = new(shape, (2, 1), (2, 1), (1, 1));
        Forward(1, (shape, reference));
        InputGradient(2, (shape, reference));
        WeightGradient(3, (shape, reference));
    }

    /// <summary>Images so small that most of a window, or all of it, lies on padding.</summary>
    [Theory]
    [InlineData(1, 3, 1, 1), InlineData(2, 5, 2, 1), InlineData(1, 2, 2, 3)]
    public void DeadTapsEqualReference(int extent, int window, int padding, int dilation)
    {
        ConvShape shape = new(5, extent, extent, 7, (window, window), null, (padding, padding), (dilation, dilation));
        ReferenceConvolution reference = new(shape, (1, 1), (padding, padding), (dilation, dilation));
        Forward(1, (shape, reference));
        InputGradient(2, (shape, reference));
        WeightGradient(3, (shape, reference));
    }

    /// <summary>Images too large for a cache whose planes lie 16 KiB apart: they are read through packed panels.</summary>
    [Theory]
    [InlineData(3, 1), InlineData(1, 0), InlineData(2, 0)]
    public void CollidingPlanesEqualReference(int window, int padding)
    {
        ConvShape forward = new(64, 16, 16, 29, (window, window), (2, 2), (padding, padding));
        ConvShape backward = new(27, 32, 32, 64, (window, window), (2, 2), (padding, padding));
        ReferenceConvolution reference = new(forward, (2, 2), (padding, padding), (1, 1));
        ReferenceConvolution gradient = new(backward, (2, 2), (padding, padding), (1, 1));
        for (uint seed = 1; seed <= 3; seed++)
        {
            Forward(seed, (forward, reference));
            InputGradient(seed, (backward, gradient));
        }
        WeightGradient(4, (forward, reference));
        Assert.True(Convolution.Together(forward, 8, false).Filters > 6);
        Assert.True(Convolution.Together(backward, 8, true).Filters > 6);
    }

    /// <summary>
    /// Groups of samples share what is read of the weights as long as their images have room, and there are enough
    /// blocks for several threads.
    /// </summary>
    [Theory]
    [InlineData(2, 512, 8, 8), InlineData(4, 512, 8, 2), InlineData(5, 512, 8, 1), InlineData(2, 12, 8, 2)]
    [InlineData(2, 512, 1, 1)]
    public void SmallImagesAreTakenTogether(int extent, int filters, int groups, int expected)
    {
        ConvShape shape = new(512, extent, extent, filters, (3, 3), padding: (1, 1));
        Assert.Equal((expected, 6), Convolution.Together(shape, groups, isGradient: false));
    }

    /// <summary>
    /// The sum and the bias may be zeros of either sign, infinite, NaN: + 0 + b as two operations. The sum −0 comes of
    /// an underflow.
    /// </summary>
    [Fact]
    public void ABiasIsAddedExactly()
    {
        float[] numbers =
        [
            0f, -0f, 1e-30f, -1e-30f, float.Epsilon, -float.Epsilon, 1f, -1f, 3.1f, -3.1f, float.MaxValue,
            float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e-38f,
        ];
        foreach (float weight in new[] { 1f, -1f, 1e-30f })
        {
            foreach (int filters in new[] { 16, 1 })
            {
                ConvShape shape = new(1, 1, 5, filters, (1, 1));
                KernelData data = new(1);
                int at = 0;
                Floats x = data.Floats(shape.InputLength, () => numbers[at++ % 16]);
                Floats w = data.Floats(filters, () => weight), y = data.Poisoned(shape.OutputLength);
                for (int first = 0; first < numbers.Length; first += filters)
                {
                    at = first;
                    Floats bias = data.Floats(filters, () => numbers[at++]);
                    Convolution.Forward(shape, x, w, y, 0, 1, 0, filters, bias: bias);
                    for (int i = 0; i < y.Length; i++)
                    {
                        float sum = MathF.FusedMultiplyAdd(weight, numbers[i % 16], 0f) + 0f;
                        KernelData.Same([sum + bias.Span[i / 80]], [y.Span[i]], $"{sum} + {bias.Span[i / 80]}");
                    }
                }
                data.CheckCanaries();
            }
        }
    }

    [Fact]
    public void OnlyTheGroupsAndFiltersNamedAreWritten()
    {
        ConvShape shape = new(3, 5, 5, 9, (3, 3), padding: (1, 1));
        KernelData data = new(7);
        Floats x = data.Lanes(48, 75, 0), w = data.Random(shape.WeightLength);
        Floats y = data.Poisoned(3 * shape.OutputLength);
        Convolution.Forward(shape, x, w, y, 1, 2, 2, 4);
        for (int k = 0; k < 3 * 9; k++)
        {
            float[] plane = y.Slice(k * 400, 400).Span.ToArray();
            Assert.All(plane, value => Assert.Equal(k is not (11 or 12), float.IsNaN(value)));
        }
        data.CheckCanaries();
    }

    [Fact]
    public void ImpossibleShapesAndWrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConvShape(3, 5, 5, 4, (6, 3)));
        Assert.Throws<ArgumentException>(() => new ConvShape(3, 5, 5, 4, (3, 3), groups: 2));
        Assert.Throws<ArgumentException>(() => new ConvShape(3, 5, 5, 4, (3, 3), stride: (0, 1)));
        Assert.Throws<ArgumentException>(() => new ConvShape(3, 5, 5, 4, (3, 3), dilation: (3, 1)));
        ConvShape shape = new(3, 5, 5, 4, (3, 3));
        KernelData data = new(1);
        Floats x = data.Random(shape.InputLength), w = data.Random(shape.WeightLength);
        Floats y = data.Random(shape.OutputLength);
        Floats scratch = data.Random(Convolution.WeightGradientScratch(shape));
        Assert.Throws<ArgumentException>(() => Convolution.Forward(shape, y, w, y, 0, 1, 0, 4));
        Assert.Throws<ArgumentException>(() => Convolution.Forward(shape, x, x, y, 0, 1, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Convolution.Forward(shape, x, w, y, 0, 1, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Convolution.Forward(shape, x, w, y, 0, 2, 0, 4));
        Assert.Throws<ArgumentException>(() => Convolution.Forward(shape, x, w, y, 0, 1, 0, 4, bias: w.Slice(0, 5)));
        Assert.Throws<ArgumentException>(() => Convolution.InputGradient(shape, w, x, x, 0, 1, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Convolution.InputGradient(shape, w, y, x, 0, 1, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Convolution.WeightGradient(shape, x, y, w, 0, 4, 0, 2, scratch));
        Assert.Throws<ArgumentException>(() => Convolution.WeightGradient(shape, x, y, w, 0, 4, 0, 1, x));
        data.CheckCanaries();
    }

    static (ConvShape, ReferenceConvolution) Random(uint seed)
    {
        KernelData data = new(seed);
        while (true)
        {
            (int Y, int X) kernel = data.Pick((1, 1), (3, 3), (5, 5), (2, 3), (4, 1));
            (int Y, int X) stride = data.Pick((1, 1), (1, 1), (2, 2), (4, 4), (1, 2), (3, 1));
            (int Y, int X) dilation = data.Pick((1, 1), (1, 1), (2, 2), (1, 2));
            (int Y, int X) padding = data.Pick((0, 0), (kernel.Y / 2, kernel.X / 2), (kernel.Y - 1, kernel.X - 1));
            int groups = data.Pick(1, 1, 1, 2, 3);
            int channels = groups * data.Pick(1, 3, 4, 9), filters = groups * data.Pick(1, 2, 5, 8, 17);
            (int height, int width) = (data.Pick(1, 4, 5, 7, 9), data.Pick(1, 4, 5, 13));
            if (data.Next() % 6 == 0)
                (groups, filters) = (channels, 2 * channels);
            bool fits = height + 2 * padding.Y > dilation.Y * (kernel.Y - 1)
                && width + 2 * padding.X > dilation.X * (kernel.X - 1);
            if (fits)
            {
                ConvShape shape = new(channels, height, width, filters, kernel, stride, padding, dilation, groups);
                return (shape, new(shape, stride, padding, dilation));
            }
        }
    }

    /// <summary>Every element of small shapes, a few hundred of large ones.</summary>
    static int Step(long count) => 1 + (int)(count / 600);

    static (int, int, int) Split(int index, int second, int third) =>
        (index / third / second, index / third % second, index % third);

    static string Describe(ConvShape shape) =>
        $"{shape.Channels}x{shape.Height}x{shape.Width} -> {shape.Filters}x{shape.OutputHeight}x{shape.OutputWidth}, "
        + $"kernel {shape.KernelHeight}x{shape.KernelWidth}, {shape.Groups} groups";
}
