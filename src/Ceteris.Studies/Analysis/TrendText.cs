using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The trend along an ordered factor in words.</summary>
static class TrendText
{
    public static IEnumerable<string> Sentences(Trend trend, StudyAnalysis analysis)
    {
        double alpha = analysis.Look.Alpha;
        MeanTest slope = trend.Fit.Slope;
        string metric = analysis.Metric.Name, factor = trend.Factor.Name;
        string numbers = $"{EffectWords.Size(slope, analysis.Metric.Unit)} "
            + $"per doubling{EffectWords.Known(slope, seeds: true)}";
        bool isShown = EffectWords.IsShown(slope, slope.P, alpha);
        if (trend.N < Verdict.LeastSeeds)
        {
            yield return $"Too few seeds to say how {metric} changes with {factor} on {analysis.DataName}: "
                + $"so far {numbers}; {InWords.Seeds(Verdict.LeastSeeds)} are the least for a claim.";
        }
        else if (isShown)
        {
            string verb = slope.Mean > 0 ? "rises" : "falls";
            yield return $"{InWords.Capitalised(metric)} {verb} with {factor} on {analysis.DataName}: {numbers}.";
        }
        else
        {
            yield return $"Whether {metric} changes with {factor} on {analysis.DataName} is undecided: {numbers}.";
        }
        if (isShown && trend.Fit.Quadratic is { } bend && EffectWords.IsShown(bend, bend.P, alpha))
        {
            yield return bend.Mean < 0 == slope.Mean > 0
                ? $"It levels off ({InWords.P(bend.P)}): each doubling brings less than the one before."
                : $"It speeds up ({InWords.P(bend.P)}): each doubling brings more than the one before.";
        }
        if (trend.N >= Verdict.LeastSeeds && trend.Steps.Count > 1)
            yield return Steps(trend, alpha);
        if (trend.Curve is { } curve)
        {
            foreach (string sentence in CurveSentences(trend, curve, analysis))
                yield return sentence;
        }
    }

    static string Steps(Trend trend, double alpha)
    {
        TrendStep[] shown = [.. trend.Steps.Where(s => EffectWords.IsShown(s.Pair.Test!, s.AdjustedP, alpha))];
        string unit = trend.Steps[0].Pair.Metric.Unit;
        if (shown.Length == 0)
            return "No single step clears the noise.";
        string[] told = [.. shown.Select(s => $"from {Number(s.From)} to {Number(s.To)} "
            + $"({EffectWords.Size(s.Pair.Test!, unit)})")];
        return shown.Length == trend.Steps.Count ? "Every step clears the noise."
            : $"Of the steps only {InWords.List(told)} clear{(shown.Length == 1 ? "s" : "")} the noise.";
    }

    /// <summary>A law that misses the hidden size by less than this factor is nearly right.</summary>
    const double Near = 1.15;

    static IEnumerable<string> CurveSentences(Trend trend, LearningCurve curve, StudyAnalysis analysis)
    {
        Interval b = curve.Exponent.Interval;
        bool isRefuted = curve.Hidden is { MissInterval: { } miss } && !miss.Contains(1);
        string start = trend.N < Verdict.LeastSeeds ? "As far as so few seeds tell, error goes with"
            : !isRefuted ? "Error falls as"
            : curve.Hidden!.Miss is > 1 / Near and < Near ? "Error falls nearly as"
            : "No single power describes the error over all sizes; over the smaller ones it goes with";
        yield return $"{start} a power of the number of images: exponent "
            + $"{InWords.Number(curve.Exponent.Mean, 2)} "
            + $"({InWords.Confidence(b.Confidence)} interval {InWords.Range(b, 2)}), so twice the images make it "
            + $"{InWords.Percent(Math.Abs(1 - curve.Doubling))} {(curve.Doubling < 1 ? "smaller" : "larger")}.";
        if (curve.Hidden is { } hidden)
        {
            string unit = StudyMetric.IsPoints(analysis.Metric) ? "%" : analysis.Metric.Unit;
            bool isRight = !isRefuted && hidden.MissInterval is not null;
            yield return $"Hidden from the law, {Number(hidden.Size)} images are foretold an error of "
                + $"{InWords.Number(hidden.Predicted, 2)} {unit} and have {InWords.Number(hidden.Measured, 2)} {unit}"
                + (isRight ? ": the law holds there." : hidden.Miss > 1 ? ": more than the law says."
                    : ": less than the law says.");
        }
        if (curve.Floor is { } floor)
        {
            string unit = StudyMetric.IsPoints(analysis.Metric) ? "%" : analysis.Metric.Unit;
            yield return $"With a floor under it, the law ends at an error of {InWords.Number(floor.C, 2)} ± "
                + $"{InWords.Number(floor.CStandardError, 2)} {unit} (standard error).";
        }
    }

    /// <summary><c>0.5</c>, <c>10,000</c>.</summary>
    public static string Number(double x) => x.ToString("#,0.######", CultureInfo.InvariantCulture);
}
