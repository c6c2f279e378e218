namespace Ceteris.Statistics;

/// <summary>
/// A mean, how well it is known, and whether it can be 0: the one-sample t test, to which every contrast of a study
/// comes down (a difference per block, a slope per block, an interaction per block).
/// T = mean / standard error, with P from Student's distribution in both tails (Student, "The probable error of a
/// mean", Biometrika 6, 1908).
/// </summary>
/// <param name="N">How many values, two or more.</param>
/// <param name="Mean">In the unit of the values.</param>
/// <param name="StandardDeviation">Of the values, with N − 1 below the fraction line.</param>
/// <param name="StandardError">Of the mean.</param>
/// <param name="DegreesOfFreedom">N − 1, or those of a pooled variance.</param>
/// <param name="T">±∞ where every value is the same but not 0, 0 where all are 0.</param>
/// <param name="P">
/// Of both tails. Where the values do not differ at all, their spread is unknown rather than 0: then this is the p of
/// the exact sign-flip test, 2^(1 − N), or 1 if all are 0.
/// </param>
/// <param name="Interval">Mean ± t · standard error.</param>
public sealed record MeanTest(
    int N, double Mean, double StandardDeviation, double StandardError, double DegreesOfFreedom, double T, double P,
    Interval Interval)
{
    /// <summary>Whether the values differ, so that T, P and the interval mean something.</summary>
    public bool HasSpread => StandardError > 0;

    /// <summary>Two values are points: an interval of them would say nothing but how far apart they happen to be.</summary>
    public bool BearsInterval => N > 2 && HasSpread;

    /// <summary>The test of <paramref name="values"/> · <paramref name="scale"/>.</summary>
    /// <param name="values">
    /// One per block, two or more; whole numbers such as counts are taken as they are, so that equal ones are seen.
    /// </param>
    /// <param name="confidence">Of the interval.</param>
    /// <param name="scale">From the unit of the values to that of the result.</param>
    /// <exception cref="ArgumentException">Fewer than two values, or one that is not finite.</exception>
    public static MeanTest Of(ReadOnlySpan<double> values, double confidence = 0.95, double scale = 1)
    {
        Check.That(values.Length >= 2, nameof(values), "two values or more", values.Length);
        Check.Finite(values, nameof(values));
        double mean = Moments.Mean(values), sd = Math.Sqrt(Moments.Variance(values)) * Math.Abs(scale);
        return FromPooled(values.Length, mean * scale, sd, values.Length - 1, confidence);
    }

    /// <summary>The test of a mean of n values whose standard deviation was estimated elsewhere.</summary>
    public static MeanTest FromPooled(
        int n, double mean, double standardDeviation, double degreesOfFreedom, double confidence = 0.95)
    {
        double error = standardDeviation / Math.Sqrt(n);
        (double t, double p) = (mean, error) switch
        {
            (0, 0) => (0, 1),
            (_, 0) => (mean > 0 ? double.PositiveInfinity : double.NegativeInfinity, Math.ScaleB(1, 1 - n)),
            _ => (mean / error, UpperTail.StudentTBoth(mean / error, degreesOfFreedom)),
        };
        return new(
            n, mean, standardDeviation, error, degreesOfFreedom, t, p,
            Around(mean, error, degreesOfFreedom, confidence));
    }

    /// <summary>The interval at another confidence.</summary>
    public Interval IntervalAt(double confidence) => Around(Mean, StandardError, DegreesOfFreedom, confidence);

    static Interval Around(double mean, double error, double degreesOfFreedom, double confidence)
    {
        double tail = (1 - Check.Confidence(confidence)) / 2;
        double half = error == 0 ? 0 : Quantile.StudentT(tail, degreesOfFreedom) * error;
        return new(mean - half, mean + half, confidence);
    }
}
