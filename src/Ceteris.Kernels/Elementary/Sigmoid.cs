using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// 1 / (1 + e^−x), accurate on both sides down to subnormal results. −|x| = n·ln 2 + 2r, w = tanh r, S = 2ⁿ, so that
    /// e^−|x| = S·(1 + w) / (1 − w) and the denominator is D = (1 − w) + S·(1 + w); the result is (1 − w) / D for x ≥ 0 and
    /// (1 + w) / D · S below. The rounding errors of numerator, denominator and quotient go into one correction.
    /// </summary>
    public static float Sigmoid(float x)
    {
        float a = Greater(ExpLow, -MathF.Abs(x));
        float t = Fma(a, Log2E, ScaleRounder), n = t - ScaleRounder;
        float r = Fma(n, -0.5f * Ln2Low, Fma(n, -0.5f * Ln2, 0.5f * a));
        float y = TanhTail(r), w = r + y, wLow = y - (w - r);
        float minus = 1 - w, minusLow = 1 - minus - w - wLow;
        float plus = 1 + w, plusLow = w - (plus - 1) + wLow;
        float s = Scale(1, t);
        float q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        bool negative = x < 0;
        float p = negative ? plus : minus, pLow = negative ? plusLow : minusLow;
        float inverse = 1 / q, z = p * inverse;
        float rest = Fma(-z, qLow, Fma(-z, q, p) + pLow);
        return Scale(Fma(rest, inverse, z), negative ? t : ScaleRounder);
    }

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x)
    {
        V a = Greater(ExpLow, -Vector512.Abs(x));
        V t = Fma(a, Log2E, ScaleRounder), n = t - Create(ScaleRounder);
        V r = Fma(n, -0.5f * Ln2Low, Fma(n, -0.5f * Ln2, Create(0.5f) * a));
        V y = TanhTail(r), w = r + y, wLow = y - (w - r);
        V minus = V.One - w, minusLow = V.One - minus - w - wLow;
        V plus = V.One + w, plusLow = w - (plus - V.One) + wLow;
        V s = Scale(V.One, t);
        V q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        V negative = Vector512.LessThan(x, V.Zero);
        V p = Vector512.ConditionalSelect(negative, plus, minus);
        V pLow = Vector512.ConditionalSelect(negative, plusLow, minusLow);
        V inverse = V.One / q, z = p * inverse;
        V rest = Fma(-z, qLow, Fma(-z, q, p) + pLow);
        return Scale(Fma(rest, inverse, z), Vector512.ConditionalSelect(negative, t, Create(ScaleRounder)));
    }
}
