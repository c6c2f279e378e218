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
}
