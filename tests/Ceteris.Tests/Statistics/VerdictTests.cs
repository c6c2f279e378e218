using System.Globalization;
using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>Verdicts as they are read.</summary>
public sealed class VerdictTests
{
    static readonly VerdictSubject Norm = new("batch norm", "BASE", "MNIST");
    /// <summary>A sentence may begin with an ordinary word in capitals, not with a name in other letters.</summary>
    [Theory]
    [InlineData("Batch norm helps BASE", "batch norm helps BASE")]
    [InlineData("The article's", "the article's")]
    [InlineData("Multiply-adds", "multiply-adds")]
    [InlineData("bn helps BASE", "bn helps BASE")]
    [InlineData("lr × batch", "lr × batch")]
    [InlineData("fc1 widened", "fc1 widened")]
    [InlineData("SK", "SK")]
    [InlineData("5×5", "5×5")]
    [InlineData("", "")]
    public void OnlyAnOrdinaryWordIsCapitalised(string expected, string text) =>
        Assert.Equal(expected, InWords.Capitalised(text));

    static readonly VerdictSubject Stacked = new("SK", "BN", "MNIST", IsAddition: false);

    static readonly int[] Base = [9775, 9768, 9790, 9771, 9782, 9766, 9779, 9785, 9773, 9760];

    static PairedComparison Compare(params int[] gains) => PairedComparison.Of(
        ArmScores.Counts("BASE", 10_000, Base[..gains.Length]),
        ArmScores.Counts("BN", 10_000, [.. gains.Select((gain, i) => Base[i] + gain)]));

    static readonly PairedComparison Helps = Compare(47, 55, 38, 52, 44, 60, 41, 36, 48, 49);
    static readonly PairedComparison Little = Compare(4, 6, -1, 5, 3, 2, 6, 4, 1, 5);
    static readonly PairedComparison Same = Compare(3, -4, 1, -2, 5, -3, 2, 0, -1, -2);
    static readonly PairedComparison Open = Compare(12, -8, 20, -15, 9, 14, -11, 6, 18, -5);

    [Fact]
    public void Better() => Assert.Equal(
        "Batch norm helps BASE on MNIST: +0.47 points (95 % interval 0.42 to 0.52, 10 seeds, better in 10 of "
        + "10). Error falls by a fifth.",
        VerdictText.Of(Verdict.Of(Helps), Norm));

    [Fact]
    public void Worse() => Assert.Equal(
        "SK is worse than BN on MNIST: −0.47 points (95 % interval −0.52 to −0.42, 10 seeds, worse in 10 of "
        + "10). Error rises by a fifth.",
        VerdictText.Of(
            Verdict.Of(Compare([.. Helps.Blocks.Select(b => -(int)Math.Round(100 * b.Difference))])), Stacked));

    [Fact]
    public void Equivalent()
    {
        Assert.Equal(
            "Batch norm makes no difference that matters to BASE on MNIST: 0.00 points, inside ±0.10 (90 % "
            + "interval −0.02 to 0.02, 10 seeds).",
            VerdictText.Of(Verdict.Of(Same, 0.1), Norm));
        Assert.Equal(
            "SK and BN do equally well on MNIST: 0.00 points, inside ±0.10 (90 % interval −0.02 to 0.02, 10 seeds).",
            VerdictText.Of(Verdict.Of(Same, 0.1), Stacked));
    }

    [Fact]
    public void RealButNegligible()
    {
        Verdict verdict = Verdict.Of(Little, 0.1);
        Assert.Equal((VerdictKind.Equivalent, true), (verdict.Kind, verdict.IsNegligible));
        Assert.Equal(
            "Batch norm helps BASE on MNIST, but too little to matter: +0.04 points, inside ±0.10 (90 % "
            + "interval 0.02 to 0.05, 10 seeds).",
            VerdictText.Of(verdict, Norm));
    }

    [Fact]
    public void Undecided()
    {
        Assert.Equal(
            "Whether batch norm helps BASE on MNIST is undecided: +0.04 points (95 % interval −0.05 to 0.13, "
            + "10 seeds, better in 6 of 10). About 80 more seeds would decide.",
            VerdictText.Of(Verdict.Of(Open), Norm));
        Assert.Equal(
            "Whether SK is better than BN on MNIST is undecided: +0.04 points (95 % interval −0.05 to 0.13, "
            + "10 seeds, better in 6 of 10). About 15 more seeds would decide.",
            VerdictText.Of(Verdict.Of(Open, 0.11), Stacked));
        Assert.Equal(
            "More seeds would hardly decide: that a difference is too small to matter can only be shown with a margin.",
            VerdictText.Sentences(Verdict.Of(Compare(10, -10, 5, -5, 3, -3)), Norm)[1]);
    }

    [Fact]
    public void TooFewSeeds()
    {
        Assert.Equal(
            "Too few seeds to say whether batch norm helps BASE on MNIST: so far +0.47 points (95 % interval "
            + "0.26 to 0.68, 3 seeds, better in 3 of 3). About 2 more seeds would decide.",
            VerdictText.Of(Verdict.Of(Compare(47, 55, 38)), Norm));
        Assert.Equal(
            "Batch norm against BASE on MNIST: +0.47 and −0.05 points in 2 seeds: two points, and no test. 3 "
            + "more seeds are the least for a claim.",
            VerdictText.Of(Verdict.Of(Compare(47, -5)), Norm));
        Assert.Equal(
            "Batch norm against BASE on MNIST: +0.47 points in 1 seed: a single point, and no test. 4 more "
            + "seeds are the least for a claim.",
            VerdictText.Of(Verdict.Of(Compare(47)), Norm));
    }

    [Fact]
    public void RunsThatDiverged()
    {
        var treatment = new ArmScores("BN", Metric.Accuracy(10_000), [.. Base.Select((count, seed) =>
            seed is 3 or 7 ? new BlockScore(seed, null, "diverged") : new BlockScore(seed, count + 40 + seed))]);
        Verdict verdict = Verdict.Of(PairedComparison.Of(ArmScores.Counts("BASE", 10_000, Base), treatment));
        Assert.Contains("8 seeds, better in 8 of 8", VerdictText.Headline(verdict, Norm));
        Assert.Contains(
            "2 of 10 seeds are not in these numbers: BN diverged (seeds 3 and 7).",
            VerdictText.Sentences(verdict, Norm));

        var dead = new ArmScores(
            "BN", Metric.Accuracy(10_000), [.. Base.Select((_, seed) => new BlockScore(seed, null, "diverged"))]);
        Assert.Equal(
            "BN diverged in all 10 seeds on MNIST: it has no result to compare.",
            VerdictText.Of(Verdict.Of(PairedComparison.Of(ArmScores.Counts("BASE", 10_000, Base), dead)), Norm));
    }

    [Fact]
    public void NoSpread()
    {
        Assert.Equal(
            "Whether batch norm helps BASE on MNIST is undecided: +0.20 points (5 seeds, better in 5 of 5). "
            + "About 1 more seed would decide. Every seed gave the same difference, so its spread is unknown "
            + "and the sign-flip test decides (p = 0.063).",
            VerdictText.Of(Verdict.Of(Compare(20, 20, 20, 20, 20)), Norm));
        Assert.Contains(
            "The two agreed in every seed: are they one configuration?",
            VerdictText.Sentences(Verdict.Of(Compare(0, 0, 0, 0, 0), 0.1), Norm));
    }

    [Fact]
    public void OtherComparisonsAreAllowedFor()
    {
        PairedComparison pair = Compare(12, 2, 20, -5, 9, 14, 3, 6);
        Verdict alone = Verdict.Of(pair), oneOfSix = Verdict.Of(pair, adjustedP: 6 * pair.Test!.P);
        Assert.Equal((VerdictKind.Better, VerdictKind.Undecided), (alone.Kind, oneOfSix.Kind));
        Assert.True(oneOfSix.MoreSeeds > 0);
        Assert.Contains(
            VerdictText.Sentences(oneOfSix, Norm),
            text => text.StartsWith("By itself p = 0.0", StringComparison.Ordinal));
    }

    [Fact]
    public void TheSignFlipTestMayBeLessSure()
    {
        Verdict verdict = Verdict.Of(Compare(10, 11, 9, 10, 12, -1));
        Assert.Equal(VerdictKind.Better, verdict.Kind);
        Assert.Contains(
            "The sign-flip test, which assumes no distribution, is less sure (p = 0.063).", VerdictText.Sentences(
                verdict, Norm));
    }

    [Fact]
    public void CostsConfoundsAndOtherNumbers()
    {
        Quantity[] a =
        [
            new("parameters", 432_220, true), new("multiply-adds", 2_293_000, true), new("steps", 3_140, false),
            new("learning rate × batch", 0.64, false),
        ];
        Quantity[] b =
        [
            new("parameters", 644_560, true), new("multiply-adds", 3_714_660, true), new("steps", 3_140, false),
            new("learning rate × batch", 1.28, false),
        ];
        var context = new VerdictContext
        {
            Confounds = Confounds.Between(a, b, "learning rate × batch"),
            Time = new TimeRatio(5, 1.14, 1.14, new(1.1, 1.2, 0.95)),
            Reference = new(0.85, VerdictKind.Better, "one run, and a weaker baseline"),
        };
        Assert.Equal(
            [
                "It costs 14 % more time per step, 49 % more parameters and 62 % more multiply-adds.",
                "Not all else is equal: parameters 432,220 against 644,560 (+49 %) and multiply-adds "
                + "2,293,000 against 3,714,660 (+62 %); part of the difference may be due to that.",
                "The article's +0.85 is outside the interval: one run, and a weaker baseline.",
            ],
            VerdictText.Sentences(Verdict.Of(Helps), Norm, context).Skip(2));
        Assert.Equal([false, false, false, true], context.Confounds.Select(row => row.IsDeclared));
        Assert.Equal([true, true, false, false], context.Confounds.Select(row => row.IsSerious));

        var claim = new VerdictContext { Reference = new(-0.13, VerdictKind.Worse, "both within noise") };
        Assert.Equal(
            ["The article's −0.13 is outside the interval.", "Its conclusion does not hold here: both within noise."],
            VerdictText.Sentences(Verdict.Of(Same, 0.1), Norm, claim).Skip(1));
        Assert.Equal(
            "Its conclusion is neither confirmed nor refuted.",
            VerdictText.Sentences(Verdict.Of(Open), Norm, claim)[^1]);
    }

    [Fact]
    public void ConfoundsOfOneArmOnly()
    {
        IReadOnlyList<ConfoundRow> rows = Confounds.Between(
            [new("steps", 100, false)], [new("steps", 100, false), new("bytes", 8, true)]);
        Assert.Equal(["steps", "bytes"], rows.Select(row => row.Name));
        Assert.Equal((false, true, null), (rows[0].Differs, rows[1].IsSerious, rows[1].Ratio));
        Assert.Throws<ArgumentException>(() => Confounds.Between([new("steps", 1, false), new("steps", 2, false)], []));
    }

    /// <summary>The example of docs/statistics.md.</summary>
    [Fact]
    public void TheExampleOfTheDocumentation()
    {
        var baseline = ArmScores.Counts("BASE", 10_000, 9732, 9741, 9718, 9755, 9729);
        var norm = ArmScores.Counts("BN", 10_000, 9817, 9809, 9801, 9826, 9798);
        var pair = PairedComparison.Of(baseline, norm);
        var verdict = Verdict.Of(pair, margin: 0.25);
        Assert.Equal(
            "Batch norm helps BASE on MNIST: +0.75 points (95 % interval 0.65 to 0.85, 5 seeds, better in 5 of 5). "
            + "Error falls by 28 %.",
            VerdictText.Of(verdict, new("batch norm", "BASE", "MNIST")));
    }

    [Theory]
    [InlineData(0.8, "Error falls by a fifth")]
    [InlineData(0.716, "Error falls by 28 %")]
    [InlineData(0.5, "Error falls by half")]
    [InlineData(0.985, "Error falls by 1.5 %")]
    [InlineData(1.26, "Error rises by a quarter")]
    [InlineData(2.01, "Error doubles")]
    [InlineData(3.12, "Error grows to 3.1 times")]
    public void Errors(double ratio, string expected) => Assert.Equal(expected, InWords.ErrorChange(ratio));

    [Theory]
    [InlineData(1.14, "14 % more steps")]
    [InlineData(0.997, "0.3 % fewer steps")]
    [InlineData(1.0001, "less than 0.1 % more steps")]
    [InlineData(3.14, "3.1 times the steps")]
    public void Changes(double ratio, string expected) => Assert.Equal(expected, InWords.Change(ratio, "steps"));

    [Fact]
    public void Numbers()
    {
        Assert.Equal(
            ("−0.13", "0.00", "1,234.5"),
            (InWords.Number(-0.13, 2), InWords.Number(-0.001, 2), InWords.Number(1234.5, 1)));
        Assert.Equal(
            ("12,000", "0.64", "6.4 × 10¹⁰", "10¹¹", "−2.5 × 10⁻⁸", "0"),
            (InWords.Plain(12_000), InWords.Plain(0.64), InWords.Plain(6.4e10), InWords.Plain(1e11),
                InWords.Plain(-2.5e-8), InWords.Plain(0)));
        Assert.Equal("10¹¹ times the steps", InWords.Change(1e11, "steps"));
        Assert.Equal(
            ("+0.47", "0.00", "−2.0"), (InWords.Signed(0.47, 2), InWords.Signed(0.004, 2), InWords.Signed(-2, 1)));
        Assert.Equal(
            (2, 2, 3, 4),
            (InWords.Decimals(0.5), InWords.Decimals(0.01), InWords.Decimals(0.0099), InWords.Decimals(0.0004)));
        Assert.Equal(
            ("p < 0.001", "p = 0.0012", "p = 0.031", "p = 0.42"),
            (InWords.P(0.0009), InWords.P(0.00123), InWords.P(0.0312), InWords.P(0.416)));
        Assert.Equal(
            (7, 40, 150, 350), (InWords.RoundUp(7), InWords.RoundUp(36), InWords.RoundUp(143), InWords.RoundUp(301)));
        Assert.Equal(
            ("", "a", "a and b", "a, b and c"),
            (InWords.List([]), InWords.List(["a"]), InWords.List(["a", "b"]), InWords.List(["a", "b", "c"])));
    }

    [Fact]
    public void NoCultureChangesAWord()
    {
        string expected = VerdictText.Of(Verdict.Of(Helps), Norm);
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = ".";
        other.NumberFormat.NegativeSign = "neg";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(expected, VerdictText.Of(Verdict.Of(Helps), Norm));
            Assert.Contains("-0.1", Assert.Throws<ArgumentException>(() => Verdict.Of(Helps, -0.1)).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
