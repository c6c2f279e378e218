using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x. −|x| = n·ln(2)/2 + r, w = tanh r, S = 2ⁿ: then
    /// e^−2|x| = S·(1 + w) / (1 − w), and the result is ((1 − w) − S·(1 + w)) / ((1 − w) + S·(1 + w)). The rounding
    /// errors of numerator, denominator and quotient go into one correction.
    /// Largest error 0.517 ulp.
    /// </summary>
    public static float Tanh(float x) => Apply<TanhFunction>(x);

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Tanh(V x) => Apply<TanhFunction>(x);
}

readonly struct TanhFunction : IFunction
{
    // From here on tanh rounds to −1.
    const float Low = -9.02f;

    // (tanh r − r) / r³ in r².
    const float C0 = -0.33333322f, C1 = 0.1333114f, C2 = -0.05271453f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T a = T.Greater(Low, -T.Abs(x));
        T t = T.Fma(a, 2 * Elementary.Log2E, Elementary.PowerRounder), s = T.Power(t);
        OneMinusPlus(a, t - Elementary.PowerRounder, out T minus, out T minusLow, out T plus, out T plusLow);
        T p = T.Fma(-s, plus, minus), pLow = T.Fma(-s, plus, minus - p) + T.Fma(-s, plusLow, minusLow);
        T q = T.Fma(s, plus, minus), qLow = T.Fma(s, plus, minus - q) + T.Fma(s, plusLow, minusLow);
        return T.WithSignOf(Quotient(p, pLow, q, qLow), x);
    }

    /// <summary>
    /// 1 ∓ tanh(a − n·ln(2)/2), each as a float and its rounding error, where |a − n·ln(2)/2| ≤ ln(2)/4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void OneMinusPlus<T>(T a, T n, out T minus, out T minusLow, out T plus, out T plusLow)
        where T : struct, ILanes<T>
    {
        T r1 = T.Fma(n, -0.5f * Elementary.Ln2, a), r = T.Fma(n, -0.5f * Elementary.Ln2Low, r1);
        T rLow = T.Fma(n, -0.5f * Elementary.Ln2Low, r1 - r), r2 = r * r;
        T y = T.Fma(r * r2, T.Fma(T.Fma(C2, r2, C1), r2, C0), rLow), w = r + y, wLow = y - (w - r);
        minus = 1 - w;
        minusLow = 1 - minus - w - wLow;
        plus = 1 + w;
        plusLow = w - (plus - 1) + wLow;
    }

    /// <summary>(p + pLow) / (q + qLow) to little more than half a unit, with one division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Quotient<T>(T p, T pLow, T q, T qLow)
        where T : struct, ILanes<T>
    {
        T inverse = 1 / q, z = p * inverse;
        return T.Fma(T.Fma(-z, qLow, T.Fma(-z, q, p) + pLow), inverse, z);
    }
}
