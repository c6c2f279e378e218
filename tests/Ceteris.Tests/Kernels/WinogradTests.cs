using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class WinogradTests
{
    public static TheoryData<uint> Seeds => [.. Enumerable.Range(1, 40).Select(i => (uint)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void ForwardEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.Forward(Winograd.Forward, (x, w, y) => WinogradDefinition.Correlate(
            x, test.X, y, test.Y, -test.Settings.Padding.H, WinogradDefinition.Windows(w, test.W, turned: false), 0,
            test.Samples));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void InputGradientEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.InputGradient(Winograd.InputGradient, (dy, w, dx) => WinogradDefinition.Correlate(
            dy, test.Y, dx, test.X, test.Settings.Padding.H - 2, WinogradDefinition.Windows(w, test.W, turned: true), 0,
            test.Samples));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void WeightGradientEqualsDefinition(uint seed)
    {
        var test = Case(seed);
        test.WeightGradient(
            Winograd.WeightGradient,
            (x, dy, k, c, groupFrom, groupTo, window) => WinogradDefinition.WindowGradient(
                x, test.X, dy, test.Y, -test.Settings.Padding.H, k, c, groupFrom, groupTo, window),
            most: 150);
    }

    /// <summary>The error is about twice that of the direct way.</summary>
    [Theory]
    [InlineData(64, 64, 32)]
    [InlineData(130, 70, 9)]
    [InlineData(256, 256, 8)]
    [InlineData(512, 512, 4)]
    public void ErrorIsSmall(int channels, int filters, int size) => ConvolutionCase.ErrorIsSmall(
        new(channels, size, size, filters, (3, 3), padding: (1, 1)), 1, Winograd.Forward, Winograd.InputGradient,
        Winograd.WeightGradient, Winograd.ScratchFloats, 3e-6);

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
        Assert.Throws<ArgumentException>(() => Winograd.Forward(shape, x, w, y, 0, 1, 0, 4, scratch, w));
        Assert.Throws<ArgumentOutOfRangeException>(() => Winograd.Forward(shape, x, w, y, 0, 1, 0, 5, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => Winograd.InputGradient(shape, w, y, x, 0, 2, 0, 3, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Winograd.WeightGradient(shape, x, y, w, 0, 4, 0, 4, 0, 1, scratch));
        ConvShape strided = new(3, 5, 5, 4, (3, 3), stride: (2, 1));
        Assert.Throws<ArgumentException>(
            () => Winograd.Forward(strided, x, w, y.Slice(0, strided.OutputLength), 0, 1, 0, 4, scratch));
        data.CheckCanaries();
    }

    /// <summary>
    /// A random shape; now and then one with more channels than a block, else few, so that the definition is quick.
    /// </summary>
    static ConvolutionCase Case(uint seed)
    {
        KernelData data = new(seed);
        bool large = seed % 8 == 0;
        int channels = large ? data.Pick(64, 65, 130) : data.Pick(1, 3, 7, 17, 33);
        int filters = large ? data.Pick(64, 66, 100) : data.Pick(1, 2, 6, 16, 19);
        int height = data.Pick(1, 2, 4, 5, 8), width = large ? 4 : data.Pick(2, 3, 4, 7, 13);
        int padding = data.Pick(0, 1, 1, 1, 2, 3);
        if (Math.Min(height, width) + (2 * padding) < 3)
            padding = 1;
        int samples = data.Pick(1, 5, 16, 33, 50);
        ConvShape shape = new(channels, height, width, filters, (3, 3), padding: (padding, padding));
        return new(data, shape, new(1, padding, 1), samples, Winograd.ScratchFloats);
    }
}
