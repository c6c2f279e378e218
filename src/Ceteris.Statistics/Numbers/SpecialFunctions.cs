namespace Ceteris.Statistics;

/// <summary>
/// The functions behind every p-value here. Each is computed so that small tails keep their relative accuracy (about
/// 1e-13). Abramowitz and Stegun, Handbook of Mathematical Functions, chapters 6 and 26; continued fractions by the
/// method of Lentz (Press et al., Numerical Recipes, 3rd ed., 6.2 and 6.4).
/// </summary>
static class SpecialFunctions
{
    const double HalfLog2Pi = 0.918938533204672741780, InverseRoot2Pi = 0.398942280401432677940;
    const double Tiny = 1e-300, Epsilon = 1e-16;
    const int MostTerms = 100_000;

    /// <summary>φ(z) = exp(−z²/2) / √(2π).</summary>
    public static double NormalDensity(double z) => InverseRoot2Pi * StableMath.Exp(-z * z / 2);

    /// <summary>
    /// 1 − Φ(z), z ≥ 0: ½ − φ(z) (z + z³/3 + z⁵/(3·5) + …) for small z (G. Marsaglia, J. Statistical Software 11,
    /// 2004),
    /// else Laplace's φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))), from as far in as 1e-16 needs.
    /// </summary>
    public static double NormalTail(double z)
    {
        if (double.IsNaN(z) || z > 40)
            return double.IsNaN(z) ? z : 0;
        double square = z * z, density = NormalDensity(z);
        if (z >= 2)
        {
            double fraction = z;
            for (int i = (int)(360 / square) + 12; i > 0; i--)
                fraction = z + i / fraction;
            return density / fraction;
        }
        double term = z, sum = z;
        for (int i = 3; term > sum * Epsilon; i += 2)
        {
            term *= square / i;
            sum += term;
        }
        return 0.5 - density * sum;
    }

    /// <summary>ln Γ(x), x &gt; 0.</summary>
    public static double LogGamma(double x)
    {
        double product = 1;
        for (; x < 10; x++)
            product *= x;
        return (x - 0.5) * StableMath.Log(x) - x + HalfLog2Pi + StirlingRest(x) - StableMath.Log(product);
    }

    /// <summary>
    /// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), without the cancellation of the large terms.
    /// </summary>
    public static double LogBeta(double a, double b)
    {
        (double p, double q) = a < b ? (a, b) : (b, a);
        if (q < 10)
            return LogGamma(p) + LogGamma(q) - LogGamma(p + q);
        double share = p / (p + q), rest = StirlingRest(q) - StirlingRest(p + q);
        if (p < 10)
        {
            return LogGamma(p) + rest + p - p * StableMath.Log(p + q) + (q - 0.5) * StableMath.Log1p(-share);
        }
        return HalfLog2Pi - 0.5 * StableMath.Log(q) + StirlingRest(p) + rest + (p - 0.5) * StableMath.Log(share)
            + q * StableMath.Log1p(-share);
    }

    /// <summary>
    /// The regularised incomplete beta function I_x(a, b); <paramref name="y"/> = 1 − x, given so that neither end
    /// loses digits.
    /// </summary>
    public static double BetaRegularised(double a, double b, double x, double y)
    {
        if (x <= 0 || y <= 0)
            return x <= 0 ? 0 : 1;
        double logX = y < 0.5 ? StableMath.Log1p(-y) : StableMath.Log(x);
        double logY = x < 0.5 ? StableMath.Log1p(-x) : StableMath.Log(y);
        double front = StableMath.Exp(a * logX + b * logY - LogBeta(a, b));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - front * BetaFraction(b, a, y) / b;
    }

    /// <summary>The upper regularised incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a).</summary>
    public static double GammaUpper(double a, double x)
    {
        if (x <= 0)
            return 1;
        double front = StableMath.Exp(a * StableMath.Log(x) - x - LogGamma(a));
        return x < a + 1 ? 1 - front * GammaSeries(a, x) : front * GammaFraction(a, x);
    }

    /// <summary>ln Γ(x) less the leading terms of Stirling's series, x ≥ 10: 1/(12x) − 1/(360x³) + …</summary>
    static double StirlingRest(double x)
    {
        double square = 1 / (x * x);
        double sum = 1.0 / 156;
        sum = sum * square - 691.0 / 360360;
        sum = sum * square + 1.0 / 1188;
        sum = sum * square - 1.0 / 1680;
        sum = sum * square + 1.0 / 1260;
        sum = sum * square - 1.0 / 360;
        sum = sum * square + 1.0 / 12;
        return sum / x;
    }

    static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = Inverse(1 - (a + b) * x / (a + 1)), h = d;
        for (int m = 1; m < MostTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = Inverse(1 + even * d);
            c = NotZero(1 + even / c);
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = Inverse(1 + odd * d);
            c = NotZero(1 + odd / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) <= 2 * Epsilon)
                return h;
        }
        return h;
    }

    static double GammaSeries(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int i = 1; i < MostTerms && term > sum * Epsilon; i++)
        {
            term *= x / (a + i);
            sum += term;
        }
        return sum;
    }

    static double GammaFraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (int i = 1; i < MostTerms; i++)
        {
            double numerator = -i * (i - a);
            b += 2;
            d = Inverse(numerator * d + b);
            c = NotZero(b + numerator / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) <= 2 * Epsilon)
                return h;
        }
        return h;
    }

    static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    static double Inverse(double value) => 1 / NotZero(value);
}
