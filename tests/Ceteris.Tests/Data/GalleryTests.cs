using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class GalleryTests
{
    static readonly ImageSet Images = TestImages.Random(30, [1, 28, 28]);

    [Fact]
    public void EnlargesByWholeNumbersAndKeepsEveryPixel()
    {
        Picture sheet = Gallery.Draw(
            [.. Enumerable.Range(0, 7).Select(i => new GalleryItem(Picture.Of(Images, i)))], columns: 3, zoom: 2);
        // Margin 16, cells of 56 and gaps of 8.
        Assert.Equal((3 * 56 + 2 * 8 + 32, 3 * 56 + 2 * 8 + 32), (sheet.Width, sheet.Height));
        for (int i = 0; i < 7; i++)
        {
            for (int y = 0; y < 56; y++)
            {
                for (int x = 0; x < 56; x++)
                {
                    byte expected = Images.Pixels(i)[y / 2 * 28 + x / 2];
                    Assert.Equal([expected, expected, expected], sheet[16 + i % 3 * 64 + x, 16 + i / 3 * 64 + y]);
                }
            }
        }
    }

    [Fact]
    public void CaptionsAreDrawnAndWidenTheCells()
    {
        var item = new GalleryItem(new Picture(4, 4, 3), "4→9 .93", Wrong: true);
        Picture plain = Gallery.Draw([item with { Caption = null }], 1, zoom: 1), captioned = Gallery.Draw(
            [item], 1, zoom: 1);
        Assert.Equal(32 + Glyphs.WidthOf("4→9 .93"), captioned.Width);
        Assert.Equal(plain.Height + 4 + Glyphs.Height, captioned.Height);
        // The captions of two predictions differ.
        Picture other = Gallery.Draw([item with { Caption = "4→7 .93" }], 1, zoom: 1);
        Assert.NotEqual(other.Samples, captioned.Samples);
    }

    [Fact]
    public void EverySignHasItsOwnShape()
    {
        const string Signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:-+=/%()_!?><→#*'";
        var shapes = new HashSet<string>();
        foreach (char sign in Signs)
        {
            var picture = new Picture(Glyphs.Width, Glyphs.Height, 1);
            Glyphs.Draw(picture, sign.ToString(), 0, 0, 1, [255]);
            Assert.True(shapes.Add(Convert.ToHexString(picture.Samples)), $"'{sign}' looks like another sign");
        }
    }

    [Fact]
    public void ShowsARowOfEveryClass()
    {
        Picture sheet = Gallery.ByClass(Images, columns: 5);
        Assert.True(sheet.Height > 10 * 56);
        Assert.Equal(3, sheet.Channels);
    }

    [Fact]
    public void APictureOfTheRightSizeStaysAsItIs() =>
        Assert.Equal(Images.Pixels(3), NetworkInput.Of(Picture.Of(Images, 3), [1, 28, 28], invertLight: false));

    [Fact]
    public void LightPaperIsInvertedAndAlphaIsPaper()
    {
        var onPaper = new Picture(28, 28, 4);
        for (int i = 0; i < 28; i++)
            onPaper[14, i][3] = 255;
        byte[] input = NetworkInput.Of(onPaper, [1, 28, 28]);
        Assert.Equal(255, input[14 * 28 + 14]);
        Assert.Equal(0, input[14 * 28 + 13]);
        Assert.Equal(0, NetworkInput.Of(onPaper, [1, 28, 28], invertLight: false)[14 * 28 + 14]);
    }

    [Fact]
    public void ShrinkingTakesTheMeanOfTheArea()
    {
        var picture = new Picture(56, 56, 1);
        for (int i = 0; i < picture.Samples.Length; i++)
            picture.Samples[i] = (byte)(i % 56 % 2 * 100 + i / 56 % 2 * 40);
        Assert.All(NetworkInput.Of(picture, [1, 28, 28]), value => Assert.Equal(70, value));
    }

    [Fact]
    public void GrowingInterpolates()
    {
        var picture = new Picture(2, 1, 1, [0, 100]);
        Assert.Equal([0, 25, 75, 100], NetworkInput.Of(picture, [1, 2, 4], invertLight: false)[..4]);
    }

    [Fact]
    public void ProportionsAreKeptAndColourBecomesGrey()
    {
        var red = new Picture(56, 28, 3);
        for (int i = 0; i < red.Samples.Length; i += 3)
            red.Samples[i] = 200;
        byte[] grey = NetworkInput.Of(red, [1, 28, 28]);
        Assert.All(grey, value => Assert.Equal(60, value));
        byte[] colour = NetworkInput.Of(red, [3, 28, 28]);
        Assert.Equal((200, 0, 0), (colour[0], colour[784], colour[1568]));
        var line = new Picture(100, 10, 1);
        line.Samples.AsSpan(0, 1000).Fill(9);
        line[50, 5][0] = 255;
        Assert.Equal(28 * 28, NetworkInput.Of(line, [1, 28, 28]).Length);
    }
}
