using Ceteris.Kernels;
using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>
/// Thousands of studies whose truth is known: tests reject a true null as often as they say, and intervals cover the
/// truth as often as they say. All draws are addressed by (seed, purpose, study), so nothing here can flicker.
/// </summary>
public sealed class CalibrationTests
{
    const int Studies = 20_000;

    static double[] Normals(string purpose, int study, int count)
    {
        var stream = new RandomStream(StreamKey.For(1, purpose), (uint)study);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = stream.NextNormal();
        return values;
    }

    static double Share(int studies, Func<int, bool> holds) =>
        Enumerable.Range(0, studies).Count(holds) / (double)studies;

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public void NullStudiesRejectAndIntervalsCoverAsTheySay(int n)
    {
        int rejected = 0, covered = 0;
        int[] bins = new int[20];
        for (int study = 0; study < Studies; study++)
        {
            double[] differences = Normals("null", study, n);
            MeanTest test = MeanTest.Of(differences);
            rejected += test.P < 0.05 ? 1 : 0;
            covered += MeanTest.Of([.. differences.Select(d => 0.4 + 3 * d)]).Interval.Contains(0.4) ? 1 : 0;
            bins[Math.Min(19, (int)(test.P * 20))]++;
        }
        Assert.InRange(rejected / (double)Studies, 0.045, 0.055);
        Assert.InRange(covered / (double)Studies, 0.945, 0.955);
        // p is uniform: χ² of 20 bins with 19 degrees of freedom stays below its 0.999 quantile.
        double expected = Studies / 20.0;
        Assert.InRange(bins.Sum(bin => (bin - expected) * (bin - expected) / expected), 0, 43.8);
    }

    /// <summary>
    /// As runs are: counts of correct images out of 1,000, where a seed makes a block easier or harder for both arms.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public void CountsOfImagesAreCalibratedToo(int n)
    {
        const int Images = 1000;
        double rejected = Share(Studies, study =>
        {
            double[] z = Normals("counts", study, 3 * n);
            int[] a = new int[n], b = new int[n];
            for (int block = 0; block < n; block++)
            {
                (a[block], b[block]) = (Count(z[block] + z[n + block]), Count(z[block] + z[2 * n + block]));
            }
            var pair = PairedComparison.Of(ArmScores.Counts("A", Images, a), ArmScores.Counts("B", Images, b));
            return pair.Test!.P < 0.05;
        });
        Assert.InRange(rejected, 0.045, 0.055);

        static int Count(double z) => (int)Math.Round(950 + 5 * z);
    }

    [Fact]
    public void TheSignFlipTestNeverRejectsTooOften()
    {
        double rejected = Share(Studies, study => SignFlip.P(Normals("sign-flip", study, 8)) < 0.05);
        Assert.InRange(rejected, 0.04, 0.0525); // 12 of 256 patterns: 4.7 %
        Assert.Equal(0, Share(1000, study => SignFlip.P(Normals("sign-flip", study, 5)) < 0.05));
    }

    /// <summary>A true difference exactly at the margin is called equivalent in 5 %, one of nothing nearly
    /// always.</summary>
    [Fact]
    public void TheEquivalenceTestKeepsItsLevel()
    {
        double atMargin = Share(Studies, study =>
            Equivalence.Of(MeanTest.Of([.. Normals("margin", study, 10).Select(z => 3 + z)]), 3).P < 0.05);
        Assert.InRange(atMargin, 0.045, 0.055);
        double power = Share(4000, study => Equivalence.Of(MeanTest.Of(Normals("margin", study, 10)), 1.2).P < 0.05);
        Assert.Equal(Power.OfEquivalence(0, 1.2, 10), power, 0.02);
    }

    [Fact]
    public void ThePowerIsWhatItSays()
    {
        double found = Share(20_000, study => MeanTest.Of([.. Normals("power", study, 6).Select(z => 1 + z)]).P < 0.05);
        Assert.Equal(Power.OfDifference(1, 6), found, 0.01);
    }

    /// <summary>Peeking inflates; planned looks and the always-valid test do not.</summary>
    [Fact]
    public void LookingOften()
    {
        const int Most = 30, Repeats = 10_000;
        PlannedLooks looks = PlannedLooks.Usual;
        int peeking = 0, naive = 0, planned = 0, always = 0;
        double[] criticalT = [.. Enumerable.Range(0, Most + 1).Select(
            n => n < 3 ? 0 : Quantile.StudentT(0.025, n - 1))];
        for (int study = 0; study < Repeats; study++)
        {
            double[] values = Normals("looks", study, Most);
            bool peeks = false, looksNaively = false, looksAsPlanned = false, isRejected = false;
            double sum = values[0] + values[1], squares = values[0] * values[0] + values[1] * values[1];
            for (int n = 3; n <= Most; n++)
            {
                sum += values[n - 1];
                squares += values[n - 1] * values[n - 1];
                double t = sum / Math.Sqrt(n * (squares - sum * sum / n) / (n - 1));
                bool isLook = looks.Seeds.Contains(n), rejects = Math.Abs(t) > criticalT[n];
                peeks |= rejects;
                looksNaively |= isLook && rejects;
                looksAsPlanned |= isLook && UpperTail.StudentTBoth(t, n - 1) < looks.NominalPAt(n);
                isRejected |= AlwaysValid.EValueOf(t, n) >= 20;
            }
            (peeking, naive) = (peeking + (peeks ? 1 : 0), naive + (looksNaively ? 1 : 0));
            (planned, always) = (planned + (looksAsPlanned ? 1 : 0), always + (isRejected ? 1 : 0));
        }
        Assert.InRange(peeking / (double)Repeats, 0.255, 0.283);
        Assert.InRange(naive / (double)Repeats, 0.133, 0.153);
        Assert.InRange(planned / (double)Repeats, 0.042, 0.057);
        Assert.InRange(always / (double)Repeats, 0, 0.05);
    }

    /// <summary>With Holm, the chance of any false claim among five arms that are all alike stays below 5 %.</summary>
    [Fact]
    public void HolmKeepsTheChanceOfAnyFalseClaim()
    {
        const int Repeats = 4000, Blocks = 6;
        var metric = new Metric("score", "points");
        int any = 0, anyUnadjusted = 0, omnibus = 0;
        for (int study = 0; study < Repeats; study++)
        {
            double[] z = Normals("arms", study, 5 * Blocks);
            ArmScores[] arms = [.. Enumerable.Range(0, 5).Select(
                arm => ArmScores.Values($"{arm}", metric, z[(arm * Blocks)..((arm + 1) * Blocks)]))];
            var all = ArmsComparison.WithControl(arms);
            any += all.Contrasts.Any(contrast => contrast.AdjustedP < 0.05) ? 1 : 0;
            anyUnadjusted += all.Contrasts.Any(contrast => contrast.P < 0.05) ? 1 : 0;
            omnibus += all.Omnibus!.P < 0.05 ? 1 : 0;
        }
        Assert.InRange(any / (double)Repeats, 0.02, 0.05);
        Assert.InRange(anyUnadjusted / (double)Repeats, 0.1, 0.2);
        Assert.InRange(omnibus / (double)Repeats, 0.04, 0.06);
    }

    /// <summary>Five equal arms: the winner's mean is high by what the table says; fresh blocks are not.</summary>
    [Fact]
    public void TheWinnerIsFlatteredAsForetold()
    {
        const int Repeats = 4000;
        double excess = 0, foretold = 0;
        var metric = new Metric("score", "points");
        for (int study = 0; study < Repeats; study++)
        {
            double[] z = Normals("sweep", study, 20);
            var sweep = SweepWinner.Of(BlockTable.Of([.. Enumerable.Range(0, 5).Select(
                arm => ArmScores.Values($"{arm}", metric, z[(arm * 4)..(arm * 4 + 4)]))]));
            excess += sweep.Mean / Repeats;
            foretold += sweep.ExpectedExcess / Repeats;
        }
        Assert.Equal(WinnersCurse.InStandardErrors(5) / 2, excess, 0.02);
        Assert.Equal(excess, foretold, 0.03);
    }
}
