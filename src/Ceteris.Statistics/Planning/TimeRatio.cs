namespace Ceteris.Statistics;

/// <summary>The time of one run, and whether it had the machine to itself.</summary>
public readonly record struct RunTime(double Seconds, bool Alone);

/// <summary>
/// What the treatment costs in time: the ratio of the medians, with a paired t interval of the logarithms. Only from
/// runs that took turns and had the machine to themselves.
/// </summary>
/// <param name="N">Pairs.</param>
/// <param name="Ratio">Median time of the treatment / median time of the baseline.</param>
/// <param name="GeometricMean">Of the ratios per block: the centre of the interval.</param>
/// <param name="Interval">Of that geometric mean.</param>
public sealed record TimeRatio(int N, double Ratio, double GeometricMean, Interval Interval)
{
    /// <exception cref="ArgumentException">
    /// Fewer than two pairs, a time that is not positive, or a run that shared the machine.
    /// </exception>
    public static TimeRatio Of(
        IReadOnlyList<RunTime> baseline, IReadOnlyList<RunTime> treatment, double confidence = 0.95)
    {
        Check.That(baseline.Count >= 2, nameof(baseline), "two pairs or more", baseline.Count);
        Check.That(
            treatment.Count == baseline.Count, nameof(treatment), $"{baseline.Count} times, one per pair",
            treatment.Count);
        foreach (RunTime time in baseline.Concat(treatment))
        {
            Check.That(
                time.Seconds > 0 && double.IsFinite(time.Seconds), nameof(treatment), "positive seconds", time.Seconds);
        }
        int shared = baseline.Concat(treatment).Count(time => !time.Alone);
        if (shared > 0)
        {
            throw Check.Wrong(
                nameof(treatment), "times of runs that had the machine to themselves",
                FormattableString.Invariant($"{shared} that shared it"));
        }
        MeanTest logs = MeanTest.Of(
            [.. baseline.Zip(treatment, (a, b) => StableMath.Log(b.Seconds / a.Seconds))], confidence);
        double ratio = Moments.Median(treatment.Select(t => t.Seconds)) / Moments.Median(
            baseline.Select(t => t.Seconds));
        return new(baseline.Count, ratio, StableMath.Exp(logs.Mean), logs.Interval.Map(StableMath.Exp));
    }
}
