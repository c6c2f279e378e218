using System.Globalization;
using System.Text.Json.Nodes;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>report.json: all numbers, to twelve digits, and the verdicts in words.</summary>
static class ReportJson
{
    public const int Format = 1;

    public static JsonObject Of(StudyAnalysis analysis, bool times) => new()
    {
        ["format"] = Format,
        ["study"] = StudyWriter.ToJson(analysis.Study),
        ["data"] = analysis.DataName,
        ["metric"] = new JsonObject
        {
            ["name"] = analysis.Metric.Name,
            ["unit"] = analysis.Metric.Unit,
            ["higherIsBetter"] = analysis.Metric.HigherIsBetter,
            ["images"] = analysis.Metric.Images,
        },
        ["margin"] = Number(analysis.Margin),
        ["alpha"] = Number(analysis.Look.Alpha),
        ["isProvisional"] = analysis.Look.IsProvisional,
        ["verdict"] = new JsonObject
        {
            ["headline"] = analysis.Headline,
            ["lines"] = Texts(analysis.Lines),
            ["notes"] = Texts(analysis.Notes),
        },
        ["arms"] = Array(analysis.Arms, arm => Arm(arm, analysis, times)),
        ["comparisons"] = Array(analysis.Findings, finding => Finding(finding, times)),
        ["adjustment"] = analysis.Comparison?.Adjustment.ToString(),
        ["omnibus"] = analysis.Comparison?.Omnibus is { } omnibus ? Omnibus(omnibus) : null,
        ["effects"] = analysis.Factorial is { } factorial
            ? Array(factorial.Effects, effect => Effect(effect, analysis.Look)) : null,
        ["trends"] = Array(analysis.Trends, Trend),
        ["spread"] = analysis.Spread is { } spread ? Spread(spread) : null,
        ["bestOfArms"] = analysis.Winner is { } winner ? Winner(winner) : null,
    };

    static JsonObject Arm(ArmSummary arm, StudyAnalysis analysis, bool times)
    {
        var json = new JsonObject
        {
            ["name"] = arm.Name,
            ["n"] = arm.N,
            ["mean"] = Number(arm.Mean),
            ["test"] = Test(arm.Test),
            ["error"] = Number(arm.Error),
            ["least"] = Number(arm.N == 0 ? null : arm.Values.Min()),
            ["largest"] = Number(arm.N == 0 ? null : arm.Values.Max()),
            ["reference"] = Number(arm.Reference?.Mean),
            ["recipe"] = arm.Outcome.Arm.Recipe.ToJson(),
            ["learningCurve"] = LearningCurve(arm, analysis.Study.Metric.IsLoss),
            ["quantities"] = new JsonObject(arm.Quantities.Select(
                q => KeyValuePair.Create(q.Name, (JsonNode?)CanonicalJson.Number(q.Value)))),
            ["blocks"] = Array(Enumerable.Range(0, arm.Outcome.Blocks.Count), i => Block(analysis.Study, arm, i, times)),
        };
        if (times)
        {
            json["timesAreAlone"] = analysis.Outcome.TimesAreAlone;
            json["seconds"] = Number(arm.Seconds);
            json["secondsPerStep"] = Number(arm.SecondsPerStep);
        }
        return json;
    }

    static JsonObject LearningCurve(ArmSummary arm, bool isLoss)
    {
        return new()
        {
            ["quantity"] = isLoss ? "loss" : "error, %",
            ["test"] = Array(EpochValues.Of(arm, isLoss, epoch => epoch.Test), Epoch),
            ["training"] = Array(EpochValues.Of(arm, isLoss, epoch => epoch.Train), Epoch),
        };

        static JsonObject Epoch(EpochValues epoch) => new()
        {
            ["epoch"] = epoch.Epoch,
            ["n"] = epoch.Values.Count,
            ["mean"] = Number(epoch.Mean),
            ["standardDeviation"] = Number(epoch.StandardDeviation),
            ["least"] = Number(epoch.Values.Min()),
            ["largest"] = Number(epoch.Values.Max()),
        };
    }

    static JsonObject Block(Study study, ArmSummary arm, int index, bool times)
    {
        BlockOutcome block = arm.Outcome.Blocks[index];
        var json = new JsonObject
        {
            ["seed"] = block.Seed,
            ["runId"] = block.RunId,
            ["value"] = Number(arm.Scores.Blocks[index].Value * arm.Metric.Scale),
            ["missing"] = arm.Scores.Blocks[index].Missing,
            ["reason"] = block.Run?.Status.Reason,
            ["weightsSha256"] = block.Run?.Result?.WeightsSha256,
        };
        if (study.ProbesLayers && block.Run?.Layers is { Count: > 0 } layers)
            json["layers"] = Array(layers, layer => layer.ToJson());
        if (times)
            json["seconds"] = Number(block.Run?.Environment.Seconds);
        return json;
    }

    static JsonObject Finding(ArmFinding finding, bool times)
    {
        PairedComparison pair = finding.Paired;
        var json = new JsonObject
        {
            ["arm"] = finding.Arm.Name,
            ["verdict"] = finding.Word,
            ["text"] = finding.Text,
            ["n"] = pair.N,
            ["difference"] = Number(pair.Mean),
            ["test"] = Test(pair.Test),
            ["p"] = Number(finding.Contrast.P),
            ["adjustedP"] = Number(finding.Contrast.AdjustedP),
            ["pooled"] = finding.Contrast.UsesPooled ? Test(finding.Contrast.Pooled) : null,
            ["simultaneous"] = Interval(finding.Contrast.Simultaneous),
            ["signFlipP"] = Number(pair.SignFlipP),
            ["welchP"] = Number(pair.Welch?.P),
            ["wins"] = pair.Wins,
            ["losses"] = pair.Losses,
            ["errorRatio"] = Number(pair.ErrorRatio?.Ratio),
            ["errorRatioInterval"] = Interval(pair.ErrorRatio?.Interval),
            ["correlation"] = Number(pair.Correlation),
            ["varianceRatio"] = Number(pair.VarianceRatio),
            ["moreSeeds"] = finding.Arm.Same is null ? finding.Verdict.MoreSeeds : null,
            ["moreSeedsRounded"] = finding.Arm.Same is null && finding.Verdict.MoreSeeds is { } more
                ? InWords.RoundUp(more) : null,
            ["differences"] = Array(pair.Blocks, block => new JsonObject
            {
                ["seed"] = block.Block,
                ["difference"] = Number(block.Difference),
            }),
            ["confounds"] = Array(finding.Context.Confounds, Confound),
        };
        if (finding.Context.ShowsAlwaysValid)
            AddAlwaysValid(json, pair.Test, finding.Verdict.Alpha);
        if (finding.Arm.Same is { } same)
        {
            json["sameWeightsAs"] = same.With;
            json["keysWithoutEffect"] = Texts(same.Keys);
        }
        if (finding.Verdict.Equivalence is { } equivalence)
        {
            json["equivalence"] = new JsonObject
            {
                ["margin"] = Number(equivalence.Margin),
                ["p"] = Number(equivalence.P),
                ["interval"] = Interval(equivalence.Interval),
            };
        }
        if (finding.Context.Reference is { } reference)
        {
            json["reference"] = new JsonObject
            {
                ["source"] = reference.Source,
                ["effect"] = Number(reference.Effect),
                ["claim"] = reference.Claim?.ToString().ToLowerInvariant(),
                ["isContradicted"] = finding.ContradictsReference,
            };
        }
        if (times && finding.Context.Time is { } time)
        {
            json["timeRatio"] = new JsonObject
            {
                ["ratio"] = Number(time.Ratio),
                ["interval"] = Interval(time.Interval),
            };
        }
        if (finding.Images is { } images)
            json["images"] = Images(images);
        return json;
    }

    static JsonObject Confound(ConfoundRow row) => new()
    {
        ["name"] = row.Name,
        ["baseline"] = Number(row.Baseline),
        ["treatment"] = Number(row.Treatment),
        ["ratio"] = Number(row.Ratio),
        ["isDeclared"] = row.IsDeclared,
        ["isSerious"] = row.IsSerious,
    };

    static JsonObject Images(ImageFindings images) => new()
    {
        ["confusionChange"] = Array(images.Change, row => Array(row, count => JsonValue.Create(count))),
        ["overNewImages"] = images.Both is { } both ? new JsonObject
        {
            ["mean"] = Number(100 * both.Mean),
            ["standardError"] = Number(100 * both.BothStandardError),
            ["interval"] = Interval(both.BothInterval.Map(x => 100 * x)),
        } : null,
        ["classes"] = Array(images.Classes, c => new JsonObject
        {
            ["class"] = c.Class,
            ["images"] = c.Images,
            ["test"] = Test(c.Test),
            ["adjustedP"] = Number(c.AdjustedP),
        }),
        ["flipped"] = images.Flipped is { } flipped ? Array(flipped.Images, f => new JsonObject
        {
            ["image"] = f.Image,
            ["gained"] = f.Gained,
            ["lost"] = f.Lost,
        }) : null,
    };

    static JsonObject Omnibus(RepeatedMeasures f) => new()
    {
        ["f"] = Number(f.F),
        ["df1"] = Number(f.NumeratorDegreesOfFreedom),
        ["df2"] = Number(f.DenominatorDegreesOfFreedom),
        ["epsilon"] = Number(f.Epsilon),
        ["p"] = Number(f.EpsilonP),
    };

    static JsonObject Effect(FactorialEffect effect, StudyLook look)
    {
        return WithAlwaysValid(effect.Test, new()
        {
            ["name"] = effect.Name,
            ["order"] = effect.Order,
            ["test"] = Test(effect.Test),
            ["adjustedP"] = Number(effect.AdjustedP),
            ["reverses"] = effect.Reverses,
            ["simpleEffects"] = Array(effect.SimpleEffects, simple => WithAlwaysValid(simple.Test, new()
            {
                ["at"] = simple.At,
                ["test"] = Test(simple.Test),
            })),
        });

        JsonObject WithAlwaysValid(MeanTest test, JsonObject json)
        {
            if (look.ShowsAlwaysValid)
                AddAlwaysValid(json, test, look.Alpha);
            return json;
        }
    }

    static void AddAlwaysValid(JsonObject json, MeanTest? test, double alpha)
    {
        if (test is { HasSpread: true })
            json["alwaysValid"] = Interval(AlwaysValid.Of(test, alpha).Interval);
    }

    static JsonObject Trend(Trend trend)
    {
        var json = new JsonObject
        {
            ["factor"] = trend.Factor.Name,
            ["slope"] = Test(trend.Fit.Slope),
            ["quadratic"] = Test(trend.Fit.Quadratic),
            ["pageL"] = Number(trend.Fit.Page.L),
            ["pageP"] = Number(trend.Fit.Page.P),
            ["steps"] = Array(trend.Steps, step => new JsonObject
            {
                ["from"] = Number(step.From),
                ["to"] = Number(step.To),
                ["test"] = Test(step.Pair.Test),
                ["adjustedP"] = Number(step.AdjustedP),
            }),
        };
        if (trend.Curve is { } curve)
        {
            json["powerLaw"] = new JsonObject
            {
                ["exponent"] = Test(curve.Exponent),
                ["intercept"] = Number(curve.Law.Intercept),
                ["doubling"] = Number(curve.Doubling),
                ["hidden"] = curve.Hidden is { } hidden ? new JsonObject
                {
                    ["size"] = Number(hidden.Size),
                    ["predicted"] = Number(hidden.Predicted),
                    ["measured"] = Number(hidden.Measured),
                    ["miss"] = Number(hidden.Miss),
                    ["missInterval"] = Interval(hidden.MissInterval),
                } : null,
                ["floor"] = curve.Floor is { } floor ? new JsonObject
                {
                    ["a"] = Number(floor.A),
                    ["b"] = Number(floor.B),
                    ["c"] = Number(floor.C),
                    ["cStandardError"] = Number(floor.CStandardError),
                } : null,
            };
        }
        return json;
    }

    static JsonObject Spread(Spread spread) => new()
    {
        ["test"] = Test(spread.Test),
        ["standardDeviationInterval"] = Interval(spread.StandardDeviation),
        ["singleRuns"] = Interval(spread.SingleRuns),
        ["noiseFloor"] = Number(spread.NoiseFloor),
        ["ratio"] = Number(spread.Ratio),
        ["leastDifferenceOfSingleRuns"] = Number(spread.LeastDifferenceOfSingleRuns),
    };

    static JsonObject Winner(SweepWinner winner) => new()
    {
        ["arm"] = winner.Name,
        ["arms"] = winner.Arms,
        ["mean"] = Number(winner.Mean),
        ["standardError"] = Number(winner.StandardError),
        ["expectedExcess"] = Number(winner.ExpectedExcess),
    };

    static JsonObject? Test(MeanTest? test) => test is null ? null : new()
    {
        ["n"] = test.N,
        ["mean"] = Number(test.Mean),
        ["standardDeviation"] = Number(test.StandardDeviation),
        ["standardError"] = Number(test.StandardError),
        ["df"] = Number(test.DegreesOfFreedom),
        ["t"] = Number(test.T),
        ["p"] = Number(test.P),
        ["interval"] = Interval(test.Interval),
    };

    static JsonObject? Interval(Interval? interval) => interval is not { } i ? null : new()
    {
        ["low"] = Number(i.Low),
        ["high"] = Number(i.High),
        ["confidence"] = Number(i.Confidence),
    };

    static JsonNode? Number(double? value) => value is { } number ? CanonicalJson.Number(Plain(number)) : null;

    /// <summary>Twelve digits: the last bits of a sum are noise, and 97.797 stays 97.797.</summary>
    internal static double Plain(double value) => double.Parse(
        value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    static JsonArray Texts(IEnumerable<string> texts) => Array(texts, text => JsonValue.Create(text));

    static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => new([.. items.Select(node)]);
}
