using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class RowWinogradTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 40).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void ForwardEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.Forward(RowWinograd.Forward, (x, w, y) => RowWinogradDefinition.Forward(
            test.Settings, x, test.X, w, test.W, y, test.Y, 0, test.Samples));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void InputGradientEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.InputGradient(RowWinograd.InputGradient, (dy, w, dx) => RowWinogradDefinition.InputGradient(
            test.Settings, dy, test.Y, w, test.W, dx, test.X, 0, test.Samples));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void WeightGradientEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.WeightGradient(
            RowWinograd.WeightGradient,
            (x, dy, k, c, groupFrom, groupTo, window) => RowWinogradDefinition.WindowGradient(
                test.Settings, x, test.X, dy, test.Y, test.W, k, c, groupFrom, groupTo, window),
            most: 50);
    }

    /// <summary>Two to three times the error of the direct way.</summary>
    [Theory]
    [InlineData(20, 50, 12, 5, 0)]
    [InlineData(20, 20, 26, 3, 0)]
    [InlineData(64, 70, 9, 5, 2)]
    [InlineData(130, 70, 13, 3, 1)]
    public void ErrorIsSmall(int channels, int filters, int size, int window, int padding)
    {
        ConvShape shape = new(channels, size, size, filters, (window, window), padding: (padding, padding));
        ConvolutionCase.ErrorIsSmall(shape, padding, RowWinograd.Forward, RowWinograd.InputGradient,
            RowWinograd.WeightGradient, RowWinograd.ScratchFloats(shape), 2.5e-6);
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
        Assert.Throws<ArgumentException>(() => RowWinograd.Forward(shape, x, w, y, 0, 1, 0, 4, scratch, w));
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

    /// <summary>
    /// A random shape; now and then one with more channels or larger images, else few and small, so that the definition
    /// is quick. Rows may be strided and dilated, windows of any height.
    /// </summary>
    static ConvolutionCase Case(uint seed)
    {
        KernelData data = new(seed);
        bool large = seed % 8 == 0;
        int channels = large ? data.Pick(20, 64, 130) : data.Pick(1, 3, 7, 17);
        int filters = large ? data.Pick(20, 66, 100) : data.Pick(1, 2, 6, 16, 19);
        int height = large ? data.Pick(5, 9) : data.Pick(1, 2, 4, 5, 8, 14, 40);
        int width = data.Pick(2, 3, 5, 8, 13, 26);
        bool wide = seed % 8 == 4;
        if (wide)
            (channels, filters, height, width) = (1, 19, 190, 100);
        int window = data.Pick(3, 5);
        Pair padding = new(data.Pick(0, 0, 1, 2, 3), data.Pick(0, 0, 1, 2, 3, 5));
        Pair stride = new(data.Pick(1, 1, 1, 2, 3), 1), dilation = new(data.Pick(1, 1, 2), 1);
        if (width + (2 * padding.W) < window)
            padding = padding with { W = window / 2 };
        int most = (height + (2 * padding.H) - 1) / dilation.H + 1;
        int rows = Math.Min(most, data.Pick(window, window, 1, 2, 4));
        int samples = wide ? data.Pick(1, 17) : data.Pick(1, 5, 16, 33, 50, 90);
        ConvShape shape = new(channels, height, width, filters, (rows, window), stride: (stride.H, 1),
            padding: (padding.H, padding.W), dilation: (dilation.H, 1));
        return new(data, shape, new(stride, padding, dilation), samples, RowWinograd.ScratchFloats(shape));
    }
}
