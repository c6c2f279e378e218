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

    /// <summary>
    /// As a verdict says it of an arm, of several effects: <c>The 95 % intervals that are valid however often one looks
    /// are 0.1 to 0.8 for batch norm and −0.2 to 0.3 for dropout.</c> Null where no effect has a spread.
    /// </summary>
    public static string? AtAnyLook(IEnumerable<(string Name, MeanTest Test)> effects, double alpha)
    {
        (string Name, MeanTest Test)[] spread = [.. effects.Where(effect => effect.Test.HasSpread)];
        string[] told =
        [
            .. spread.Select(effect => AlwaysValid.Of(effect.Test, alpha).Interval is { } interval
                ? $"{InWords.Range(interval, InWords.Decimals(interval.HalfWidth))} for {effect.Name}" : null)
                .OfType<string>(),
        ];
        string confidence = InWords.Confidence(1 - alpha);
        return spread.Length == 0 ? null
            : told.Length == 0 ? "So few seeds have no interval yet that is valid however often one looks."
            : told.Length == 1 ? $"The {confidence} interval that is valid however often one looks is {told[0]}."
            : $"The {confidence} intervals that are valid however often one looks are {InWords.List(told)}.";
    }

    /// <summary>Whether so many seeds can bear a claim, and this one is shown.</summary>
    public static bool IsShown(MeanTest test, double p, double alpha) => test.N >= Verdict.LeastSeeds && p < alpha;
}
