namespace Ceteris.Statistics;

/// <summary>
/// Exponential and logarithm out of + − × ÷ alone, so that a report has the same bits on every processor and system
/// (those of the run-time library differ between them). At most about 2 ulp.
/// </summary>
static class StableMath
{
    /// <summary>The leading bits of ln 2: a product with an exponent is exact. And the rest.</summary>
    const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;

    public const double Ln2 = 0.693147180559945309417;

    /// <summary>ln x; −∞ of 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (x is double.PositiveInfinity || double.IsNaN(x))
            return x;
        if (x <= 0)
            return x == 0 ? double.NegativeInfinity : double.NaN;
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }
        return exponent * Ln2High + (TwiceArtanh((mantissa - 1) / (mantissa + 1)) + exponent * Ln2Low);
    }

    /// <summary>ln(1 + x), exact near 0 too.</summary>
    public static double Log1p(double x) => Math.Abs(x) < 0.4 ? TwiceArtanh(x / (2 + x)) : Log(1 + x);

    /// <summary>eˣ.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x) || x > 710)
            return x > 710 ? double.PositiveInfinity : x;
        if (x < -746)
            return 0;
        int power = (int)Math.Round(x / Ln2);
        double r = x - power * Ln2High - power * Ln2Low, sum = 1;
        for (int i = 15; i > 0; i--)
            sum = 1 + sum * r / i;
        return Math.ScaleB(sum, power);
    }

    /// <summary>2 artanh s = ln((1 + s) / (1 − s)) for |s| ≤ 0.26, by its series 2 (s + s³/3 + s⁵/5 + …).</summary>
    static double TwiceArtanh(double s)
    {
        double square = s * s, sum = 0;
        for (int i = 29; i > 1; i -= 2)
            sum = (sum + 1.0 / i) * square;
        return 2 * s + 2 * s * sum;
    }
}
