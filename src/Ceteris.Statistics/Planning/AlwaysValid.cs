namespace Ceteris.Statistics;

/// <summary>
/// A test that may be looked at after every seed: the chance of ever rejecting a true null is at most α, however often
/// one looks. A mixture of t likelihood ratios over a normal prior of the effect with variance g s_d²:
/// k = 1 + n g, E = k^(−½) [(1 + t²/(n − 1)) / (1 + t²/(k (n − 1)))]^(n/2); rejected at E ≥ 1/α. (T. Lai, Annals of
/// Statistics 4, 1976; H. Wang and A. Ramdas, "Anytime-valid t-tests and confidence sequences", 2024.) It costs width:
/// use it while a study runs, and the planned test in the report.
/// </summary>
/// <param name="N">Seeds so far.</param>
/// <param name="EValue">Evidence against "no difference": above 1/α it is rejected.</param>
/// <param name="CriticalT">|t| from which it is rejected; ∞ while n is too small for any t.</param>
/// <param name="Interval">The differences not rejected; null while that is every difference.</param>
public sealed record AlwaysValid(int N, double EValue, double CriticalT, Interval? Interval)
{
    /// <summary>The test of a mean over the blocks so far.</summary>
    /// <param name="test">Of the differences so far.</param>
    /// <param name="alpha">Level.</param>
    /// <param name="g">Variance of the effects expected, in s_d².</param>
    public static AlwaysValid Of(MeanTest test, double alpha = 0.05, double g = 1)
    {
        double critical = CriticalTOf(test.N, alpha, g);
        bool bounded = double.IsFinite(critical) && test.HasSpread;
        double half = critical * test.StandardError;
        return new(
            test.N, test.HasSpread ? EValueOf(test.T, test.N, g) : 1, critical,
            bounded ? new(test.Mean - half, test.Mean + half, 1 - alpha) : null);
    }

    public static double EValueOf(double t, int n, double g = 1)
    {
        Arguments(n, g);
        double k = 1 + n * g, nu = n - 1, square = t * t;
        double ratio = StableMath.Log1p(square / nu) - StableMath.Log1p(square / (k * nu));
        return StableMath.Exp(n / 2.0 * ratio - 0.5 * StableMath.Log(k));
    }

    /// <summary>
    /// The solution of E = 1/α: t² = (n − 1) (R − 1) / (1 − R/k) with R = (√k / α)^(2/n), infinite where R ≥ k.
    /// </summary>
    public static double CriticalTOf(int n, double alpha = 0.05, double g = 1)
    {
        Arguments(n, g);
        Check.That(alpha is > 0 and < 1, nameof(alpha), "a level between 0 and 1", alpha);
        double k = 1 + n * g;
        double r = StableMath.Exp(2.0 / n * (0.5 * StableMath.Log(k) - StableMath.Log(alpha)));
        return r >= k ? double.PositiveInfinity : Math.Sqrt((n - 1) * (r - 1) / (1 - r / k));
    }

    static void Arguments(int n, double g)
    {
        Check.That(n >= 2, nameof(n), "two seeds or more", n);
        Check.That(g > 0, nameof(g), "a positive variance", g);
    }
}
