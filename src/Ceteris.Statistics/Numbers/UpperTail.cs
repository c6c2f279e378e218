namespace Ceteris.Statistics;

/// <summary>
/// The probability of a value beyond x, P(X &gt; x), of the distributions that tests are read from. Small tails keep
/// their relative accuracy; every value has the same bits on every processor.
/// </summary>
public static class UpperTail
{
    /// <summary>Standard normal.</summary>
    public static double Normal(double z) =>
        z >= 0 ? SpecialFunctions.NormalTail(z) : 1 - SpecialFunctions.NormalTail(-z);

    /// <summary>Student's t. The degrees of freedom need not be whole.</summary>
    public static double StudentT(double t, double degreesOfFreedom)
    {
        Positive(degreesOfFreedom);
        double half = 0.5 * Both(t, degreesOfFreedom);
        return t >= 0 ? half : 1 - half;
    }

    /// <summary>Student's t in both tails, P(|T| &gt; |t|): the p of a two-sided test.</summary>
    public static double StudentTBoth(double t, double degreesOfFreedom)
    {
        Positive(degreesOfFreedom);
        return Both(t, degreesOfFreedom);
    }

    /// <summary>Fisher's F.</summary>
    public static double FisherF(double f, double numerator, double denominator)
    {
        Positive(numerator);
        Positive(denominator);
        if (double.IsInfinity(f))
            return 0;
        double sum = denominator + numerator * f;
        return f <= 0 ? 1 : SpecialFunctions.BetaRegularised(
            denominator / 2, numerator / 2, denominator / sum, numerator * f / sum);
    }

    /// <summary>χ².</summary>
    public static double ChiSquared(double x, double degreesOfFreedom)
    {
        Positive(degreesOfFreedom);
        return SpecialFunctions.GammaUpper(degreesOfFreedom / 2, x / 2);
    }

    static double Both(double t, double degreesOfFreedom)
    {
        if (double.IsInfinity(t))
            return 0;
        double square = t * t, sum = degreesOfFreedom + square;
        return SpecialFunctions.BetaRegularised(degreesOfFreedom / 2, 0.5, degreesOfFreedom / sum, square / sum);
    }

    static void Positive(double degreesOfFreedom) => Check.That(
        degreesOfFreedom > 0, nameof(degreesOfFreedom), "more than 0 degrees of freedom", degreesOfFreedom);
}
