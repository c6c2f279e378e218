using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>A study of one arm in words: how far single runs lie apart.</summary>
static class SpreadText
{
    /// <summary>Ratios from 2/3 to 3/2 are "about as much".</summary>
    const double About = 1.5;

    public static IEnumerable<string> Sentences(StudyAnalysis analysis)
    {
        ArmSummary arm = analysis.Baseline;
        string who = $"{analysis.Study.BaselineName} on {analysis.DataName}";
        if (arm.N == 0)
        {
            yield return $"{who} has no finished run yet.";
            yield break;
        }
        string unit = StudyMetric.IsPoints(arm.Metric) ? "%" : arm.Metric.Unit;
        if (analysis.Spread is not { } spread)
        {
            yield return $"{who}: {arm.Metric.Name} {InWords.Number(arm.Values[0], 2)} {unit} in a single run. "
                + "How far runs lie apart takes two or more.";
            yield break;
        }
        MeanTest test = spread.Test;
        int decimals = InWords.Decimals(test.Interval.HalfWidth);
        yield return $"{who}: {arm.Metric.Name} {InWords.Number(test.Mean, decimals)} {unit}"
            + $"{EffectWords.Known(test, seeds: true)}; single runs from "
            + $"{InWords.Number(arm.Values.Min(), decimals)} to "
            + $"{InWords.Number(arm.Values.Max(), decimals)}.";
        if (!test.HasSpread)
        {
            yield return "All seeds gave the same value, so their spread is unknown.";
            yield break;
        }
        int digits = InWords.Decimals(test.StandardDeviation);
        yield return $"From seed to seed it varies by {InWords.Number(test.StandardDeviation, digits)} "
            + $"{arm.Metric.Unit} (standard deviation, {EffectWords.Interval(spread.StandardDeviation)}).";
        if (spread.Ratio is { } ratio)
            yield return Compared(spread, ratio, arm.Metric.Images);
        yield return "So two single runs that differ by less than "
            + $"{InWords.Number(spread.LeastDifferenceOfSingleRuns, digits)} {arm.Metric.Unit} are not told apart.";
        if (arm.Reference is { } published)
            yield return Published(analysis.Reference!, published, spread);
    }

    static string Compared(Spread spread, double ratio, int images)
    {
        string floor = InWords.Number(spread.NoiseFloor!.Value, InWords.Decimals(spread.NoiseFloor.Value));
        string how = ratio > About ? "more than" : ratio < 1 / About ? "less than" : "about as much as";
        return string.Create(CultureInfo.InvariantCulture,
            $"Seeds spread {how} {images:N0} test images let a single run scatter ({floor} points, "
            + $"a rule of thumb; ratio {ratio:0.0}).");
    }

    /// <summary>A published run counts as expected if it may be by its rounding.</summary>
    static string Published(StudyReference reference, ReferenceValue value, Spread spread)
    {
        int decimals = InWords.Decimals(spread.SingleRuns.HalfWidth), all = value.Runs.Count;
        string range = InWords.Range(spread.SingleRuns, decimals);
        int inside = value.Runs.Count(run => spread.SingleRuns.Reaches((double)run, value.Rounding));
        string source = InWords.Capitalised(reference.Source);
        string start = all == 1 ? $"{source}'s {value} lies"
            : $"{source}'s {all} runs have {value}, and {(inside == all ? "all" : inside == 0 ? "none" : inside)} "
                + $"{(inside == 1 ? "lies" : "lie")}";
        string why = reference.Why is null ? "" : $": {reference.Why}";
        return inside > 0 ? $"{start} where 95 % of single runs are expected ({range})"
                + (inside < all ? $"{why}." : ".")
            : all > 1 ? $"{start} where 95 % of single runs are expected ({range}){why}."
            : $"{start} outside of where 95 % of single runs are expected ({range}){why}.";
    }
}
