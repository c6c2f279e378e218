using Ceteris.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Ceteris.Tests;

/// <summary>What must hold of a comparison whatever the numbers are.</summary>
public sealed class PairedPropertyTests
{
    const int Images = 10_000;

    /// <summary>Two arms of 3 to 14 blocks, whose differences have some spread.</summary>
    static Arbitrary<(int[] A, int[] B)> Studies()
    {
        Gen<(int A, int B)> block = from a in Gen.Choose(9_600, 9_800) from b in Gen.Choose(9_600, 9_800) select (a, b);
        Gen<(int[] A, int[] B)> study = from n in Gen.Choose(3, 14)
                                        from blocks in block.ListOf(n)
                                        select (blocks.Select(p => p.A).ToArray(), blocks.Select(p => p.B).ToArray());
        return study.Where(s => s.A.Zip(s.B, (a, b) => b - a).Distinct().Count() > 1).ToArbitrary();
    }

    static void ForAll(Action<int[], int[]> holds) =>
        Prop.ForAll(Studies(), s => holds(s.A, s.B)).QuickCheckThrowOnFailure();

    static PairedComparison Compare(int[] a, int[] b, double confidence = 0.95) => PairedComparison.Of(
        ArmScores.Counts("A", Images, a), ArmScores.Counts("B", Images, b), confidence);

    [Fact]
    public void TheOrderOfBlocksDoesNotMatter() => ForAll((a, b) =>
    {
        PairedComparison one = Compare(a, b), other = Compare([.. a.Reverse()], [.. b.Reverse()]);
        Assert.Equal(one.Mean, other.Mean);
        Assert.Equal(one.SignFlipP, other.SignFlipP);
        Assert.Equal((one.Wins, one.Losses, one.Ties), (other.Wins, other.Losses, other.Ties));
        Close(one.Test!.P, other.Test!.P);
        Close(one.ErrorRatio!.Value.Ratio, other.ErrorRatio!.Value.Ratio);
    });

    [Fact]
    public void ExchangingTheArmsTurnsTheSign() => ForAll((a, b) =>
    {
        PairedComparison one = Compare(a, b), other = Compare(b, a);
        Assert.Equal(one.Mean, -other.Mean);
        Assert.Equal(one.Test!.P, other.Test!.P);
        Assert.Equal(one.Test.T, -other.Test.T);
        Assert.Equal(one.Test.Interval.Low, -other.Test.Interval.High);
        Assert.Equal(one.SignFlipP, other.SignFlipP);
        Assert.Equal(one.Wins, other.Losses);
        Assert.Equal(one.VarianceRatio!.Value, other.VarianceRatio!.Value, 1e-9 * one.VarianceRatio.Value);
        Close(one.ErrorRatio!.Value.Ratio, 1 / other.ErrorRatio!.Value.Ratio);
        (Verdict v, Verdict w) = (Verdict.Of(one, 0.2), Verdict.Of(other, 0.2));
        VerdictKind turned = v.Kind switch
        {
            VerdictKind.Better => VerdictKind.Worse,
            VerdictKind.Worse => VerdictKind.Better,
            var same => same,
        };
        Assert.Equal(turned, w.Kind);
        Assert.Equal(v.MoreSeeds, w.MoreSeeds);
    });

    [Fact]
    public void AShiftOfBothArmsChangesNoDifference() => ForAll((a, b) =>
    {
        PairedComparison one = Compare(a, b), other = Compare([.. a.Select(x => x - 700)], [.. b.Select(x => x - 700)]);
        Assert.Equal(one.Test, other.Test);
        Assert.Equal(one.SignFlipP, other.SignFlipP);
    });

    [Fact]
    public void AShiftOfOneArmShiftsTheInterval() => ForAll((a, b) =>
    {
        MeanTest one = Compare(a, b).Test!, other = Compare(a, [.. b.Select(x => x + 100)]).Test!;
        Assert.Equal(one.Mean + 1, other.Mean, 1e-12);
        Assert.Equal(one.Interval.Low + 1, other.Interval.Low, 1e-12);
        Assert.Equal(one.StandardDeviation, other.StandardDeviation, 1e-12);
    });

    [Fact]
    public void AScaleChangesNoTest() => ForAll((a, b) =>
    {
        double[] differences = [.. a.Zip(b, (x, y) => (double)(y - x))];
        MeanTest one = MeanTest.Of(differences), other = MeanTest.Of(differences, scale: 1e-3);
        MeanTest scaled = MeanTest.Of([.. differences.Select(d => d * 1e-3)]);
        Close(one.P, other.P);
        Close(one.P, scaled.P);
        Close(one.Interval.Low * 1e-3, other.Interval.Low);
        Assert.Equal(SignFlip.P(differences), SignFlip.P([.. differences.Select(d => d * 0.37)]));
    });

    [Fact]
    public void TestAndIntervalSayTheSame() => ForAll((a, b) =>
    {
        foreach (double confidence in new[] { 0.5, 0.9, 0.95, 0.99 })
        {
            MeanTest test = Compare(a, b, confidence).Test!;
            if (Math.Abs(test.P - (1 - confidence)) > 1e-9)
                Assert.Equal(test.P < 1 - confidence, !test.Interval.Contains(0));
            var tost = Equivalence.Of(test, 0.4, (1 - confidence) / 2);
            if (Math.Abs(tost.P - (1 - confidence) / 2) > 1e-9)
                Assert.Equal(tost.P < (1 - confidence) / 2, tost.Interval.IsWithin(0.4));
        }
    });

    /// <summary>Seen the other way round: at p the interval of confidence 1 − p touches 0.</summary>
    [Fact]
    public void PIsWhereTheIntervalTouchesZero() => ForAll((a, b) =>
    {
        MeanTest test = Compare(a, b).Test!;
        if (test.P is < 1e-12 or > 0.999)
            return;
        Ceteris.Statistics.Interval touching = test.IntervalAt(1 - test.P);
        Assert.Equal(0, Math.Min(Math.Abs(touching.Low), Math.Abs(touching.High)), 1e-9);
    });

    [Fact]
    public void TheSignFlipTestIsThatOfItsDefinition() => ForAll((a, b) =>
    {
        int[] differences = [.. a.Zip(b, (x, y) => y - x)];
        if (differences.Length > 10)
            return;
        int seen = Math.Abs(differences.Sum()), extreme = 0;
        for (int signs = 0; signs < 1 << differences.Length; signs++)
            extreme += Math.Abs(differences.Select((d, i) => (signs >> i & 1) == 0 ? d : -d).Sum()) >= seen ? 1 : 0;
        Assert.Equal(extreme / (double)(1 << differences.Length), SignFlip.P([.. differences.Select(d => (double)d)]));
    });

    [Fact]
    public void HolmIsNeverBelowHochbergNorPAndKeepsTheOrder() => Prop.ForAll(
        Gen.Choose(0, 1000).Select(i => i / 1000.0).NonEmptyListOf().ToArbitrary(), list =>
        {
            double[] p = [.. list], holm = Adjusted.Holm(p), hochberg = Adjusted.BenjaminiHochberg(p);
            for (int i = 0; i < p.Length; i++)
            {
                Assert.InRange(hochberg[i], p[i] * (1 - 1e-15), holm[i] * (1 + 1e-15));
                Assert.InRange(holm[i], 0, 1);
                for (int j = 0; j < p.Length; j++)
                    Assert.True(p[i] > p[j] || (holm[i] <= holm[j] && hochberg[i] <= hochberg[j]));
            }
            double[] turned = Adjusted.Holm([.. p.Reverse()]);
            Assert.Equal(holm, turned.Reverse());
        }).QuickCheckThrowOnFailure();

    static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Abs(expected));
}
