namespace Ceteris.Tests;

/// <summary>
/// Functions in double precision that System.Math lacks, by other ways than the kernels: good to about 10⁻¹⁴ relative,
/// a millionth of a unit in the last place of a float.
/// </summary>
public static class References
{
    const double TwoOverRootPi = 1.1283791670955126;

    // Below it the series of Expm1 and Log1p have no third term that counts.
    const double Small = 1e-6;

    /// <summary>e^x − 1; near 0, where that cancels, 2·sinh(x/2)·e^(x/2).</summary>
    public static double Expm1(double x) => Math.Abs(x) switch
    {
        < Small => x + 0.5 * x * x + x * x * x / 6,
        < 1 => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2),
        _ => Math.Exp(x) - 1,
    };

    /// <summary>log(1 + x) by Kahan's correction of the rounding of 1 + x.</summary>
    public static double Log1p(double x)
    {
        if (Math.Abs(x) < Small)
            return x - 0.5 * x * x + x * x * x / 3;
        double u = 1 + x;
        return u == 0 || u == double.PositiveInfinity ? Math.Log(u) : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>2/√π e^−x² Σ 2ⁿ x^(2n+1) / (2n+1)!!, a series of positive terms.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x) || Math.Abs(x) < 1e-10)
            return TwoOverRootPi * x;
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double term = x, sum = x, square = x * x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return TwoOverRootPi * Math.Exp(-square) * sum;
    }

    /// <summary>
    /// Φ(x): by <see cref="Erf"/> where nothing cancels, in the lower tail by Laplace's continued fraction
    /// Φ(−a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + …)))).
    /// </summary>
    public static double NormalCdf(double x)
    {
        if (!(x < -2))
            return 0.5 * (1 + Erf(x / Math.Sqrt(2)));
        double denominator = -x;
        for (int k = x > -4 ? 200 : 60; k > 0; k--)
            denominator = -x + k / denominator;
        return Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI) / denominator;
    }
}
