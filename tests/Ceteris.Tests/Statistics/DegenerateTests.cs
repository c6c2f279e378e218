using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>Studies at the edge: no spread, too few seeds, runs that did not finish, input that cannot be.</summary>
public sealed class DegenerateTests
{
    static PairedComparison Compare(int[] a, int[] b) =>
        PairedComparison.Of(ArmScores.Counts("A", 1000, a), ArmScores.Counts("B", 1000, b));

    [Fact]
    public void WithoutSpreadTheSignFlipTestDecides()
    {
        PairedComparison five = Compare([980, 970, 975, 980, 970], [985, 975, 980, 985, 975]);
        Assert.False(five.Test!.HasSpread);
        Assert.Equal((0.5, double.PositiveInfinity, 0.0625), (five.Mean!.Value, five.Test.T, five.Test.P));
        Assert.Equal(five.SignFlipP, five.Test.P);
        Assert.Equal(new Interval(0.5, 0.5, 0.95), five.Test.Interval);
        Assert.Null(five.VarianceRatio);
        Assert.Equal(1, five.Correlation!.Value, 1e-15);
        Assert.Equal((VerdictKind.Undecided, 1), (Verdict.Of(five).Kind, Verdict.Of(five).MoreSeeds));

        PairedComparison six = Compare([980, 970, 975, 980, 970, 960], [985, 975, 980, 985, 975, 965]);
        Assert.Equal(VerdictKind.Better, Verdict.Of(six).Kind);
        Assert.Equal(VerdictKind.Equivalent, Verdict.Of(six, 0.6).Kind);
        Assert.Equal(VerdictKind.Better, Verdict.Of(six, 0.5).Kind);
        Assert.Equal((1.0, null), (AlwaysValid.Of(six.Test!).EValue, AlwaysValid.Of(six.Test!).Interval));
    }

    [Fact]
    public void IdenticalArmsAreSeen()
    {
        PairedComparison same = Compare([980, 970, 975, 980, 970], [980, 970, 975, 980, 970]);
        Assert.True(same.IsIdentical);
        Assert.Equal((0.0, 0.0, 1.0, 1.0), (same.Mean!.Value, same.Test!.T, same.Test.P, same.SignFlipP!.Value));
        Assert.Equal((0, 0, 5, 0.5), (same.Wins, same.Losses, same.Ties, same.WinShare));
        Assert.Equal((VerdictKind.Undecided, null), (Verdict.Of(same).Kind, Verdict.Of(same).MoreSeeds));
        Assert.Equal(VerdictKind.Equivalent, Verdict.Of(same, 0.1).Kind);
        Assert.True(double.IsNaN(RepeatedMeasures.Of(BlockTable.Of(same.Baseline, same.Treatment)).F));
    }

    [Fact]
    public void ConstantArmsHaveNoCorrelationAndNoWelchTest()
    {
        PairedComparison pair = Compare([980, 980, 980], [985, 985, 985]);
        Assert.Null(pair.Correlation);
        Assert.True(double.IsNaN(pair.Welch!.P));
        Assert.Equal(double.PositiveInfinity, pair.Welch.T);
    }

    [Fact]
    public void TwoSeedsArePointsAndThreeAreExploratory()
    {
        Verdict none = Verdict.Of(PairedComparison.Of(
            ArmScores.Counts("A", 10, 9), new ArmScores("B", Metric.Accuracy(10), [new(0, null, "diverged")])));
        Assert.Equal((Strength.Nothing, VerdictKind.Undecided, 5), (none.Strength, none.Kind, none.MoreSeeds));
        Assert.Null(none.Comparison.Mean);
        Verdict one = Verdict.Of(Compare([900], [950]), 0.5);
        Assert.Equal((Strength.Points, VerdictKind.Undecided, 4), (one.Strength, one.Kind, one.MoreSeeds));
        Assert.Equal((5.0, null), (one.Comparison.Mean!.Value, one.Comparison.Test));
        Verdict two = Verdict.Of(Compare([900, 910], [950, 961]), 0.5);
        Assert.Equal((Strength.Points, VerdictKind.Undecided, 3), (two.Strength, two.Kind, two.MoreSeeds));
        Verdict three = Verdict.Of(Compare([900, 910, 905], [950, 961, 956]), 0.5);
        Assert.True(three.P < 0.001);
        Assert.Equal((Strength.Exploratory, VerdictKind.Undecided, 2), (three.Strength, three.Kind, three.MoreSeeds));
        Verdict five = Verdict.Of(Compare([900, 910, 905, 900, 903], [950, 961, 956, 950, 954]), 0.5);
        Assert.Equal((Strength.Claim, VerdictKind.Better, null), (five.Strength, five.Kind, five.MoreSeeds));
    }

    [Fact]
    public void MissingBlocksAreReportedAndNeverAveragedIn()
    {
        var metric = Metric.Accuracy(1000);
        var a = new ArmScores("A", metric, [new(7, 980), new(1, 970), new(2, 975), new(3, null, "failed")]);
        var b = new ArmScores(
            "B", metric, [new(2, 979), new(1, 975), new(7, null, "diverged"), new(3, null, "diverged")]);
        var pair = PairedComparison.Of(a, b);
        Assert.Equal([1L, 2], pair.Blocks.Select(block => block.Block));
        Assert.Equal([0.5, 0.4], pair.Blocks.Select(block => block.Difference), Tolerance);
        Assert.Equal(
            [new MissingBlock(3, "A", "failed"), new(3, "B", "diverged"), new(7, "B", "diverged")], pair.Missing);
        var c = new ArmScores("C", metric, [new(2, 979), new(1, 975)]);
        Assert.Equal(
            [new MissingBlock(3, "A", "failed"), new(3, "C", "has not run"), new(7, "C", "has not run")],
            PairedComparison.Of(a, c).Missing);
    }

    static bool Tolerance(double x, double y) => Math.Abs(x - y) < 1e-12;

    [Fact]
    public void AnErrorOfZeroHasNoRatio()
    {
        Assert.Null(Compare([980, 970, 975], [1000, 990, 980]).ErrorRatio);
        Assert.NotNull(Compare([980, 970, 975], [999, 990, 980]).ErrorRatio);
        var seconds = new Metric("speed", "images/s");
        Assert.Null(
            PairedComparison.Of(ArmScores.Values("A", seconds, 1, 2), ArmScores.Values("B", seconds, 2, 3)).ErrorRatio);
    }

    [Fact]
    public void WhereLessIsBetterWinsTurnRound()
    {
        var loss = new Metric("test loss", "nats", HigherIsBetter: false);
        var pair = PairedComparison.Of(
            ArmScores.Values("A", loss, 0.5, 0.52, 0.51, 0.53, 0.5), ArmScores.Values(
                "B", loss, 0.4, 0.43, 0.42, 0.41, 0.4));
        Assert.Equal((5, 0), (pair.Wins, pair.Losses));
        Assert.True(pair.Mean < 0);
        Assert.Equal(VerdictKind.Better, Verdict.Of(pair).Kind);
        Assert.InRange(pair.ErrorRatio!.Value.Ratio, 0.78, 0.83);
    }

    [Fact]
    public void BlocksBeyondTwentyAreDrawn()
    {
        double[] differences = [.. Enumerable.Range(0, 24).Select(i => i * 7.0 % 19 - 6)];
        var patterns = new Dictionary<double, double> { [0] = 1 };
        foreach (double difference in differences)
        {
            patterns = new[] { difference, -difference }
                .SelectMany(d => patterns.Select(p => (Sum: p.Key + d, Share: p.Value / 2)))
                .GroupBy(p => p.Sum).ToDictionary(group => group.Key, group => group.Sum(p => p.Share));
        }
        double exact = patterns.Where(p => Math.Abs(p.Key) >= Math.Abs(differences.Sum())).Sum(p => p.Value);
        Assert.InRange(exact, 0.001, 0.2);
        Assert.Equal(exact, SignFlip.P(differences), 3 * Math.Sqrt(exact / SignFlip.Draws));
        Assert.Equal(SignFlip.P(differences), SignFlip.P([.. differences.Reverse()]));
        double[] sure = [.. Enumerable.Range(0, 30).Select(i => 1 + 0.01 * i)];
        Assert.Equal(1.0 / (SignFlip.Draws + 1), SignFlip.P(sure));
    }

    public static TheoryData<Action, string> Mistakes => new()
    {
        { () => ArmScores.Counts("A", 1000, 1001), "a count of 0 to 1000 correct images, got 1001 (arm 'A', seed 0)" },
        { () => ArmScores.Values("A", Metric.Accuracy(10), 9.5), "got 9.5 (arm 'A', seed 0)" },
        {
            () => ArmScores.Values("A", new("loss", "nats"), 1, double.NaN),
            "a finite value, got NaN (arm 'A', seed 1)"
        },
        {
            () => new ArmScores("A", Metric.Accuracy(10), [new(3, 9), new(3, 8)]),
            "every seed once, got arm 'A', seed 3 twice"
        },
        {
            () => new ArmScores("A", Metric.Accuracy(10), [new(3, null)]),
            "a value, or why it is missing, got arm 'A', seed 3"
        },
        { () => PairedComparison.Of(ArmScores.Counts("A", 10, 9), ArmScores.Counts("A", 10, 9)), "'A' twice" },
        { () => PairedComparison.Of(ArmScores.Counts("A", 10, 9), ArmScores.Counts("B", 20, 9)), "in arm 'B'" },
        { () => MeanTest.Of([1]), "two values or more, got 1" },
        { () => MeanTest.Of([1, double.NaN]), "finite values, got NaN at position 1" },
        { () => MeanTest.Of([1, 2], 95), "a confidence between 0 and 1, such as 0.95, got 95" },
        { () => Equivalence.Of(MeanTest.Of([1, 2]), 0), "a positive margin, got 0" },
        { () => Adjusted.Holm([0.1, 1.1]), "p-values from 0 to 1, got 1.1" },
        { () => Verdict.Of(Compare([9], [9]), -0.1), "a positive margin, got -0.1" },
        { () => Metric.Accuracy(0), "one image or more, got 0" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void MistakesAreNamed(Action mistake, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(mistake).Message);
}
