namespace Ceteris.Statistics;

/// <summary>
/// Integrals of smooth functions that vanish at both ends: the trapezoidal rule, whose error falls exponentially
/// there (L. N. Trefethen and J. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56, 2014).
/// </summary>
static class Quadrature
{
    /// <param name="f">Smooth, and as good as 0 at both ends.</param>
    /// <param name="low">One end.</param>
    /// <param name="high">The other.</param>
    /// <param name="width">At most so far apart are the points: a third of the narrowest feature is plenty.</param>
    public static double Trapezoid(Func<double, double> f, double low, double high, double width)
    {
        int steps = (int)Math.Ceiling((high - low) / width);
        double h = (high - low) / steps, sum = 0.5 * (f(low) + f(high));
        for (int i = 1; i < steps; i++)
            sum += f(low + i * h);
        return sum * h;
    }

    /// <summary>
    /// The mean of g(S), where S² = χ²/ν: the standard deviation of ν + 1 normal values in units of the true one. With
    /// S = eᵘ the density of u is 2 (ν/2)^{ν/2} / Γ(ν/2) · exp(νu − ν e²ᵘ/2).
    /// </summary>
    public static double MeanOverSpread(Func<double, double> g, double degreesOfFreedom)
    {
        double nu = degreesOfFreedom, half = nu / 2;
        double log = StableMath.Ln2 + half * StableMath.Log(half) - SpecialFunctions.LogGamma(half);
        double low = -40 / nu - Math.Sqrt(40 / nu), high = Math.Min(3, Math.Sqrt(40 / nu));
        return Trapezoid(Term, low, high, Math.Min(0.1, 0.25 / Math.Sqrt(2 * nu)));

        double Term(double u)
        {
            double s = StableMath.Exp(u), density = StableMath.Exp(log + nu * u - half * s * s);
            return density == 0 ? 0 : density * g(s);
        }
    }
}
