namespace Ceteris.Statistics;

/// <summary>
/// How many seeds a question needs: the chance that a paired t test decides it, by the noncentral t distribution
/// (J. Cohen, Statistical Power Analysis, 1988). Effects are in units of s_d, the standard deviation of the
/// differences.
/// </summary>
public static class Power
{
    /// <summary>The usual chance asked for.</summary>
    public const double Usual = 0.8;

    /// <summary>No more seeds than this are considered.</summary>
    public const int MostSeeds = 10_000;

    /// <summary>The chance that n seeds find a difference of <paramref name="effect"/> s_d, in either
    /// direction.</summary>
    public static double OfDifference(double effect, int n, double alpha = 0.05)
    {
        Seeds(n);
        double shift = effect * Math.Sqrt(n), critical = Quantile.StudentT(alpha / 2, n - 1);
        return Quadrature.MeanOverSpread(
            s => UpperTail.Normal(critical * s - shift) + UpperTail.Normal(critical * s + shift), n - 1);
    }

    /// <summary>
    /// The chance that n seeds show a true difference of <paramref name="effect"/> s_d to be inside
    /// ±<paramref name="margin"/> s_d.
    /// </summary>
    public static double OfEquivalence(double effect, double margin, int n, double alpha = 0.05)
    {
        Seeds(n);
        double root = Math.Sqrt(n), critical = Quantile.StudentT(alpha, n - 1);
        return Quadrature.MeanOverSpread(
            s => Math.Max(
                0,
                UpperTail.Normal(critical * s - (margin + effect) * root)
                    - UpperTail.Normal((margin - effect) * root - critical * s)),
            n - 1);
    }

    /// <summary>The difference, in s_d, that n seeds find with the given chance.</summary>
    public static double MinimumDetectableEffect(int n, double power = Usual, double alpha = 0.05)
    {
        Check.That(power > alpha && power < 1, nameof(power), "a chance above the level and below 1", power);
        return Root.FindAbove(effect => power - OfDifference(effect, n, alpha), 0);
    }

    /// <summary>
    /// About how many seeds beyond those there are would decide with 80 % chance, if difference and spread stay what
    /// they now look like: the least n at which the t test would find the difference or, with a margin, the
    /// equivalence test confirm that it is inside.
    /// </summary>
    /// <returns>Null if not even 10,000 seeds would.</returns>
    public static int? MoreSeeds(MeanTest test, double? margin = null, double alpha = 0.05)
    {
        if (!test.HasSpread || test.N >= MostSeeds)
            return null;
        double effect = Math.Abs(test.Mean) / test.StandardDeviation, inside = (margin ?? 0) / test.StandardDeviation;
        int low = test.N, high = low;
        do
        {
            low = high;
            high = Math.Min(2 * high, MostSeeds);
        }
        while (!Decides(high) && high < MostSeeds);
        if (!Decides(high))
            return null;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = Decides(middle) ? (low, middle) : (middle, high);
        }
        return high - test.N;

        bool Decides(int n) => OfDifference(effect, n, alpha) >= Usual
            || (effect < inside && OfEquivalence(effect, inside, n, alpha) >= Usual);
    }

    static void Seeds(int n) => Check.That(n >= 2, nameof(n), "two seeds or more", n);
}
