namespace Ceteris.Statistics;

/// <summary>
/// The range of k standard normal values in units of an independent estimate of their standard deviation: the
/// distribution behind Tukey's comparison of all pairs and Nemenyi's critical difference.
/// P(Q &gt; q) = E_S[ k ∫ φ(z) (Φ(z)^{k−1} − (Φ(z) − Φ(z − qS))^{k−1}) dz ]. (J. Tukey, 1953; the tail is integrated
/// itself, so that small p keep their digits.)
/// </summary>
public static class StudentizedRange
{
    /// <summary>P(Q &gt; q). Degrees of freedom may be infinite: a known standard deviation.</summary>
    public static double UpperTail(double q, int groups, double degreesOfFreedom)
    {
        Check.That(groups >= 2, nameof(groups), "two groups or more", groups);
        Check.That(degreesOfFreedom > 0, nameof(degreesOfFreedom), "more than 0 degrees of freedom", degreesOfFreedom);
        if (q <= 0)
            return 1;
        return double.IsInfinity(degreesOfFreedom) ? RangeTail(q, groups)
            : Quadrature.MeanOverSpread(s => RangeTail(q * s, groups), degreesOfFreedom);
    }

    /// <summary>The q that is exceeded with probability <paramref name="upperTail"/>.</summary>
    public static double Quantile(double upperTail, int groups, double degreesOfFreedom)
    {
        Check.That(upperTail is > 0 and < 1, nameof(upperTail), "a probability between 0 and 1", upperTail);
        return Root.FindAbove(q => UpperTail(q, groups, degreesOfFreedom) - upperTail, 0);
    }

    static double RangeTail(double range, int groups)
    {
        double low = -9, high = Math.Min(range, 75) / 2 + 9;
        return Quadrature.Trapezoid(Term, low, high, Math.Min(0.25, 0.8 / Math.Sqrt(groups)));

        double Term(double z)
        {
            double whole = Statistics.UpperTail.Normal(-z), beyond = Statistics.UpperTail.Normal(range - z);
            // a^(k−1) − b^(k−1) = (a − b) (a^(k−2) + a^(k−3) b + … + b^(k−2)), with a − b known exactly
            double inside = Math.Max(0, whole - beyond), sum = 0, power = 1;
            for (int i = 0; i < groups - 1; i++)
            {
                sum = sum * whole + power;
                power *= inside;
            }
            return groups * SpecialFunctions.NormalDensity(z) * beyond * sum;
        }
    }
}
