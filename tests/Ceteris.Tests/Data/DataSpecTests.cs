using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class DataSpecTests
{
    [Theory]
    [InlineData("mnist")]
    [InlineData("mnist:10000")]
    [InlineData("fashion-mnist:100..200")]
    [InlineData("mnist:100..")]
    [InlineData("mnist:10000@7")]
    [InlineData("mnist:10000..20000@18446744073709551615")]
    public void RoundTrips(string text) => Assert.Equal(text, DataSpec.Parse(text).ToString());

    [Theory]
    [InlineData("mnist:0..10000", "mnist:10000")]
    [InlineData("mnist:..50", "mnist:50")]
    [InlineData("mnist:0..", "mnist:0..")]
    public void EqualSubsetsHaveOneText(string text, string canonical)
    {
        Assert.Equal(canonical, DataSpec.Parse(text).ToString());
        Assert.Equal(DataSpec.Parse(canonical), DataSpec.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":5")]
    [InlineData("../etc")]
    [InlineData("MNIST")]
    [InlineData("mnist:")]
    [InlineData("mnist:0")]
    [InlineData("mnist:5..5")]
    [InlineData("mnist:9..5")]
    [InlineData("mnist:-5")]
    [InlineData("mnist:1e4")]
    [InlineData("mnist:1..2..3")]
    [InlineData("mnist:99999999999")]
    [InlineData("mnist:5@")]
    [InlineData("mnist:5@-1")]
    [InlineData("mnist:5@1@2")]
    [InlineData("mnist: 5")]
    public void SaysWhatWasExpected(string text)
    {
        var e = Assert.Throws<DataException>(() => DataSpec.Parse(text));
        Assert.StartsWith("expected", e.Message);
    }

    [Fact]
    public void RandomSubsetsAreNestedAndRangesDisjoint()
    {
        ImageSet images = TestImages.Random(1000, [1, 1, 1]);
        int[] Ids(string subset) => Subset.Parse(subset).Of(images).Ids.ToArray();

        Assert.Equal(Enumerable.Range(100, 50), Ids("100..150"));
        Assert.Equal(Ids("100@3"), Ids("100@3").Order());
        Assert.Subset(Ids("200@3").ToHashSet(), Ids("100@3").ToHashSet());
        Assert.Empty(Ids("100@3").Intersect(Ids("100..1000@3")));
        Assert.NotEqual(Ids("100@3"), Ids("100@4"));
        Assert.Equal(images.Sha256, Subset.Parse("1000@3").Of(images).Sha256);
        Assert.Contains("1000 images", Assert.Throws<DataException>(() => Ids("1001")).Message);
    }

    [Fact]
    public void ASubsetOfASubsetKeepsTheIdsOfTheCompleteSet()
    {
        ImageSet images = TestImages.Random(100, [1, 2, 2]);
        ImageSet part = Subset.Parse("10..20").Of(Subset.Parse("50..").Of(images));
        Assert.Equal(Enumerable.Range(60, 10), part.Ids.ToArray());
        Assert.Equal(images.Pixels(63), part.Pixels(3));
        Assert.Equal(images.Label(63), part.Label(3));
    }

    [Theory]
    [InlineData("50", 950, 999)]
    [InlineData("10%", 900, 999)]
    [InlineData("0.1%", 999, 999)]
    public void ValidationComesFromTheEnd(string text, int first, int last)
    {
        var split = ValidationSplit.Parse(text);
        Assert.Equal(text, split.ToString());
        (ImageSet train, ImageSet validation) = split.Of(TestImages.Random(1000, [1, 1, 1]));
        Assert.Equal(Enumerable.Range(0, first), train.Ids.ToArray());
        Assert.Equal(Enumerable.Range(first, last - first + 1), validation.Ids.ToArray());
    }

    [Fact]
    public void ValidationAtRandomIsAPartition()
    {
        (ImageSet train, ImageSet validation) = ValidationSplit.Parse("10%@7").Of(TestImages.Random(1000, [1, 1, 1]));
        Assert.Equal(Enumerable.Range(0, 1000), train.Ids.ToArray().Concat(validation.Ids.ToArray()).Order());
        Assert.NotEqual(Enumerable.Range(900, 100), validation.Ids.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("100%")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("NaN%")]
    [InlineData("5@x")]
    public void RefusesBadValidation(string text) => Assert.Throws<DataException>(() => ValidationSplit.Parse(text));

    [Fact]
    public void RefusesToPutAllImagesAside() =>
        Assert.Throws<DataException>(() => ValidationSplit.Parse("10").Of(TestImages.Random(10, [1, 1, 1])));
}
