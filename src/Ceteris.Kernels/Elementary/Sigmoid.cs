using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// 1 / (1 + e^−x), accurate on both sides down to subnormal results. With −|x| = n·ln 2 + 2r, w = tanh r, S = 2ⁿ as in
    /// <see cref="Tanh(float)"/>, it is (1 − w) / ((1 − w) + S·(1 + w)) for x ≥ 0 and S·(1 + w) over the same below.
    /// </summary>
    public static float Sigmoid(float x)
    {
        float a = Greater(ExpLow, -MathF.Abs(x));
        float t = Fma(a, Log2E, ScaleRounder), s = Scale(1, t);
        OneMinusPlusTanh(0.5f * a, t - ScaleRounder, out float minus, out float minusLow, out float plus, out float plusLow);
        float q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        return x < 0
            ? Scale(Quotient(plus, plusLow, q, qLow), t)
            : Quotient(minus, minusLow, q, qLow);
    }

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x)
    {
        V a = Greater(ExpLow, -Vector512.Abs(x));
        V t = Fma(a, Log2E, ScaleRounder), s = Scale(V.One, t);
        OneMinusPlusTanh(Create(0.5f) * a, t - Create(ScaleRounder), out V minus, out V minusLow, out V plus, out V plusLow);
        V q = Fma(s, plus, minus), qLow = Fma(s, plus, minus - q) + Fma(s, plusLow, minusLow);
        V negative = Vector512.LessThan(x, V.Zero);
        V p = Vector512.ConditionalSelect(negative, plus, minus);
        V pLow = Vector512.ConditionalSelect(negative, plusLow, minusLow);
        return Scale(Quotient(p, pLow, q, qLow), Vector512.ConditionalSelect(negative, t, Create(ScaleRounder)));
    }
}
