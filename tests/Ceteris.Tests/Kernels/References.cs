namespace Ceteris.Tests;

/// <summary>
/// Functions in double precision, from System.Math or by other ways than the kernels: good to about 10⁻¹⁴ relative, a
/// millionth of a unit in the last place of a float. Most floats are so small or so large that a term or two of a series
/// or a constant is as good, and faster.
/// </summary>
public static class References
{
    // Below it a third term of a series does not count, beyond the other a result is 0, 1 or infinite as a float.
    const double Small = 1e-6, Large = 110;

    const double TwoOverRootPi = 1.1283791670955126, OneOverRoot2Pi = 0.3989422804014327;

    public static double Exp(double x) => Math.Abs(x) switch
    {
        < Small => 1 + x + 0.5 * x * x,
        < Large => Math.Exp(x),
        _ => Beyond(x, 0, double.PositiveInfinity),
    };

    /// <summary>e^x − 1; near 0, where that cancels, 2·sinh(x/2)·e^(x/2).</summary>
    public static double Expm1(double x) => Math.Abs(x) switch
    {
        < Small => x + 0.5 * x * x + x * x * x / 6,
        < 1 => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2),
        < Large => Math.Exp(x) - 1,
        _ => Beyond(x, -1, double.PositiveInfinity),
    };

    /// <summary>log(1 + x) by Kahan's correction of the rounding of 1 + x.</summary>
    public static double Log1p(double x)
    {
        if (Math.Abs(x) < Small)
            return x - 0.5 * x * x + x * x * x / 3;
        double u = 1 + x;
        return u == 0 || u == double.PositiveInfinity ? Math.Log(u) : Math.Log(u) * (x / (u - 1));
    }

    public static double Tanh(double x) => Math.Abs(x) switch
    {
        < Small => x - x * x * x / 3,
        < Large => Math.Tanh(x),
        _ => Beyond(x, -1, 1),
    };

    public static double Sigmoid(double x) => Math.Abs(x) switch
    {
        < Small => 0.5 + 0.25 * x,
        < Large => 1 / (1 + Math.Exp(-x)),
        _ => Beyond(x, 0, 1),
    };

    public static double Softplus(double x) => Math.Abs(x) switch
    {
        < Small => 0.6931471805599453 + 0.5 * x + 0.125 * x * x,
        < Large => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))),
        _ => Beyond(x, 0, x),
    };

    /// <summary>2/√π e^−x² Σ 2ⁿ x^(2n+1) / (2n+1)!!, a series of positive terms.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) < Small)
            return TwoOverRootPi * (x - x * x * x / 3);
        if (!(Math.Abs(x) < 6))
            return Beyond(x, -1, 1);
        double term = x, sum = x, square = x * x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return TwoOverRootPi * Math.Exp(-square) * sum;
    }

    public static double NormalPdf(double x) => Math.Abs(x) switch
    {
        < Small => OneOverRoot2Pi * (1 - 0.5 * x * x),
        < 16 => OneOverRoot2Pi * Math.Exp(-0.5 * x * x),
        _ => Beyond(x, 0, 0),
    };

    /// <summary>
    /// Φ(x): by <see cref="Erf"/> where nothing cancels, in the lower tail by Laplace's continued fraction
    /// Φ(−a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + …)))).
    /// </summary>
    public static double NormalCdf(double x)
    {
        if (Math.Abs(x) < Small)
            return 0.5 + OneOverRoot2Pi * x;
        if (!(Math.Abs(x) < 16))
            return Beyond(x, 0, 1);
        if (x >= -2)
            return 0.5 * (1 + Erf(x / Math.Sqrt(2)));
        double denominator = -x;
        for (int k = x > -4 ? 200 : 60; k > 0; k--)
            denominator = -x + k / denominator;
        return NormalPdf(x) / denominator;
    }

    static double Beyond(double x, double below, double above) => double.IsNaN(x) ? x : x < 0 ? below : above;
}
