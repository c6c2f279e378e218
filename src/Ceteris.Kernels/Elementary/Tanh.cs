using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // From here on tanh rounds to 1.
    const float TanhHigh = 9.02f;

    // With this one the low bits of the sum are n + 127: shifted, they are 2ⁿ.
    const float PowerRounder = Rounder + 127;

    // (tanh r − r) / r³ in r², on |r| ≤ ln(2)/4.
    const float T0 = -0.33333322f, T1 = 0.1333114f, T2 = -0.05271453f;

    /// <summary>
    /// tanh x by the addition theorem: |x| = n·ln(2)/2 + r, w = tanh r, S = 2ⁿ, and
    /// tanh |x| = ((S − 1) + (S + 1)·w) / ((S + 1) + (S − 1)·w). The rounding errors of numerator, denominator and quotient
    /// go into one correction.
    /// </summary>
    public static float Tanh(float x)
    {
        float a = Lesser(TanhHigh, MathF.Abs(x));
        float t = Fma(a, 2 * Log2E, PowerRounder), n = t - PowerRounder;
        float r = Fma(n, -0.5f * Ln2Low, Fma(n, -0.5f * Ln2, a));
        float y = TanhTail(r), w = r + y, wLow = y - (w - r);
        float s = FromBits(Bits(t) << 23), minus = s - 1, plus = s + 1;
        float p = Fma(plus, w, minus), pLow = Fma(plus, wLow, Fma(plus, w, minus - p));
        float q = Fma(minus, w, plus), qLow = Fma(minus, w, plus - q);
        // S ± 1 is not exact for S ≥ 2²⁴; there w hardly counts and the quotient is 1 nearly.
        float inexact = plus - minus - 2;
        float inverse = 1 / q, z = p * inverse;
        float rest = Fma(-z, qLow, Fma(-z, q, p) + (pLow + inexact));
        return FromBits(Bits(Fma(rest, inverse, z)) | (Bits(x) & int.MinValue));
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        V a = Lesser(TanhHigh, Vector512.Abs(x));
        V t = Fma(a, 2 * Log2E, PowerRounder), n = t - Create(PowerRounder);
        V r = Fma(n, -0.5f * Ln2Low, Fma(n, -0.5f * Ln2, a));
        V y = TanhTail(r), w = r + y, wLow = y - (w - r);
        V s = (t.AsInt32() << 23).AsSingle(), minus = s - V.One, plus = s + V.One;
        V p = Fma(plus, w, minus), pLow = Fma(plus, wLow, Fma(plus, w, minus - p));
        V q = Fma(minus, w, plus), qLow = Fma(minus, w, plus - q);
        V inexact = plus - minus - Create(2);
        V inverse = V.One / q, z = p * inverse;
        V rest = Fma(-z, qLow, Fma(-z, q, p) + (pLow + inexact));
        return Fma(rest, inverse, z) | (x & Create(-0f));
    }

    /// <summary>tanh r − r for |r| ≤ ln(2)/4.</summary>
    static float TanhTail(float r)
    {
        float r2 = r * r;
        return r * r2 * Fma(Fma(T2, r2, T1), r2, T0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V TanhTail(V r)
    {
        V r2 = r * r;
        return r * r2 * Fma(Fma(r2, T2, T1), r2, T0);
    }
}
