using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>Effects with their intervals, as sentences have them.</summary>
static class EffectWords
{
    /// <summary><c>+0.47 points (95 % interval 0.38 to 0.56)</c>; without spread no interval.</summary>
    public static string Effect(MeanTest test, string unit) => $"{Size(test, unit)}{Known(test)}";

    /// <summary><c>+0.47 points</c>.</summary>
    public static string Size(MeanTest test, string unit) =>
        $"{InWords.Signed(test.Mean, InWords.Decimals(test.Interval.HalfWidth))} {unit}";

    /// <summary><c> (95 % interval 0.38 to 0.56, 10 seeds, p &lt; 0.001)</c>.</summary>
    public static string Known(MeanTest test, bool seeds = false, double? p = null)
    {
        var parts = new List<string>();
        if (test.BearsInterval)
            parts.Add(Interval(test.Interval));
        if (seeds)
            parts.Add(InWords.Seeds(test.N));
        if (p is { } value)
            parts.Add(InWords.P(value));
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    /// <summary><c>95 % interval 0.38 to 0.56</c>.</summary>
    public static string Interval(Interval interval) =>
        $"{InWords.Confidence(interval.Confidence)} interval "
            + $"{InWords.Range(interval, InWords.Decimals(interval.HalfWidth))}";

    /// <summary>Whether so many seeds can bear a claim, and this one is shown.</summary>
    public static bool IsShown(MeanTest test, double p, double alpha) => test.N >= Verdict.LeastSeeds && p < alpha;
}
