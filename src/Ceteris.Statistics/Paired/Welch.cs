namespace Ceteris.Statistics;

/// <summary>
/// The comparison of two means as if the arms had nothing in common: shown beside the paired one to see what pairing
/// bought, never chosen for its p. Variances may differ (B. Welch, Biometrika 34, 1947); degrees of freedom by
/// Satterthwaite, (v_A + v_B)² / (v_A²/(n_A − 1) + v_B²/(n_B − 1)) with v = s²/n.
/// </summary>
/// <param name="Difference">Treatment less baseline.</param>
/// <param name="DegreesOfFreedom">NaN where neither arm has spread.</param>
/// <param name="T">±∞ where neither arm has spread.</param>
/// <param name="P">Of both tails; NaN where neither arm has spread: the test has nothing to go by.</param>
/// <param name="Interval">Of the difference.</param>
public sealed record Welch(double Difference, double DegreesOfFreedom, double T, double P, Interval Interval)
{
    public static Welch Of(
        ReadOnlySpan<double> baseline, ReadOnlySpan<double> treatment, double confidence = 0.95, double scale = 1)
    {
        Check.That(baseline.Length >= 2, nameof(baseline), "two values or more", baseline.Length);
        Check.That(treatment.Length >= 2, nameof(treatment), "two values or more", treatment.Length);
        double difference = (Moments.Mean(treatment) - Moments.Mean(baseline)) * scale;
        double a = Moments.Variance(baseline) * scale * scale / baseline.Length;
        double b = Moments.Variance(treatment) * scale * scale / treatment.Length;
        double error = Math.Sqrt(a + b);
        double df = (a + b) * (a + b) / (a * a / (baseline.Length - 1) + b * b / (treatment.Length - 1));
        double tail = (1 - Check.Confidence(confidence)) / 2;
        double half = error == 0 ? 0 : Quantile.StudentT(tail, df) * error;
        double t = difference == 0 ? 0 : difference / error;
        double p = error == 0 ? double.NaN : UpperTail.StudentTBoth(t, df);
        return new(difference, df, t, p, new(difference - half, difference + half, confidence));
    }
}
