namespace Ceteris.Statistics;

/// <summary>The value that is exceeded with a given probability: the inverse of <see cref="UpperTail"/>.</summary>
public static class Quantile
{
    /// <summary>Standard normal: z with P(Z &gt; z) = <paramref name="upperTail"/>.</summary>
    public static double Normal(double upperTail) => Symmetric(upperTail, UpperTail.Normal);

    /// <summary>Student's t: t with P(T &gt; t) = <paramref name="upperTail"/>.</summary>
    public static double StudentT(double upperTail, double degreesOfFreedom) =>
        Symmetric(upperTail, t => UpperTail.StudentT(t, degreesOfFreedom));

    /// <summary>χ²: x with P(X &gt; x) = <paramref name="upperTail"/>.</summary>
    public static double ChiSquared(double upperTail, double degreesOfFreedom)
    {
        Check.That(upperTail is > 0 and < 1, nameof(upperTail), "a probability between 0 and 1", upperTail);
        return Root.FindAbove(x => UpperTail.ChiSquared(x, degreesOfFreedom) - upperTail, 0);
    }

    static double Symmetric(double upperTail, Func<double, double> tail)
    {
        Check.That(upperTail is > 0 and < 1, nameof(upperTail), "a probability between 0 and 1", upperTail);
        if (upperTail == 0.5)
            return 0;
        double small = Math.Min(upperTail, 1 - upperTail);
        double x = Root.FindAbove(at => StableMath.Log(tail(at) / small), 0);
        return upperTail < 0.5 ? x : -x;
    }
}
