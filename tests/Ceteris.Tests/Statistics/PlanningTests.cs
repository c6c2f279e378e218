using Ceteris.Statistics;

namespace Ceteris.Tests;

public sealed class PlanningTests
{
    /// <summary>At 80 % chance, in units of s_d: published tables of the noncentral t.</summary>
    [Theory]
    [InlineData(3, 3.26)]
    [InlineData(4, 2.13)]
    [InlineData(5, 1.68)]
    [InlineData(6, 1.44)]
    [InlineData(8, 1.16)]
    [InlineData(10, 1.00)]
    [InlineData(15, 0.78)]
    [InlineData(20, 0.66)]
    [InlineData(30, 0.53)]
    public void MinimumDetectableEffects(int n, double expected) =>
        Assert.Equal(expected, Power.MinimumDetectableEffect(n), 0.006);

    [Theory]
    [InlineData(2, 0.56)]
    [InlineData(3, 0.85)]
    [InlineData(5, 1.16)]
    [InlineData(10, 1.54)]
    [InlineData(20, 1.87)]
    [InlineData(50, 2.25)]
    [InlineData(1000, 3.241)]
    public void TheBestOfEqualArmsIsHigh(int arms, double expected) =>
        Assert.Equal(expected, WinnersCurse.InStandardErrors(arms), 0.006);

    [Fact]
    public void TheBestOfTwoAndThreeInClosedForm()
    {
        Assert.Equal(0, WinnersCurse.InStandardErrors(1), 1e-14);
        Assert.Equal(1 / Math.Sqrt(Math.PI), WinnersCurse.InStandardErrors(2), 1e-14);
        Assert.Equal(1.5 / Math.Sqrt(Math.PI), WinnersCurse.InStandardErrors(3), 1e-14);
    }

    [Fact]
    public void WithoutAnEffectThePowerIsTheLevel()
    {
        foreach (int n in new[] { 2, 5, 30, 400 })
        {
            Assert.Equal(0.05, Power.OfDifference(0, n), 1e-10);
            Assert.Equal(0.01, Power.OfDifference(0, n, 0.01), 1e-10);
            Assert.True(Power.OfDifference(0.5, n) > 0.05);
            // At the margin itself one of the two one-sided tests is at its level, the other nearly sure for large n.
            Assert.InRange(Power.OfEquivalence(1, 1, n), 0, 0.05 + 1e-6);
        }
        Assert.Equal(0.05, Power.OfEquivalence(1, 1, 400), 1e-6);
    }

    /// <summary>So many seeds more, with the same mean and spread, are likely enough to decide; fewer are
    /// not.</summary>
    [Theory]
    [InlineData(0.05, 0.1, null)]
    [InlineData(0.02, 0.1, 0.1)]
    [InlineData(0.0, 0.1, 0.1)]
    [InlineData(-0.06, 0.05, 0.1)]
    public void MoreSeedsIsTheLeastNumberThatIsLikelyToDecide(double mean, double sd, double? margin)
    {
        MeanTest test = MeanTest.FromPooled(5, mean, sd, 4);
        int n = 5 + Power.MoreSeeds(test, margin)!.Value;
        Assert.True(Chance(n) >= 0.8 && Chance(n - 1) < 0.8);

        double Chance(int seeds) => Math.Max(
            Power.OfDifference(mean / sd, seeds),
            margin is { } m ? Power.OfEquivalence(Math.Abs(mean) / sd, m / sd, seeds) : 0);
    }

    [Fact]
    public void NoNumberOfSeedsShowsNothing()
    {
        Assert.Null(Power.MoreSeeds(MeanTest.FromPooled(5, 0, 0.1, 4)));
        Assert.Null(Power.MoreSeeds(MeanTest.FromPooled(5, 0.0001, 0.1, 4)));
        Assert.NotNull(Power.MoreSeeds(MeanTest.FromPooled(5, 0.0001, 0.1, 4), 0.1));
    }

    [Fact]
    public void OneLookSpendsEverythingAndLooksAddUp()
    {
        foreach (Spending spending in Enum.GetValues<Spending>())
            Assert.Equal(0.05, PlannedLooks.Of([10], spending: spending).NominalP[0], 1e-12);
        PlannedLooks usual = PlannedLooks.Usual;
        Assert.Equal(0.05 * Math.Log(1 + (Math.E - 1) / 6), usual.NominalP[0], 1e-12);
        Assert.InRange(usual.NominalP.Sum(), 0.05, 0.08);
        Assert.Equal(usual.NominalP[1], usual.NominalPAt(10));
        Assert.Equal((10, 20, null), (usual.NextAfter(5), usual.NextAfter(12), usual.NextAfter(30)));
        Assert.Contains(
            "at 5, 10, 20, 30 seeds, got 7", Assert.Throws<ArgumentException>(() => usual.NominalPAt(7)).Message);
        Assert.Contains("rising", Assert.Throws<ArgumentException>(() => PlannedLooks.Of([5, 5])).Message);
    }

    /// <summary>The classic constant boundary: K = 5 equal looks of Pocock's kind need about the same z each.</summary>
    [Fact]
    public void PocockSpendingIsNearlyConstant()
    {
        double[] z = [.. PlannedLooks.Of([10, 20, 30, 40, 50]).NominalP.Select(p => Quantile.Normal(p / 2))];
        Assert.All(z, each => Assert.InRange(each, 2.36, 2.45));
    }

    [Fact]
    public void TheAlwaysValidIntervalIsWhatIsNotRejected()
    {
        double[] differences = [0.3, 0.5, 0.2, 0.4, 0.6, 0.35, 0.45];
        var valid = AlwaysValid.Of(MeanTest.Of(differences));
        foreach (double bound in new[] { valid.Interval!.Value.Low, valid.Interval.Value.High })
        {
            MeanTest there = MeanTest.Of([.. differences.Select(d => d - bound)]);
            Assert.Equal(20, AlwaysValid.EValueOf(there.T, 7), 1e-9);
        }
        Assert.True(valid.Interval.Value.HalfWidth > MeanTest.Of(differences).Interval.HalfWidth);
        Assert.True(valid.EValue > 20);
        Assert.Null(AlwaysValid.Of(MeanTest.Of(differences[..4])).Interval);
    }

    static ArmScores Arm(string name, long first, params double[] values) => new(
        name, Metric.Accuracy(1000), [.. values.Select((value, i) => new BlockScore(first + i, value))]);

    [Fact]
    public void AWinnerIsConfirmedOnFreshBlocks()
    {
        ArmScores[] arms = [Arm("base", 0, 970, 972, 975), Arm("wide", 0, 975, 973, 981), Arm(
            "deep", 0, 978, 979, 980)];
        var table = BlockTable.Of(arms);
        var sweep = SweepWinner.Of(table);
        Assert.Equal(("deep", 3), (sweep.Name, sweep.Arms));
        Assert.Equal(97.9, sweep.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(RepeatedMeasures.Of(table).MeanSquareError / 3), sweep.StandardError, 1e-15);
        Assert.Equal(sweep.StandardError * WinnersCurse.InStandardErrors(3), sweep.ExpectedExcess, 1e-15);

        var fresh = PairedComparison.Of(Arm("base", 3, 970, 972, 975), Arm("deep", 3, 977, 976, 980));
        Assert.Equal(fresh, new Confirmation(sweep, fresh).Fresh);
        var stale = PairedComparison.Of(Arm("base", 2, 970, 972, 975), Arm("deep", 2, 977, 976, 980));
        Assert.Contains(
            "the seeds 2 again",
            Assert.Throws<ArgumentException>(() => { _ = new Confirmation(sweep, stale); }).Message);
        var other = PairedComparison.Of(Arm("base", 3, 970, 972, 975), Arm("wide", 3, 977, 976, 980));
        Assert.Contains(
            "'deep', got 'wide'",
            Assert.Throws<ArgumentException>(() => { _ = new Confirmation(sweep, other); }).Message);
    }

    [Fact]
    public void TimesOfRunsThatSharedTheMachineAreRefused()
    {
        RunTime[] a = [new(10, true), new(11, true), new(10.5, true)], b = [new(12, true), new(12.5, true), new(
            12.4, true)];
        var ratio = TimeRatio.Of(a, b);
        Assert.Equal(12.4 / 10.5, ratio.Ratio, 1e-14);
        Assert.Equal(Math.Cbrt(12 / 10.0 * (12.5 / 11) * (12.4 / 10.5)), ratio.GeometricMean, 1e-14);
        Assert.True(ratio.Interval.Contains(ratio.GeometricMean) && ratio.Interval.Low > 1);
        a[1] = a[1] with { Alone = false };
        Assert.Contains(
            "the machine to themselves, got 1 that shared it",
            Assert.Throws<ArgumentException>(() => TimeRatio.Of(a, b)).Message);
    }
}
