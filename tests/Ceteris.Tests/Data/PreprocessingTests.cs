using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class PreprocessingTests
{
    static readonly ImageSet Images = TestImages.Random(10, [1, 3, 3]);

    [Theory]
    [InlineData("scale", "scale")]
    [InlineData("center", "center")]
    [InlineData("standardize", "standardize=0.1307/0.3081")]
    [InlineData("standardize=train", "standardize=train")]
    [InlineData("standardize=0.5,0.4,0.25/0.2,0.1,1", "standardize=0.5,0.4,0.25/0.2,0.1,1")]
    public void RoundTrips(string text, string canonical)
    {
        Assert.Equal(canonical, Preprocessing.Parse(text).ToString());
        Assert.Equal(Preprocessing.Parse(canonical), Preprocessing.Parse(text));
    }

    [Theory]
    [InlineData("standardise")]
    [InlineData("standardize=")]
    [InlineData("standardize=0.5")]
    [InlineData("standardize=0.5/0")]
    [InlineData("standardize=0.5/-1")]
    [InlineData("standardize=0.5/NaN")]
    [InlineData("standardize=0.5,0.5/1")]
    public void SaysWhatWasExpected(string text) =>
        Assert.StartsWith("expected", Assert.Throws<DataException>(() => Preprocessing.Parse(text)).Message);

    [Fact]
    public void ValuesAreTheFormulas()
    {
        for (int x = 0; x < 256; x++)
        {
            Assert.Equal(x / 255f, Preprocessing.Scale.For(Images).Table(0)[x]);
            Assert.Equal((x - 127.5f) / 255f, Preprocessing.Center.For(Images).Table(0)[x]);
            Assert.Equal((x / 255f - 0.1307f) / 0.3081f, Preprocessing.Standardize.For(Images).Table(0)[x]);
        }
    }

    [Fact]
    public void StandardizedTrainingImagesHaveMeanZeroAndDeviationOne()
    {
        ImageSet colour = TestImages.Random(20, [3, 5, 5]);
        Normalisation values = Preprocessing.StandardizeTrain.For(colour);
        for (int c = 0; c < 3; c++)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < 20; i++)
            {
                foreach (byte pixel in colour.Pixels(i).Slice(c * 25, 25))
                {
                    sum += values.Table(c)[pixel];
                    squares += Math.Pow(values.Table(c)[pixel], 2);
                }
            }
            Assert.Equal(0, sum / 500, 5);
            Assert.Equal(1, squares / 500, 5);
        }
    }

    [Fact]
    public void RefusesConstantsOfAnotherNumberOfChannelsAndConstantImages()
    {
        Assert.Throws<DataException>(() => Preprocessing.Standardize.For(TestImages.Random(2, [3, 2, 2])));
        var black = new ImageSet("black", [1, 2, 2], ["0"], new byte[8], new byte[2]);
        Assert.Throws<DataException>(() => Preprocessing.StandardizeTrain.For(black));
    }

    [Fact]
    public void WarnsWhenADivisionIsForgotten()
    {
        Assert.Null(Preprocessing.Standardize.For(Images).Warning);
        Assert.Contains("[-10, 10]", Preprocessing.Parse("standardize=0.1/0.01").For(Images).Warning);
    }
}
