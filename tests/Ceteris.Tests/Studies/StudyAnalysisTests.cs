using System.Globalization;

using Ceteris.Statistics;
using Ceteris.Studies;

namespace Ceteris.Tests;

public class StudyAnalysisTests
{
    static readonly StudyReference published = new(
        "the article", new Dictionary<string, ReferenceValue> { ["BASE"] = new(97.32m), ["BASE + batch norm"] = new(98.17m) },
        new Dictionary<string, StudyClaim> { ["BASE + batch norm"] = new(VerdictKind.Better) }, "one run");

    static StudyFactor Change(string name, params (string, string)[] settings) =>
        new("change", [new("BASE", []), new(name, settings)]);

    /// <summary>A study of BASE and one arm with these counts.</summary>
    static StudyAnalysis Pair(int?[] baseline, int?[] arm, Func<Study, Study>? change = null)
    {
        Study study = StudySamples.Study("pair", [StudySamples.BatchNorm], baseline.Length);
        return StudyAnalysis.Of(StudySamples.Outcome((change ?? (s => s))(study), baseline, arm));
    }

    [Fact]
    public void TwoArmsHaveTheNumbersOfTheVectors()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.TwoArms(study => study with
        {
            SuggestsMargin = true,
            Reference = published,
        }));
        ArmFinding finding = Assert.Single(analysis.Findings);
        Assert.Equal(0.752, finding.Paired.Mean!.Value, 12);
        Assert.Equal(20.6668290933, finding.Paired.Test!.T, 9);
        Assert.Equal(3.238227887838e-5, finding.Contrast.AdjustedP!.Value, 15);
        Assert.Equal(0.650974017268, finding.Paired.Test.Interval.Low, 11);
        Assert.Equal(0.853025982732, finding.Paired.Test.Interval.High, 11);
        Assert.Equal(0.2650, analysis.Margin!.Value, 10);
        Assert.Equal(97.35, analysis.Baseline.Mean!.Value, 10);
        Assert.Equal("better", finding.Word);
        Assert.Equal(
            "Batch norm helps BASE on MNIST: +0.75 points (95 % interval 0.65 to 0.85, 5 seeds, better in 5 of 5). "
                + "Error "
            + "falls by 28 %. It costs 0.3 % more parameters and 0.5 % more multiply-adds. The article's +0.85 is "
            + "inside "
            + "the interval.",
            analysis.Verdict);
        Assert.Empty(analysis.Lines);
        Assert.Null(analysis.Winner);
        Assert.Null(finding.Context.Time);
    }

    [Theory]
    [InlineData("mnist", true)]
    [InlineData("digits, mnist", true)]
    [InlineData("fashion-mnist", false)]
    [InlineData(null, true)]
    public void PublishedNumbersSpeakForTheirDataOnly(string? data, bool speaks)
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.TwoArms(study => study with
        {
            Reference = published with { Data = data },
        }));
        Assert.Equal(speaks, analysis.Findings[0].Context.Reference is not null);
        Assert.Equal(speaks, analysis.Baseline.Reference is not null);
    }

    [Fact]
    public void AConclusionThatDoesNotHoldIsSaidSo()
    {
        StudyAnalysis analysis = Pair([9732, 9741, 9718, 9755, 9729], [9632, 9641, 9628, 9645, 9639],
            study => study with { Reference = published });
        Assert.True(analysis.Findings[0].ContradictsReference);
        Assert.Contains("Its conclusion does not hold here: one run.", analysis.Verdict);
        Assert.StartsWith("Batch norm hurts BASE on MNIST: ", analysis.Verdict);
    }

    [Fact]
    public void InteractionsComeFirstAndAMisleadingMeanIsNoHeadline()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Factorial());
        FactorialEffect interaction = analysis.Factorial!.Effects[0];
        Assert.Equal("batch norm × dropout", interaction.Name);
        Assert.Equal(-0.474, interaction.Test.Mean, 12);
        Assert.Equal(-9.78620564733, interaction.Test.T, 9);
        Assert.Equal(0.000611013881763, interaction.Test.P, 12);
        Assert.Equal(0.089, analysis.Factorial.Effects.Single(e => e.Name == "dropout").Test.Mean, 12);
        Assert.Equal(0.515, analysis.Factorial.Effects.Single(e => e.Name == "batch norm").Test.Mean, 12);
        Assert.Equal(
            "What dropout does depends on batch norm: +0.33 points (95 % interval 0.26 to 0.39) without batch norm and "
            + "−0.15 points (95 % interval −0.27 to −0.03) with batch norm.",
            analysis.Sentences[0][..analysis.Sentences[0].IndexOf(" Their")]);
        Assert.Contains("Dropout has no single effect; its mean, +0.09 points, would mislead.", analysis.Headline);
        Assert.DoesNotContain("ropout helps, averaged", analysis.Headline);
        Assert.Contains("Batch norm helps, averaged over with and without dropout: +0.52 points", analysis.Headline);
        Assert.Equal(3, analysis.Lines.Count);
    }

    [Fact]
    public void WhereNoInteractionIsShownTheAnswerBeginsWithTheEffects()
    {
        StudyFactor places = new("dropout", [new("none", []),
            new("after fc1", [("network.dropout", "0.5"), ("network.dropout-after", "fc1")]),
            new("after fc2", [("network.dropout", "0.5"), ("network.dropout-after", "fc2")])]);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("places", [StudySamples.BatchNorm, places], 6),
            (arm, seed) => 9700 + 40 * arm.Levels[0] + (arm.Levels[1] == 1 ? 20 : 0)
                + (int)((seed + 1) * (3 * arm.Levels[0] + 5 * arm.Levels[1] + 2) % 7)));
        Assert.Contains("Batch norm helps, averaged over no dropout, dropout after fc1 and dropout after fc2: +0.4",
            analysis.Sentences[0]);
        Assert.StartsWith("Dropout after fc1 helps, averaged over with and without batch norm: +0.",
            analysis.Sentences[0]);
        Assert.Contains("Whether dropout after fc2 helps, averaged over with and without batch norm, is undecided: ",
            analysis.Sentences[0]);
        Assert.Equal("None of 2 interactions of the factors is shown.", analysis.Sentences[1]);
        Assert.Equal([2, 2, 1, 1, 1], analysis.Factorial!.Effects.Select(effect => effect.Order));
    }

    [Fact]
    public void ConclusionsThatHoldAreSaidToo()
    {
        StudyOutcome outcome = StudySamples.Several();
        StudyAnalysis analysis = StudyAnalysis.Of(outcome with
        {
            Study = outcome.Study with
            {
                Reference = new("the article",
                    new Dictionary<string, ReferenceValue>
                    {
                        ["BASE"] = new(87m),
                        ["BN"] = new(96m),
                        ["slow"] = new(83.5m),
                        ["batch 65"] = new(88m),
                    },
                    new Dictionary<string, StudyClaim>
                    {
                        ["BN"] = new(VerdictKind.Better),
                        ["slow"] = new(VerdictKind.Worse),
                        ["batch 65"] = new(VerdictKind.Better),
                    }, null),
            },
        });
        Assert.Contains("The article's conclusion holds for BN (better) and slow (worse).", analysis.Sentences);
        Assert.Contains("The article's conclusion does not hold for batch 65 (better there, equivalent here).",
            analysis.Sentences);
        Assert.Contains("The article's +9 is outside the interval", analysis.Lines[0]);
        Assert.Contains("The article's −3.5 is outside the interval", analysis.Lines[1]);
    }

    [Fact]
    public void TheBaselineLevelNeedNotBeTheFirst()
    {
        StudyFactor turned = StudySamples.BatchNorm with { Baseline = 1 };
        Study study = StudySamples.Study("turned", [turned, StudySamples.Dropout], 5);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(study,
            [9732, 9741, 9718, 9755, 9729], [9769, 9770, 9752, 9781, 9766],
            [9817, 9809, 9801, 9826, 9798], [9789, 9802, 9788, 9805, 9793]));
        Assert.Equal(0.474, analysis.Factorial!.Effects[0].Test.Mean, 12);
        Assert.Equal(-0.515, analysis.Factorial.Effects.Single(e => e.Name == "batch norm").Test.Mean, 12);
        Assert.Equal(98.102, analysis.Baseline.Mean!.Value, 10);
        Assert.Contains(analysis.Lines, line => line.StartsWith("BASE, without batch norm is worse than BASE on "
            + "MNIST: "));
    }

    [Fact]
    public void ATrendIsFoundWithItsSlopeItsBendAndItsSteps()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Width());
        Trend trend = Assert.Single(analysis.Trends);
        double[][] rows = [.. Enumerable.Range(0, 6).Select(b => trend.Arms.Select(arm => arm.Values[b]).ToArray())];
        double[] log = [.. trend.X.Select(Math.Log2)];
        double middle = log.Average(), square = log.Sum(x => (x - middle) * (x - middle));
        double[] slopes = [.. rows.Select(row => row.Zip(log, (y, x) => y * (x - middle)).Sum() / square)];
        Assert.Equal(slopes.Average(), trend.Fit.Slope.Mean, 10);
        Assert.Equal(["SK, width 0.2", "SK, width 0.5", "SK", "SK, width 1.5", "SK, width 2"],
            trend.Arms.Select(a => a.Name));
        Assert.Equal(4, trend.Steps.Count);
        Assert.StartsWith("Test accuracy rises with width on MNIST: +0.2", analysis.Headline);
        Assert.Contains("It levels off", analysis.Headline);
        Assert.Contains("Every step clears the noise.", analysis.Headline);
        Assert.Null(trend.Curve);
        Assert.All(analysis.Findings, f => Assert.DoesNotContain(f.Context.Confounds, row => row.IsSerious));
    }

    [Fact]
    public void OnlyTheStepsThatClearTheNoiseAreNamed()
    {
        int[] counts = [9700, 9820, 9822, 9821, 9823];
        Study study = StudySamples.Width().Study;
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            study, (arm, seed) => counts[arm.Levels[0]] + (int)(7 * seed * (arm.Levels[0] + 2) % 11)));
        Assert.Contains("Of the steps only from 0.2 to 0.5 (+1.2", analysis.Headline);
        Assert.Contains(" clears the noise.", analysis.Headline);
    }

    [Fact]
    public void TrainingSizesFollowAPowerLawWhoseLargestIsHidden()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Sizes());
        LearningCurve curve = Assert.Single(analysis.Trends).Curve!;
        Assert.InRange(curve.Exponent.Mean, -0.53, -0.49);
        Assert.Equal(Math.Pow(2, curve.Exponent.Mean), curve.Doubling, 12);
        Assert.Equal(60_000, curve.Hidden!.Size);
        Assert.InRange(curve.Hidden.Measured, 0.9, 1.1);
        Assert.NotNull(curve.Floor);
        Assert.Contains("No single power describes the error over all sizes; over the smaller ones it goes with a power of "
            + "the number of images: exponent −0.51", analysis.Headline);
        Assert.Contains("more than the law says", analysis.Headline);
    }

    [Fact]
    public void OneArmIsAskedHowFarItsSeedsSpread()
    {
        int?[] counts = [9774, 9760, 9788, 9781, 9769, 9775, 9790, 9764, 9779, 9770];
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(StudySamples.Study("spread", [], 10), counts));
        double mean = counts.Average()!.Value / 100,
            sd = Math.Sqrt(counts.Sum(c => Math.Pow(c!.Value / 100.0 - mean, 2)) / 9);
        Spread spread = analysis.Spread!;
        Assert.Equal(mean, spread.Test.Mean, 10);
        Assert.Equal(sd, spread.Test.StandardDeviation, 10);
        // χ² of 9 degrees of freedom: 19.0228 and 2.7004 (tables)
        Assert.Equal(sd * Math.Sqrt(9 / 19.02276780), spread.StandardDeviation.Low, 8);
        Assert.Equal(sd * Math.Sqrt(9 / 2.70038950), spread.StandardDeviation.High, 7);
        Assert.Equal(100 * Math.Sqrt((100 - mean) / 100 / 20_000), spread.NoiseFloor!.Value, 10);
        Assert.Equal(1.959963985 * Math.Sqrt(2) * sd, spread.LeastDifferenceOfSingleRuns, 8);
        Assert.StartsWith("BASE on MNIST: test accuracy 97.75 % (95 % interval 97.68 to 97.82, 10 seeds)",
            analysis.Verdict);
        Assert.Contains("Seeds spread about as much as 10,000 test images let a single run scatter",
            analysis.Verdict);
        Assert.Empty(analysis.Findings);
        Assert.Null(analysis.Comparison);
    }

    [Fact]
    public void APublishedSingleRunIsComparedWithWhereSingleRunsLie()
    {
        StudyReference low = new("the article", new Dictionary<string, ReferenceValue> { ["BASE"] = new(90m) },
            new Dictionary<string, StudyClaim>(), "an older recipe");
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("spread", [], 3) with { Reference = low }, [9774, 9760, 9788]));
        Assert.Contains("The article's 90 lies outside of where 95 % of single runs are expected", analysis.Verdict);
        Assert.EndsWith(": an older recipe.", analysis.Verdict);
    }

    [Fact]
    public void SeveralPublishedRunsAreComparedEachAndWithTheirRounding()
    {
        StudyReference runs = new("the article",
            new Dictionary<string, ReferenceValue> { ["BASE"] = new(97.1m, 97.4m, 97.8m) },
            new Dictionary<string, StudyClaim>(), null);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("spread", [], 5) with { Reference = runs }, [9774, 9760, 9788, 9770, 9780]));
        // expected from 97.43 on: 97.4 may be 97.45
        Assert.InRange(analysis.Spread!.SingleRuns.Low, 97.41, 97.45);
        Assert.Contains("The article's 3 runs have 97.1 to 97.8, and 2 lie where 95 % of single runs are expected",
            analysis.Verdict);
    }

    [Theory]
    [InlineData("0.6", "The article's +0.60 is inside the interval, as far as its digits go.")]
    [InlineData("0.60", "The article's +0.60 is outside the interval: one run.")]
    public void APublishedNumberIsComparedWithItsRounding(string digits, string expected)
    {
        decimal effect = decimal.Parse(digits, CultureInfo.InvariantCulture);
        Assert.Contains(expected, Pair([9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798],
            study => study with
            {
                Reference = published with
                {
                    Values = new Dictionary<string, ReferenceValue>
                    {
                        ["BASE"] = new(97.00m),
                        ["BASE + batch norm"] = new(97 + effect),
                    },
                },
            }).Verdict);
    }

    [Fact]
    public void AClaimAgainstAnotherArmIsAnswered()
    {
        string Verdict(string arm, VerdictKind kind, string than)
        {
            StudyOutcome outcome = StudySamples.Factorial();
            return StudyAnalysis.Of(outcome with
            {
                Study = outcome.Study with
                {
                    Reference = new("the article", new Dictionary<string, ReferenceValue>(),
                        new Dictionary<string, StudyClaim> { [arm] = new(kind, than) }, "one run"),
                },
            }).Headline;
        }

        const string Both = "BASE + batch norm + dropout", Norm = "BASE + batch norm";
        Assert.Contains("The article's conclusion that BASE + batch norm + dropout is worse than BASE + batch norm holds: "
            + "−0.15 points", Verdict(Both, VerdictKind.Worse, Norm));
        Assert.Contains("is better than BASE + batch norm does not hold: −0.15 points (95 % interval −0.27 to −0.03) "
            + "here: one run.", Verdict(Both, VerdictKind.Better, Norm));
    }

    [Fact]
    public void TrainingAccuracyIsToldFromTestAccuracy()
    {
        StudyAnalysis Published(decimal value) => StudyAnalysis.Of(StudySamples.TwoArms(study => study with
        {
            Reference = published with
            {
                Metric = StudyMetric.Find("train accuracy"),
                Values = new Dictionary<string, ReferenceValue>
                {
                    ["BASE"] = new(value),
                    ["BASE + batch norm"] = new(value),
                },
            },
        }));
        StudyAnalysis analysis = Published(99m);
        Assert.Null(analysis.Baseline.Reference);
        Assert.Null(analysis.Findings[0].Context.Reference);
        double learnt = analysis.Arms[1].Outcome.Blocks.Average(b => 100 * b.Run!.Epochs[^1].Train.Accuracy);
        Assert.Contains(
            "The article's 99 % is training accuracy, not test accuracy: here BASE + batch norm, the best arm, has "
                + $"{InWords.Number(learnt, 2)} % of the one and 98.10 % of the other (95 % interval 97.96 to 98.25); "
                + "for test accuracy it does not hold: one run.", analysis.Headline);
        Assert.True(learnt > 99);
        decimal beyond = (decimal)(learnt + 100) / 2;
        Assert.Contains("(95 % interval 97.96 to 98.25); neither comes to it here: one run.",
            Published(decimal.Round(beyond, 3)).Headline);
    }

    [Fact]
    public void ArmsKeepTheirSpellingAndTheBaselineItsPlaceAmongOrderedOnes()
    {
        Study study = StudySamples.Study("pair", [Change("b", ("network", "base-bn"))], 5);
        Assert.StartsWith("b is better than BASE on MNIST: ", StudyAnalysis.Of(StudySamples.Outcome(study,
            [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798])).Headline);
        Assert.Equal(["SK, width 0.2", "SK, width 0.5", "SK", "SK, width 1.5", "SK, width 2"],
            StudyAnalysis.Of(StudySamples.Width()).Rows.Select(arm => arm.Name));
    }

    [Fact]
    public void AnInteractionNamesTheLevelsThatAreCompared()
    {
        Study study = StudySamples.Study("networks",
            [Change("CNN", ("network", "sk")) with { Name = "network" },
             new("pixels", [new("in place", []), new("permuted", [("permute", "0")])])], 5);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(study,
            [9732, 9741, 9718, 9755, 9729], [9730, 9745, 9715, 9750, 9733],
            [9817, 9809, 9801, 9826, 9798], [9589, 9602, 9588, 9605, 9593]));
        Assert.StartsWith("How much CNN gains over BASE depends on pixels: +0.75 points (95 % interval 0.65 to 0.85) with "
            + "pixels in place and −1.39 points", analysis.Headline);
    }

    [Fact]
    public void WhatHoldsForAllArmsIsSaidOnce()
    {
        StudyAnalysis few = StudyAnalysis.Of(StudySamples.Several(3));
        Assert.DoesNotContain(few.Lines, line => line.Contains("Too few seeds"));
        Assert.Single(few.Sentences, sentence => sentence.Contains("Too few seeds"));
        Assert.DoesNotContain(few.Notes, note => note.Contains("--confirm"));
        StudyOutcome begun = StudySamples.Several();
        begun = begun with
        {
            Arms = [.. begun.Arms.Select(arm => arm with
            {
                Blocks = [.. arm.Blocks.Take(1), .. arm.Blocks.Skip(1).Select(b => StudySamples.NotRun(b.Seed))],
            })],
        };
        StudyAnalysis open = StudyAnalysis.Of(begun);
        Assert.DoesNotContain(open.Lines, line => line.Contains("not in these numbers"));
        Assert.Equal("35 of 40 runs have no result: 35 have not run.", open.Notes[^1]);
    }

    /// <summary>A factor has the four verdicts of an arm, not two of them.</summary>
    [Theory]
    [InlineData(null, "Whether bn helps, averaged over with and without drop, is undecided: ")]
    [InlineData(0.2, "bn makes no difference that matters, averaged over with and without drop: ")]
    [InlineData(0.02, "; about ")]
    [InlineData(0.9, "Drop helps, averaged over with and without bn, but too little to matter: +0.38")]
    public void EffectsOfFactorsHaveFourVerdicts(double? margin, string expected)
    {
        StudyFactor bn = new("bn", [new("without", []), new("with", [("network", "base-bn")])]);
        StudyFactor drop = new("drop", [new("without", []), new("with", [("network.dropout", "0.5")])]);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("verdicts", [bn, drop], 8) with { Margin = margin },
            (arm, seed) => 9700 - 2 * arm.Levels[0] + 40 * arm.Levels[1]
                + (int)((seed + 1) * (3 * arm.Levels[0] + 5 * arm.Levels[1] + 2) % 7)));
        string got = string.Join(" ", analysis.Sentences);
        Assert.True(got.Contains(expected, StringComparison.Ordinal), got);
    }

    [Fact]
    public void EveryVerdictIsSaidTheBestFirst()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Several());
        Assert.Equal(["better", "worse", "equivalent", "undecided"], analysis.Findings.Select(f => f.Word));
        Assert.StartsWith("BN is better than BASE on MNIST: +0.4", analysis.Headline);
        Assert.Contains("Worse: slow (−1.7", analysis.Headline);
        Assert.Contains("No difference that matters: batch 65 (", analysis.Headline);
        Assert.Contains("Undecided: SK (", analysis.Headline);
        Assert.Equal("BN", analysis.Main!.Arm.Name);
        Assert.Equal(4, analysis.Lines.Count);
        double[] p = [.. analysis.Findings.Select(f => f.Contrast.P!.Value)];
        Assert.Equal(Adjusted.Holm(p), analysis.Findings.Select(f => f.Contrast.AdjustedP!.Value));
        Assert.Contains(analysis.Notes, note => note.StartsWith("The best of 5 arms, ") && note.Contains("--confirm"));
        StudyStage stage = new("several-confirm", analysis.Winner!.Name, "+0.40 points (10 seeds)");
        StudyOutcome outcome = StudySamples.Several();
        IReadOnlyList<string> Notes(StudyStage confirmed) => StudyAnalysis.Of(
            outcome with { Study = outcome.Study with { Confirmed = confirmed } }).Notes;
        Assert.Contains(Notes(stage), note => note.StartsWith("The best of 5 arms, ") && !note.Contains("--confirm")
            && note.EndsWith("Run again on fresh seeds (several-confirm) it has +0.40 points (10 seeds): "
                + "publish that number, not the one here."));
        Assert.Contains(Notes(stage with { Arm = "another" }), note => note.Contains("--confirm"));
        Assert.Contains("a was chosen in sweep as its best arm, with +1 points. That number flatters it.", string.Join(
            ' ', StudyAnalysis.Of(StudySamples.TwoArms(study => study with { Chosen = new("sweep", "a", "+1 points") })).Notes));
        Assert.Contains(analysis.Findings[1].Context.Confounds, row => row is { Name: "lr × batch", IsDeclared: true });
    }

    [Fact]
    public void WhatElseDiffersIsAConfoundUnlessItIsVariedOnPurpose()
    {
        StudyOutcome Outcome(params IReadOnlyList<string> varies) => StudySamples.Outcome(
            StudySamples.Study("epochs", [Change("long", ("epochs", "6"))], 5) with { Varies = varies },
            [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798]);

        ConfoundRow row = StudyAnalysis.Of(Outcome()).Findings[0].Context.Confounds.Single(r => r.Name == "steps");
        Assert.Equal((471, 942, true), (row.Baseline!.Value, row.Treatment!.Value, row.IsSerious));
        Assert.Contains("Not all else is equal: steps 471 against 942 (+100 %)", StudyAnalysis.Of(Outcome()).Verdict);
        Assert.DoesNotContain("Not all else is equal", StudyAnalysis.Of(Outcome("steps", "images seen")).Verdict);
    }

    [Theory]
    [InlineData("lr", "0.02")]
    [InlineData("batch", "128")]
    public void AnArmThatSetsRateOrBatchVariesTheirProductOnPurpose(string key, string value)
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("product", [Change("other", (key, value))], 5),
            [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798]));
        ConfoundRow row = analysis.Findings[0].Context.Confounds.Single(r => r.Name == "lr × batch");
        Assert.Equal((0.64, 1.28, true, false),
            (row.Baseline!.Value, row.Treatment!.Value, row.IsDeclared, row.IsSerious));
    }

    [Fact]
    public void WhatElseMayBeTheCauseIsSaidInOneSentence()
    {
        StudyFactor factor = new("change",
            [new("BASE", []), new("wide", [("batch", "128")]), new("fast", [("lr", "0.02")]),
             new("long", [("epochs", "6")]), new("BN", [("network", "base-bn")])]);
        int[] counts = [9700, 9800, 9790, 9780, 9770];
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(StudySamples.Study("several", [factor], 5),
            (arm, seed) => counts[arm.Levels[0]] + ((int)seed * (arm.Levels[0] + 2) % 5)));
        Assert.Contains("Not all else is equal: long differs in steps and images seen too.", analysis.Headline);
    }

    [Fact]
    public void AnArmThatDivergesEverywhereLeavesTheOthersTheirVerdict()
    {
        StudyFactor factor = new("change",
            [new("BASE", []), new("BN", [("network", "base-bn")]), new("absurd", [("lr", "1000")]),
             new("slow", [("lr", "0.0001")])]);
        int[] counts = [9700, 9800, 0, 9650];
        StudyOutcome outcome = StudySamples.Outcome(StudySamples.Study("several", [factor], 6),
            (arm, seed) => arm.Levels[0] == 2 ? null : counts[arm.Levels[0]] + ((int)seed * (arm.Levels[0] + 2) % 5));
        StudyAnalysis analysis = StudyAnalysis.Of(outcome);
        Assert.Equal(["better", "diverged", "worse"], analysis.Findings.Select(f => f.Word));
        Assert.Contains("Diverged in every seed: absurd.", analysis.Headline);
        Assert.DoesNotContain("Too few seeds", analysis.Verdict);
        Assert.DoesNotContain("lr × batch", analysis.Verdict);
        Assert.Equal("BN", analysis.Winner!.Name);
        Assert.NotNull(analysis.Comparison!.Omnibus);
    }

    [Fact]
    public void WithFewSeedsTheFurthestArmIsNamed()
    {
        StudyFactor factor = new("change",
            [new("BASE", []), new("near", [("lr", "0.02")]), new("far", [("lr", "0.05")])]);
        int[][] counts = [[9700, 9702, 9704], [9710, 9712, 9714], [9800, 9900, 9850]];
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(StudySamples.Study("several", [factor], 3),
            (arm, seed) => counts[arm.Levels[0]][seed]));
        Assert.Contains("So far far is furthest from BASE: +1.48 points in 3 seeds.", analysis.Headline);
        Assert.Equal("far", analysis.Main!.Arm.Name);
    }

    [Fact]
    public void TwoSeedsArePointsWithoutAnInterval()
    {
        StudyAnalysis analysis = Pair([9732, 9741], [9817, 9809]);
        Assert.DoesNotContain("interval", analysis.Verdict);
        Assert.False(analysis.Findings[0].Paired.Test!.BearsInterval);
    }

    [Fact]
    public void RunsThatDivergedAreToldAndNeverAveragedIn()
    {
        StudyAnalysis analysis = Pair([9732, 9741, 9718, 9755, 9729, 9740], [9817, null, 9801, 9826, 9798, 9812]);
        ArmFinding finding = analysis.Findings[0];
        Assert.Equal(5, finding.Paired.N);
        Assert.Equal((9817 + 9801 + 9826 + 9798 + 9812) / 500.0, finding.Arm.Mean!.Value, 10);
        BlockScore missing = Assert.Single(finding.Arm.Missing);
        Assert.Equal((1, "diverged"), (missing.Block, missing.Missing));
        Assert.Contains("1 of 6 seeds is not in these numbers: BASE + batch norm diverged (seed 1).", analysis.Verdict);
        Assert.Equal("1 of 12 runs has no result: 1 diverged.", analysis.Notes[^1]);
    }

    [Fact]
    public void ABlockThatHasNotRunIsMissing()
    {
        StudyOutcome outcome = StudySamples.TwoArms();
        ArmOutcome arm = outcome.Arms[1];
        StudyAnalysis analysis = StudyAnalysis.Of(outcome with
        {
            Arms = [outcome.Arms[0], arm with { Blocks = [.. arm.Blocks.SkipLast(1), StudySamples.NotRun(4)] }],
        });
        Assert.Equal(4, analysis.Findings[0].Paired.N);
        Assert.Equal("too few seeds", analysis.Findings[0].Word);
        Assert.Contains("BASE + batch norm has not run (seed 4)", analysis.Verdict);
    }

    [Theory]
    [InlineData(1, "points only", "Batch norm against BASE on MNIST: +0.85 points in 1 seed: a single point, and no "
        + "test.")]
    [InlineData(2, "points only", "Batch norm against BASE on MNIST: +0.85 and +0.68 points in 2 seeds: two points, "
        + "and no test.")]
    [InlineData(3, "too few seeds", "Too few seeds to say whether batch norm helps BASE on MNIST: so far +0.79 points")]
    public void FewSeedsBearNoClaim(int blocks, string word, string start)
    {
        int?[] before = [9732, 9741, 9718], after = [9817, 9809, 9801];
        StudyAnalysis analysis = Pair(before[..blocks], after[..blocks]);
        Assert.Equal(word, analysis.Findings[0].Word);
        Assert.Equal(VerdictKind.Undecided, analysis.Findings[0].Verdict.Kind);
        Assert.StartsWith(start, analysis.Verdict);
    }

    [Fact]
    public void WithoutAPairThereIsNothingToCompare()
    {
        StudyAnalysis analysis = Pair([null, null], [9732, 9741]);
        Assert.StartsWith("BASE diverged in all 2 seeds on MNIST: it has no result to compare.\n\n", analysis.Verdict);
        Assert.Contains("BASE diverged in all 2 seeds on MNIST: it has no result", analysis.Findings[0].Text);
        Assert.Equal("diverged", analysis.Findings[0].Word);
        Assert.Null(analysis.Main);
    }

    [Fact]
    public void RunsThatAreStillToDoAreToldFromRunsThatDiverged()
    {
        StudyFactor factor = new("change",
            [new("BASE", []), new("absurd", [("lr", "1000")]), new("slow", [("lr", "0.0001")])]);
        StudyOutcome outcome = StudySamples.Outcome(StudySamples.Study("several", [factor], 3),
            (arm, _) => arm.Levels[0] == 1 ? null : 9700);
        StudyOutcome Begun(params int[] left) => outcome with
        {
            Arms = [.. outcome.Arms.Select((arm, i) => !left.Contains(i) ? arm
                : arm with { Blocks = [.. arm.Blocks.Select(b => StudySamples.NotRun(b.Seed))] })],
        };
        Assert.Equal("absurd diverged in all 3 seeds on MNIST: it has no result to compare. slow has no finished "
            + "seed in common with the baseline yet, as 3 of 9 runs are still to do: there is nothing to compare.",
            StudyAnalysis.Of(Begun(2)).Headline);
        Assert.Equal("No arm has a finished seed in common with the baseline yet, as 9 of 9 runs are still to do: "
            + "there is nothing to compare.", StudyAnalysis.Of(Begun(0, 1, 2)).Headline);
    }

    [Fact]
    public void ArmsWithTheSameWeightsAreOneConfigurationAndNotEquivalent()
    {
        StudyOutcome outcome = StudySamples.TwoArms(study => study with { Margin = 0.2 });
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.SameWeights(outcome, 1, 0));
        ArmFinding finding = analysis.Findings[0];
        Assert.Equal("BASE + batch norm and BASE are one configuration: their final weights are the same in all 5 "
            + "seeds that both have finished. The setting (network) took no effect, and there is nothing to compare.",
            analysis.Verdict);
        Assert.Equal(("BASE", "the same weights"), (finding.Arm.Same!.With, finding.Word));
        Assert.Equal((0, null, null, null),
            (finding.Paired.N, finding.Contrast.P, finding.Verdict.Equivalence, finding.Images));

        // one seed with other weights, and there is something to compare
        StudyOutcome same = StudySamples.SameWeights(outcome, 1, 0);
        ArmOutcome last = same.Arms[1];
        StudyAnalysis differ = StudyAnalysis.Of(same with
        {
            Arms = [same.Arms[0], last with { Blocks = [.. last.Blocks.SkipLast(1), outcome.Arms[1].Blocks[^1]] }],
        });
        Assert.Null(differ.Arms[1].Same);
        Assert.Equal(5, differ.Findings[0].Paired.N);
    }

    [Fact]
    public void AnArmThatIsAnotherOneLeavesTheOthersTheirVerdict()
    {
        StudyOutcome outcome = StudySamples.Several();
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.SameWeights(outcome, 3, 1));
        Assert.Equal(["better", "worse", "the same weights", "undecided"], analysis.Findings.Select(f => f.Word));
        Assert.StartsWith("batch 65 and BN are one configuration: ", analysis.Headline);
        Assert.Equal(["network", "batch"], analysis.Findings[2].Arm.Same!.Keys);
        Assert.Contains("BN is better than BASE on MNIST: +0.4", analysis.Headline);
        double[] p = [.. analysis.Findings.Where(f => f.Arm.Same is null).Select(f => f.Contrast.P!.Value)];
        Assert.Equal(3, p.Length);
        Assert.Equal(Adjusted.Holm(p),
            analysis.Findings.Where(f => f.Arm.Same is null).Select(f => f.Contrast.AdjustedP!.Value));
    }

    [Theory]
    [InlineData(5, 0.0126, "This is the planned look at 5 seeds, of those at 5, 10, 20 and 30: a claim asks for p < 0.0126; "
        + "the next look is at 10 seeds.")]
    [InlineData(6, 0.0126, "This verdict is provisional: looks were planned at 5, 10, 20 and 30 seeds, and there are 6 "
        + "now; the next look is at 10 seeds.")]
    public void PlannedLooksHaveTheirOwnLevel(int blocks, double alpha, string note)
    {
        int?[] before = [9732, 9741, 9718, 9755, 9729, 9730], after = [9817, 9809, 9801, 9826, 9798, 9800];
        StudyAnalysis analysis = Pair(before[..blocks], after[..blocks],
            study => study with { Looks = [5, 10, 20, 30] });
        Assert.Equal(alpha, analysis.Look.Alpha, 4);
        Assert.Equal(note, analysis.Look.Note);
        Assert.Contains(note, analysis.Verdict);
        Assert.Equal(1 - analysis.Look.Alpha, analysis.Findings[0].Paired.Test!.Interval.Confidence, 12);
        Assert.Contains("98.7 % interval", analysis.Verdict);
    }

    [Fact]
    public void ALookBeforeTheEndIsSaidFirstWithTheIntervalThatIsValidThen()
    {
        StudyOutcome outcome = StudySamples.Several(8);
        StudyAnalysis Begun(int blocks) => StudyAnalysis.Of(outcome with
        {
            Arms = [.. outcome.Arms.Select(arm => arm with
            {
                Blocks = [.. arm.Blocks.Select((b, i) => i < blocks ? b : StudySamples.NotRun(b.Seed))],
            })],
        });
        StudyAnalysis early = Begun(6), all = Begun(8);
        Assert.StartsWith("This verdict is provisional, a look before the end: 6 of 8 planned seeds have ended in all "
            + "arms, so intervals and p do not keep their level. BN is better than BASE on MNIST: ",
            early.Sentences[0]);
        Interval valid = AlwaysValid.Of(early.Findings[0].Paired.Test!).Interval!.Value;
        Assert.Contains("The 95 % interval that is valid however often one looks is "
            + $"{InWords.Range(valid, InWords.Decimals(valid.HalfWidth))}.", early.Lines[0]);
        Assert.StartsWith("BN is better than BASE on MNIST: ", all.Sentences[0]);
        Assert.DoesNotContain("however often one looks", all.Verdict);
        Assert.DoesNotContain("provisional", Begun(0).Verdict);
    }

    [Fact]
    public void BlocksThatWereChangedAfterALookAreSaidToBe()
    {
        StudyAnalysis once = StudyAnalysis.Of(StudySamples.TwoArms());
        StudyAnalysis seen = StudyAnalysis.Of(StudySamples.TwoArms(study => study with { Seen = [3, 4] }));
        Assert.Equal("The number of seeds was changed after results had been seen (at 3 and 4 seeds), and no such look was "
            + "planned. So the usual intervals and p are not exact: who looks and goes on until something shows finds "
            + "more than there is. The interval that is valid however often one looks does hold, and is told beside them.",
            seen.Notes[0]);
        Interval valid = AlwaysValid.Of(seen.Findings[0].Paired.Test!).Interval!.Value;
        Assert.Contains("The 95 % interval that is valid however often one looks is "
            + $"{InWords.Range(valid, InWords.Decimals(valid.HalfWidth))}.", seen.Headline);
        Assert.Equal(once.Findings[0].Paired.Test, seen.Findings[0].Paired.Test);
        Assert.DoesNotContain("however often one looks", once.Verdict);
        Assert.False(seen.Look.IsProvisional);

        StudyOutcome one = StudySamples.OneArm();
        Assert.EndsWith("finds more than there is.",
            StudyAnalysis.Of(one with { Study = one.Study with { Seen = [5] } }).Notes[0]);
        Assert.DoesNotContain("had been seen", StudyAnalysis.Of(StudySamples.TwoArms(
            study => study with { Looks = [3, 5], Seen = [3] })).Verdict);
    }

    [Fact]
    public void EffectsOfFactorsHaveTheIntervalThatIsValidAtAnyLookToo()
    {
        StudyOutcome outcome = StudySamples.Factorial();
        StudyAnalysis seen = StudyAnalysis.Of(outcome with { Study = outcome.Study with { Seen = [4] } });
        Assert.Contains("The 95 % intervals that are valid however often one looks are "
            + string.Join(", ", seen.Factorial!.Effects.Single(e => e.Name == "dropout").SimpleEffects.Select(
                e => $"{Valid(e.Test)} for dropout {(e.At.EndsWith("without", StringComparison.Ordinal) ? "without" : "with")}"
                    + " batch norm"))
            + $", {Valid(seen.Factorial.Effects[0].Test)} for batch norm × dropout and "
            + $"{Valid(seen.Factorial.Effects.Single(e => e.Name == "batch norm").Test)} for batch norm.", seen.Headline);
        Assert.DoesNotContain("however often", StudyAnalysis.Of(outcome).Headline);
        StudyOutcome few = StudySamples.Outcome(
            StudySamples.Study("few", [StudySamples.BatchNorm, StudySamples.Dropout], 3) with { Seen = [2] },
            [9732, 9741, 9718], [9769, 9770, 9752], [9817, 9809, 9801], [9789, 9802, 9788]);
        Assert.Contains("So few seeds have no interval yet that is valid however often one looks.",
            StudyAnalysis.Of(few).Headline);

        static string Valid(MeanTest test) => AlwaysValid.Of(test).Interval is { } valid
            ? InWords.Range(valid, InWords.Decimals(valid.HalfWidth)) : "";
    }

    [Fact]
    public void ImagesTellWhereTheDifferenceIs()
    {
        ImageFindings images = StudyAnalysis.Of(StudySamples.TwoArms()).Findings[0].Images!;
        Assert.Equal([0L, 1, 2, 3, 4], images.Seeds);
        Assert.Equal(376, Enumerable.Range(0, 10).Sum(c => images.Change[c][c]));
        Assert.All(images.Change, row => Assert.Equal(0, row.Sum()));
        Assert.Equal(376, images.Flipped!.Images.Sum(image => image.Net));
        Assert.Equal(0.00752, images.Both!.Mean, 12);
        Assert.Equal(0.752, images.Classes.Average(c => c.Test.Mean), 10);
        Assert.Equal(10, images.Classes.Count);
    }

    [Fact]
    public void TimesAreClaimedOnlyOfRunsThatWereAlone()
    {
        StudyOutcome outcome = StudySamples.TwoArms();
        Assert.DoesNotContain("time per step", StudyAnalysis.Of(outcome).Verdict);
        StudyAnalysis alone = StudyAnalysis.Of(outcome with { TimesAreAlone = true });
        Assert.Equal(58.0 / 51, alone.Findings[0].Context.Time!.Ratio, 10);
        Assert.Contains("It costs 14 % more time per step", alone.Verdict);
    }

    [Fact]
    public void LossesAreBetterWhenLow()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.TwoArms(s =>
            s with { Metric = StudyMetric.Find("test loss") }));
        Assert.Equal("worse", analysis.Findings[0].Word);
        Assert.Equal(0.00102, analysis.Findings[0].Paired.Mean!.Value, 12);
        Assert.Null(analysis.Baseline.Error);
    }

    [Fact]
    public void SharesAreComparedWhereCountsAreOfDifferentTotals()
    {
        StudyOutcome sizes = StudySamples.Sizes();
        StudyAnalysis analysis = StudyAnalysis.Of(sizes with
        {
            Study = sizes.Study with { Metric = StudyMetric.Find("train accuracy") },
        });
        Assert.False(analysis.Metric.IsCount);
        Assert.All(analysis.Arms, arm => Assert.InRange(arm.Mean!.Value, 80, 100));
        Assert.All(analysis.Arms, arm => Assert.Equal(100 - arm.Mean!.Value, arm.Error!.Value, 12));
    }

    [Fact]
    public void ArmsOfAnotherStudyAreRefused()
    {
        StudyOutcome outcome = StudySamples.TwoArms();
        Assert.Throws<ArgumentException>(() => StudyAnalysis.Of(outcome with { Arms = [outcome.Arms[0]] }));
    }

    [Fact]
    public void TheVerdictIsTheSameInEveryCulture()
    {
        string expected = StudyAnalysis.Of(StudySamples.Sizes()).Verdict;
        using var culture = new CultureSwitch();
        Assert.Equal(expected, StudyAnalysis.Of(StudySamples.Sizes()).Verdict);
        Assert.Equal(",", CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator);
    }
}
