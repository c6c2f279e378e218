using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // From here on tanh rounds to 1.
    const float TanhLow = -9.02f;

    // (tanh r − r) / r³ in r², on |r| ≤ ln(2)/4.
    const float T0 = -0.33333322f, T1 = 0.1333114f, T2 = -0.05271453f;

    /// <summary>
    /// tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x. −|x| = n·ln(2)/2 + r, w = tanh r, S = 2ⁿ: then
    /// e^−2|x| = S·(1 + w) / (1 − w), and the result is ((1 − w) − S·(1 + w)) / ((1 − w) + S·(1 + w)). The rounding errors of
    /// numerator, denominator and quotient go into one correction.
    /// </summary>
    public static float Tanh(float x)
    {
        float a = Greater(TanhLow, -MathF.Abs(x));
        float t = Fma(a, 2 * Log2E, PowerRounder), s = FromBits(Bits(t) << 23);
        OneMinusPlusTanh(a, t - PowerRounder, out float minus, out float minusLow, out float plus, out float plusLow);
        float p = Fma(-s, plus, minus), pLow = Fma(-s, plus, minus - p) + Fma(-s, plusLow, minusLow);
        float q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        return FromBits(Bits(Quotient(p, pLow, q, qLow)) | (Bits(x) & int.MinValue));
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        V a = Greater(TanhLow, -Vector512.Abs(x));
        V t = Fma(a, 2 * Log2E, PowerRounder), s = (t.AsInt32() << 23).AsSingle();
        OneMinusPlusTanh(a, t - Create(PowerRounder), out V minus, out V minusLow, out V plus, out V plusLow);
        V p = Fma(-s, plus, minus), pLow = Fma(-s, plus, minus - p) + Fma(-s, plusLow, minusLow);
        V q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        return Quotient(p, pLow, q, qLow) | (x & Create(-0f));
    }

    /// <summary>1 ∓ tanh(a − n·ln(2)/2), each as a float and its rounding error, where |a − n·ln(2)/2| ≤ ln(2)/4.</summary>
    static void OneMinusPlusTanh(
        float a, float n, out float minus, out float minusLow, out float plus, out float plusLow)
    {
        float r1 = Fma(n, -0.5f * Ln2, a), r = Fma(n, -0.5f * Ln2Low, r1), rLow = Fma(n, -0.5f * Ln2Low, r1 - r);
        float r2 = r * r, y = Fma(r * r2, Fma(Fma(T2, r2, T1), r2, T0), rLow);
        float w = r + y, wLow = y - (w - r);
        minus = 1 - w;
        minusLow = 1 - minus - w - wLow;
        plus = 1 + w;
        plusLow = w - (plus - 1) + wLow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OneMinusPlusTanh(V a, V n, out V minus, out V minusLow, out V plus, out V plusLow)
    {
        V r1 = Fma(n, -0.5f * Ln2, a), r = Fma(n, -0.5f * Ln2Low, r1), rLow = Fma(n, -0.5f * Ln2Low, r1 - r);
        V r2 = r * r, y = Fma(r * r2, Fma(Fma(r2, T2, T1), r2, T0), rLow);
        V w = r + y, wLow = y - (w - r);
        minus = V.One - w;
        minusLow = V.One - minus - w - wLow;
        plus = V.One + w;
        plusLow = w - (plus - V.One) + wLow;
    }

    /// <summary>(p + pLow) / (q + qLow) to little more than half a unit, with one division.</summary>
    static float Quotient(float p, float pLow, float q, float qLow)
    {
        float inverse = 1 / q, z = p * inverse;
        return Fma(Fma(-z, qLow, Fma(-z, q, p) + pLow), inverse, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Quotient(V p, V pLow, V q, V qLow)
    {
        V inverse = V.One / q, z = p * inverse;
        return Fma(Fma(-z, qLow, Fma(-z, q, p) + pLow), inverse, z);
    }
}
