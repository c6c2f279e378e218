namespace Ceteris.Statistics;

/// <summary>
/// Two one-sided tests (TOST): is the difference inside ±margin? The only way to show "no effect": a large p of a t
/// test shows nothing. t_L = (d̄ + m)/se, t_U = (d̄ − m)/se, p = max(P(T &gt; t_L), P(T &lt; t_U)); p &lt; α exactly
/// when
/// the 1 − 2α interval lies inside ±m. (D. Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987.)
/// </summary>
/// <param name="Margin">The largest difference that does not matter, declared before the runs.</param>
/// <param name="TLower">Against −margin.</param>
/// <param name="TUpper">Against +margin.</param>
/// <param name="PLower">That the difference is not above −margin.</param>
/// <param name="PUpper">That the difference is not below +margin.</param>
/// <param name="P">The larger of the two.</param>
/// <param name="Interval">1 − 2α, 90 % for α = 0.05.</param>
public sealed record Equivalence(
    double Margin, double TLower, double TUpper, double PLower, double PUpper, double P, Interval Interval)
{
    /// <summary>The test of a mean. Without spread the p is that of the sign-flip test, 2^−n on either side.</summary>
    /// <exception cref="ArgumentException">A margin that is not positive.</exception>
    public static Equivalence Of(MeanTest test, double margin, double alpha = 0.05)
    {
        Check.That(margin > 0 && double.IsFinite(margin), nameof(margin), "a positive margin", margin);
        Check.That(alpha is > 0 and < 0.5, nameof(alpha), "a level between 0 and 0.5", alpha);
        (double lower, double upper) = (test.Mean + margin, test.Mean - margin);
        (double pLower, double pUpper) = (Above(test, lower), Above(test, -upper));
        return new(
            margin, OverError(test, lower), OverError(test, upper), pLower, pUpper, Math.Max(pLower, pUpper),
            test.IntervalAt(1 - 2 * alpha));
    }

    /// <summary>
    /// The margin to declare when nothing speaks for another: 0.10 points, or a tenth of the baseline's error if that
    /// is more.
    /// </summary>
    /// <param name="baselineError">In percentage points.</param>
    public static double SuggestedMargin(double baselineError)
    {
        Check.That(
            baselineError is >= 0 and <= 100, nameof(baselineError), "an error of 0 to 100 points", baselineError);
        return Math.Max(0.10, 0.10 * baselineError);
    }

    static double OverError(MeanTest test, double distance) => distance == 0 ? 0 : distance / test.StandardError;

    static double Above(MeanTest test, double distance) =>
        test.HasSpread ? UpperTail.StudentT(distance / test.StandardError, test.DegreesOfFreedom)
        : distance > 0 ? Math.ScaleB(1, -test.N) : 1;
}
