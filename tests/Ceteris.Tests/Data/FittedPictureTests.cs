using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class FittedPictureTests
{
    static readonly Shape grey = [1, 28, 28], colour = [3, 32, 32];

    [Fact]
    public void APictureOfTheImagesSizeIsLeftAlone()
    {
        Picture picture = Drawn(28, 28, 1, (x, y) => x == 14 ? (byte)200 : (byte)(y % 5));
        FittedPicture fitted = FittedPicture.Of(picture, grey, isWriting: true);
        Assert.Equal(picture.Samples, fitted.Pixels);
        Assert.Equal("28x28, taken as it is", fitted.Conversion);
    }

    [Fact]
    public void DarkOnLightIsInverted()
    {
        Picture picture = Drawn(28, 28, 1, (x, _) => x == 14 ? (byte)10 : (byte)250);
        FittedPicture fitted = FittedPicture.Of(picture, grey, isWriting: true);
        Assert.Equal(picture.Samples.Select(value => (byte)(255 - value)), fitted.Pixels);
        Assert.Contains("inverted", fitted.Conversion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, 255, true)]
    [InlineData(28, 0, true)]
    [InlineData(100, 255, true)]
    [InlineData(100, 0, false)]
    public void APictureOfNothingIsCalledSo(int side, byte value, bool isWriting)
    {
        Picture blank = Drawn(side, side, 1, (_, _) => value);
        Assert.True(FittedPicture.Of(blank, grey, isWriting).IsBlank);
        Picture drawn = Drawn(side, side, 1, (x, _) => x == side / 2 ? (byte)(255 - value) : value);
        Assert.False(FittedPicture.Of(drawn, grey, isWriting).IsBlank);
    }

    [Fact]
    public void TransparencyLiesOverWhite()
    {
        var picture = new Picture(28, 28, 4);
        FittedPicture fitted = FittedPicture.Of(picture, grey, isWriting: true);
        Assert.All(fitted.Pixels, value => Assert.Equal(0, value));
        Assert.Contains("laid over white, made grey, inverted", fitted.Conversion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 300, 10, 20, 100, 200, "10x20")]
    [InlineData(90, 60, 5, 30, 60, 20, "20x7")]
    [InlineData(10, 10, 2, 2, 4, 4, "20x20")]
    public void WritingIsCutOutScaledAndCentred(
        int width, int height, int left, int top, int inkWidth, int inkHeight, string size)
    {
        Picture picture = Drawn(width, height, 1, (x, y) =>
            x >= left && x < left + inkWidth && y >= top && y < top + inkHeight ? (byte)255 : (byte)0);
        FittedPicture fitted = FittedPicture.Of(picture, grey, isWriting: true);
        Assert.Contains($"scaled to {size} and centred", fitted.Conversion, StringComparison.Ordinal);
        byte[][] rows = [.. fitted.Pixels.Chunk(28)];
        (int w, int h) = (rows.Max(row => row.Count(v => v == 255)), rows.Count(row => row.Contains((byte)255)));
        Assert.Equal(size, $"{w}x{h}");
        Assert.InRange(Centre(fitted.Pixels).X, 13.4, 14.6);
        Assert.InRange(Centre(fitted.Pixels).Y, 13.4, 14.6);
    }

    [Fact]
    public void MassNotTheBoxIsCentred()
    {
        Picture picture = Drawn(200, 200, 1, (x, y) =>
            x is >= 20 and < 60 || (x < 180 && x >= 20 && y is >= 100 and < 110) ? (byte)255 : (byte)0);
        Assert.InRange(Centre(FittedPicture.Of(picture, grey, isWriting: true).Pixels).X, 11, 14.6);
    }

    [Fact]
    public void PicturesInColourKeepTheirChannelsAndProportions()
    {
        Picture picture = Drawn(64, 32, 3, (_, _) => 0);
        for (int i = 0; i < picture.Samples.Length; i++)
            picture.Samples[i] = (byte)(50 * (1 + i % 3));
        FittedPicture fitted = FittedPicture.Of(picture, colour, isWriting: true);
        for (int c = 0; c < 3; c++)
        {
            byte[] plane = fitted.Pixels[(c * 1024)..((c + 1) * 1024)];
            Assert.Equal(32 * 16, plane.Count(value => value == 50 * (c + 1)));
        }
        Assert.Equal("64x32, fitted into 32x32", fitted.Conversion);
    }

    [Fact]
    public void AnEmptyPictureIsNoError() =>
        Assert.Contains("nothing on it", FittedPicture.Of(new(100, 50, 1), grey, isWriting: true).Conversion,
            StringComparison.Ordinal);

    static Picture Drawn(int width, int height, int channels, Func<int, int, byte> value)
    {
        var picture = new Picture(width, height, channels);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                picture[x, y].Fill(value(x, y));
        }
        return picture;
    }

    static (double X, double Y) Centre(byte[] pixels)
    {
        double mass = pixels.Sum(value => (double)value);
        double x = pixels.Select((value, i) => value * (i % 28 + 0.5)).Sum();
        double y = pixels.Select((value, i) => value * (i / 28 + 0.5)).Sum();
        return (x / mass, y / mass);
    }
}
