using Ceteris.Statistics;

namespace Ceteris.Tests;

public sealed class ArmsTests
{
    static ArmScores[] Arms(int arms, int blocks) => [.. Enumerable.Range(0, arms).Select(arm => ArmScores.Counts(
        $"arm {arm}", 1000, [.. Enumerable.Range(0, blocks).Select(
            block => 900 + 3 * arm + (block * 7 + arm * arm * 5) % 11)]))];

    [Fact]
    public void FewBlocksPoolTheVariance()
    {
        ArmScores[] arms = Arms(5, 4);
        var all = ArmsComparison.WithControl(arms);
        var omnibus = RepeatedMeasures.Of(BlockTable.Of(arms));
        foreach (ArmsContrast contrast in all.Contrasts)
        {
            Assert.True(contrast.UsesPooled);
            Assert.Equal(contrast.Pooled, contrast.Test);
            Assert.Equal(12, contrast.Test!.DegreesOfFreedom);
            Assert.Equal(Math.Sqrt(2 * omnibus.MeanSquareError / 4), contrast.Test.StandardError, 1e-13);
            Assert.Equal(contrast.Paired.Mean!.Value, contrast.Test.Mean, 1e-13);
        }
        Assert.All(ArmsComparison.WithControl(Arms(5, 5)).Contrasts, contrast => Assert.False(contrast.UsesPooled));
    }

    [Fact]
    public void ManyContrastsAreAScreen()
    {
        var few = ArmsComparison.AllPairs(Arms(6, 5));
        Assert.Equal((15, Adjustment.Holm, false), (few.Contrasts.Count, few.Adjustment, few.IsScreen));
        var many = ArmsComparison.AllPairs(Arms(7, 5));
        Assert.Equal((21, Adjustment.BenjaminiHochberg, true), (many.Contrasts.Count, many.Adjustment, many.IsScreen));
    }

    [Fact]
    public void SimultaneousIntervalsAreThoseOfBonferroni()
    {
        foreach (ArmsContrast contrast in ArmsComparison.WithControl(Arms(5, 8)).Contrasts)
        {
            MeanTest test = contrast.Test!;
            Interval wide = contrast.Simultaneous!.Value;
            Assert.Equal(Quantile.StudentT(0.025 / 4, 7) * test.StandardError, wide.HalfWidth, 1e-12);
            Assert.Equal(0.9875, wide.Confidence, 1e-12);
            Assert.Null(contrast.TukeyP);
        }
    }

    /// <summary>An arm that diverges spoils its own contrast, not those of the others.</summary>
    [Fact]
    public void ADivergedRunCostsOnlyItsOwnContrast()
    {
        ArmScores[] arms = Arms(3, 6);
        arms[2] = new(
            "arm 2", arms[2].Metric,
            [.. arms[2].Blocks.Select(score => score.Block == 4 ? new(4, null, "diverged") : score)]);
        var all = ArmsComparison.WithControl(arms);
        Assert.Equal([6, 5], all.Contrasts.Select(contrast => contrast.Paired.N));
        Assert.Equal([new MissingBlock(4, "arm 2", "diverged")], all.Missing);
        Assert.Equal(8, all.Omnibus!.DenominatorDegreesOfFreedom);

        ArmScores dead = new(
            "arm 2", arms[2].Metric,
            [.. Enumerable.Range(0, 6).Select(block => new BlockScore(block, null, "diverged"))]);
        all = ArmsComparison.WithControl([arms[0], arms[1], dead]);
        Assert.Equal(5, all.Omnibus!.DenominatorDegreesOfFreedom);
        Assert.Equal((null, null), (all.Contrasts[1].P, all.Contrasts[1].AdjustedP));
        Assert.Equal(all.Contrasts[0].P, all.Contrasts[0].AdjustedP);
    }

    /// <summary>With two arms F is t², ε is 1, and nothing is adjusted.</summary>
    [Fact]
    public void OfTwoArmsTheOmnibusTestIsThePairedTest()
    {
        ArmScores[] arms = Arms(2, 7);
        var all = ArmsComparison.WithControl(arms);
        MeanTest test = all.Contrasts[0].Test!;
        Assert.Equal(test.T * test.T, all.Omnibus!.F, 1e-9);
        Assert.Equal(test.P, all.Omnibus.P, 1e-12);
        Assert.Equal((1, all.Omnibus.P), (all.Omnibus.Epsilon, all.Omnibus.EpsilonP));
        Assert.Equal(test.P, all.Contrasts[0].AdjustedP);
    }
}
