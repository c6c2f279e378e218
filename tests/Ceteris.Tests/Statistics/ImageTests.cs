using Ceteris.Statistics;

namespace Ceteris.Tests;

public sealed class ImageTests
{
    /// <summary>The binomial tail, summed term by term in whole numbers.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    [InlineData(2, 9)]
    [InlineData(30, 17)]
    public void McNemarIsTheBinomialTest(int b, int c)
    {
        int n = b + c, low = Math.Min(b, c);
        System.Numerics.BigInteger term = 1, tail = 0;
        for (int i = 0; i <= low; i++)
        {
            tail += term;
            term = term * (n - i) / (i + 1);
        }
        System.Numerics.BigInteger at = low == 0 ? 1 : term * (low + 1) / (n - low);
        double all = Math.Pow(2, n), exact = Math.Min(1, 2 * (double)tail / all);
        double mid = n == 0 ? 1 : Math.Min(1, (2 * (double)tail - (double)at) / all);
        var test = McNemar.Of(b, c);
        Assert.Equal(exact, test.ExactP, 1e-13);
        Assert.Equal(mid, test.MidP, 1e-13);
        Assert.Equal(test.MidP, McNemar.Of(c, b).MidP);
    }

    [Fact]
    public void TenThousandImagesDoNotOverflow()
    {
        var test = McNemar.Of(4800, 5200);
        Assert.Equal(test.CorrectedP, test.ExactP, 1e-6);
        Assert.InRange(test.MidP, 0, test.ExactP);
    }

    [Fact]
    public void FlippedImagesAreCountedOverBlocks()
    {
        bool[][] baseline = [.. new[] { "11001", "10011", "11101" }.Select(Bits)];
        bool[][] treatment = [.. new[] { "10111", "10110", "00111" }.Select(Bits)];
        var flipped = FlippedImages.Of(baseline, treatment);
        Assert.Equal([new(1, 0, 2), new(2, 2, 0), new(3, 2, 0), new(0, 0, 1), new(4, 0, 1)], flipped.Images);
        Assert.Equal([2, 3], flipped.Gained.Select(image => image.Image));
        Assert.Equal([1, 0, 4], flipped.Lost.Select(image => image.Image));
        Assert.Equal(
            [(1, 2), (1, 1), (2, 1)], flipped.PerBlock.Select(test => (test.OnlyBaseline, test.OnlyTreatment)));
        Assert.Throws<ArgumentException>(() => FlippedImages.Of(baseline, treatment[..2]));
        Assert.Throws<ArgumentException>(() => McNemar.Of([true], [true, false]));

        static bool[] Bits(string text) => [.. text.Select(c => c == '1')];
    }

    /// <summary>Over seeds alone, the crossed analysis is the paired t test.</summary>
    [Fact]
    public void SeedsAloneGiveTheStandardErrorOfThePairedTest()
    {
        bool[][] baseline = [.. Enumerable.Range(0, 4).Select(
            s => Enumerable.Range(0, 50).Select(i => (i * 7 + s * 3) % 5 > 0).ToArray())];
        bool[][] treatment = [.. Enumerable.Range(0, 4).Select(
            s => Enumerable.Range(0, 50).Select(i => (i * i + s * s * 11) % 7 > 0).ToArray())];
        var effect = ImageEffect.Of(baseline, treatment);
        var pair = PairedComparison.Of(
            ArmScores.Counts("A", 50, [.. baseline.Select(row => row.Count(x => x))]),
            ArmScores.Counts("B", 50, [.. treatment.Select(row => row.Count(x => x))]));
        Assert.Equal(pair.Mean!.Value / 100, effect.Mean, 1e-14);
        Assert.Equal(pair.Test!.StandardError / 100, effect.SeedsStandardError, 1e-14);
        Assert.True(effect.BothStandardError >= effect.SeedsStandardError);
        Assert.True(effect.BothInterval.Contains(effect.Mean));
    }

    [Fact]
    public void TheStandardErrorOverImagesIsFlooredAtThatOverSeeds()
    {
        var effect = ImageEffect.Of([[1, 0, 1, 0], [0, 1, 0, 1], [-1, 0, 0, -1]]);
        Assert.True(effect.MeanSquareImages < effect.MeanSquareRest);
        Assert.Equal((effect.SeedsStandardError, 2), (effect.BothStandardError, effect.DegreesOfFreedom));
    }

    [Fact]
    public void NewImagesTooNeverMakeTheIntervalNarrower()
    {
        // every third image is always won, and the seeds differ in how many others are
        int[] others = [0, 3, 7];
        var effect = ImageEffect.Of([.. others.Select(k =>
            Enumerable.Range(0, 60).Select(i => i % 3 == 0 || i % 3 == 1 && i / 3 < k ? 1 : 0).ToArray())]);
        double paired = Quantile.StudentT(0.025, 2) * effect.SeedsStandardError;
        Assert.True(effect.BothStandardError > effect.SeedsStandardError);
        Assert.True(Quantile.StudentT(0.025, effect.DegreesOfFreedom) * effect.BothStandardError < paired);
        Assert.Equal(paired, effect.BothInterval.HalfWidth, 1e-15);
    }

    [Fact]
    public void ClassesAreComparedByRecall()
    {
        int[][] baseline = [[90, 40, 0], [88, 41, 0], [91, 42, 0]], treatment = [[95, 40, 0], [94, 41, 0], [95, 42, 0]];
        IReadOnlyList<ClassDifference> classes = PerClass.Compare([100, 50, 0], baseline, treatment);
        Assert.Equal([0, 1], classes.Select(c => c.Class));
        Assert.Equal(5, classes[0].Test.Mean, 1e-12);
        Assert.Equal(MeanTest.Of([5, 6, 4]).P, classes[0].Test.P, 1e-12);
        Assert.Equal(2 * classes[0].Test.P, classes[0].AdjustedP, 1e-15);
        Assert.Equal((0, 1), (classes[1].Test.Mean, classes[1].AdjustedP));
        Assert.Contains("0 to 50 correct images of class 1, got 51", Assert.Throws<ArgumentException>(
            () => PerClass.Compare([100, 50, 0], baseline, [[95, 51, 0], .. treatment[1..]])).Message);
    }

    [Fact]
    public void TheNoiseFloorOfMnist() // 98 % of 10,000 images: a tenth of a point
    {
        Assert.Equal(0.1, NoiseFloor.OfOneRun(2, 10_000), 1e-12);
        Assert.Equal(0.1 * Math.Sqrt(2), NoiseFloor.OfTwoRuns(2, 10_000), 1e-12);
    }
}
