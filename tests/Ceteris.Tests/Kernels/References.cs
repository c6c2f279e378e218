using System.Runtime.Intrinsics;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace Ceteris.Tests;

/// <summary>
/// Functions in double precision, on eight numbers at a time, by other ways than the kernels: good to about 10⁻¹⁴
/// relative, a millionth of a unit in the last place of a float.
/// </summary>
public static class References
{
    const double TwoOverRootPi = 1.1283791670955126, OneOverRoot2Pi = 0.3989422804014327;

    /// <summary>e^x, infinite from 200 on: Vector512.Exp is slow where it leaves the range of a double.</summary>
    public static Doubles Exp(Doubles x)
    {
        var limit = Vector512.Create(200.0);
        var power = Vector512.Exp(AtMost(Select(Vector512.LessThan(x, -limit), -limit, x), 200));
        return Select(Vector512.GreaterThan(x, limit), Vector512.Create(double.PositiveInfinity), power);
    }

    /// <summary>e^x − 1: by its series where that would cancel.</summary>
    public static Doubles Expm1(Doubles x)
    {
        var series = Doubles.Zero;
        for (int k = 17; k > 0; k--)
            series = (Doubles.One + series) * x * (1.0 / k);
        return Select(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(0.5)), series, Exp(x) - Doubles.One);
    }

    /// <summary>log(1 + x) by Kahan's correction of the rounding of u = 1 + x.</summary>
    public static Doubles Log1p(Doubles x)
    {
        var u = Doubles.One + x;
        var log = Vector512.Log(u);
        var corrected = Select(Vector512.Equals(u, Vector512.Create(double.PositiveInfinity)), log, log * (x / (u - Doubles.One)));
        return Select(Vector512.Equals(u, Doubles.One), x, corrected);
    }

    public static Doubles Tanh(Doubles x)
    {
        var e = Expm1(AtMost(Vector512.Abs(x), 30) * 2);
        return Vector512.CopySign(e / (e + Vector512.Create(2.0)), x);
    }

    public static Doubles Sigmoid(Doubles x) => Doubles.One / (Doubles.One + Exp(-x));

    public static Doubles Softplus(Doubles x) => Vector512.Max(x, Doubles.Zero) + Log1p(Exp(-Vector512.Abs(x)));

    /// <summary>2/√π e^−x² Σ 2ⁿ x^(2n+1) / (2n+1)!!, a series of positive terms.</summary>
    public static Doubles Erf(Doubles x)
    {
        var inner = Vector512.LessThan(Vector512.Abs(x), Vector512.Create(6.0));
        Doubles a = Vector512.Abs(x) & inner, term = a, sum = a, square = a * a;
        for (int n = 1; Vector512.GreaterThanAny(term, sum * 1e-17); n++)
        {
            term *= square * (2.0 / (2 * n + 1));
            sum += term;
        }
        var outer = Select(Vector512.Equals(x, x), Doubles.One, x);
        return Vector512.CopySign(Select(inner, Exp(-square) * sum * TwoOverRootPi, outer), x);
    }

    public static Doubles NormalPdf(Doubles x)
    {
        var a = AtMost(Vector512.Abs(x), 30);
        return Exp(a * a * -0.5) * OneOverRoot2Pi;
    }

    /// <summary>
    /// Φ(x): by <see cref="Erf"/> where nothing cancels, in the lower tail by Laplace's continued fraction
    /// Φ(−a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + …)))).
    /// </summary>
    public static Doubles NormalCdf(Doubles x)
    {
        var upper = (Doubles.One + Erf(x / Math.Sqrt(2))) * 0.5;
        var tail = Vector512.LessThan(x, Vector512.Create(-2.0)) & Vector512.GreaterThan(x, Vector512.Create(-16.0));
        if (tail == Doubles.Zero)
            return upper;
        Doubles a = Vector512.Abs(x), denominator = a;
        for (int k = 200; k > 0; k--)
            denominator = a + Vector512.Create((double)k) / denominator;
        return Select(tail, NormalPdf(x) / denominator, upper);
    }

    public static double NormalCdf(double x) => NormalCdf(Vector512.Create(x))[0];

    static Doubles AtMost(Doubles x, double bound) =>
        Select(Vector512.GreaterThan(x, Vector512.Create(bound)), Vector512.Create(bound), x);

    static Doubles Select(Doubles condition, Doubles then, Doubles otherwise) =>
        Vector512.ConditionalSelect(condition, then, otherwise);
}
