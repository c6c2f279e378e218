using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // Results beyond are 0 or infinite as a float, and still normal as a double.
    const double Exp2Low = -152, Exp2High = 130;

    // 1.5·2⁵² + 1023, as PowerRounder: the low bits of the sum, shifted, are 2ⁿ.
    const double PowerRounder64 = 6755399441055744.0 + 1023;

    // (2^f − 1) / f on |f| ≤ ½.
    const double D0 = 0.6931471805537178, D1 = 0.24022650922396663, D2 = 0.05550410928754352, D3 = 0.009618056661258367,
        D4 = 0.0013333454548154324, D5 = 0.0001546145022402711, D6 = 1.5310081143138152e-05;

    static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, Vector512<double> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, double c) =>
        Vector512.FusedMultiplyAdd(a, b, Vector512.Create(c));

    static Vector512<double> Fma(Vector512<double> a, double b, double c) =>
        Vector512.FusedMultiplyAdd(a, Vector512.Create(b), Vector512.Create(c));

    /// <summary>
    /// The function of a float on each lane: what the functions in double precision do without AVX-512.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V Each(V x, V y, Func<float, float, float> function)
    {
        Span<float> values = stackalloc float[Vector512<float>.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = function(x[i], y[i]);
        return Vector512.Create<float>(values);
    }

    /// <summary>
    /// 2^x in double lanes with a relative error below 2⁻³², to be rounded to a float once: x = n + f.
    /// </summary>
    static double Exp2(double x)
    {
        x = Exp2High < x ? Exp2High : x;
        x = Exp2Low > x ? Exp2Low : x;
        double t = x + PowerRounder64, f = x - (t - PowerRounder64);
        double power = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(t) << 52);
        return power * Fma(Fma(Fma(Fma(Fma(Fma(Fma(D6, f, D5), f, D4), f, D3), f, D2), f, D1), f, D0), f, 1);
    }

    /// <inheritdoc cref="Exp2(double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Exp2(Vector512<double> x)
    {
        var (low, high) = (Vector512.Create(Exp2Low), Vector512.Create(Exp2High));
        x = Vector512.ConditionalSelect(Vector512.LessThan(high, x), high, x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(low, x), low, x);
        var t = x + Vector512.Create(PowerRounder64);
        var f = x - (t - Vector512.Create(PowerRounder64));
        var power = (t.AsInt64() << 52).AsDouble();
        return power * Fma(Fma(Fma(Fma(Fma(Fma(Fma(f, D6, D5), f, D4), f, D3), f, D2), f, D1), f, D0), f, 1.0);
    }
}
