using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // From here on log(1 + e^x) rounds to x.
    const float SoftplusHigh = 20;

    const float Root2Less1 = 0.41421357f;

    /// <summary>
    /// log(1 + e^x) = max(x, 0) + log(1 + E) with E = e^−|x|, down to subnormal results. As <see cref="Log1p(float)"/> of
    /// <see cref="Exp(float)"/>, but the rounding errors of E and of the sum with x are carried to the end.
    /// </summary>
    public static float Softplus(float x)
    {
        float a = Greater(ExpLow, -MathF.Abs(x));
        float t = Fma(a, Log2E, ScaleRounder), n = t - ScaleRounder;
        float r = Fma(n, -Ln2Low, Fma(n, -Ln2, a)), q = Fma(r * r, ExpTail(r), r), p = 1 + q;
        float e = Scale(p, t), eLow = Scale(q - (p - 1), t);
        bool reduce = e > Root2Less1;
        float less = e - 1, lost = e - less - 1 + eLow;
        float k = reduce ? 1 : 0, f = reduce ? 0.5f * less : e, c = reduce ? 0.5f * lost : eLow;
        float high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        float tail = Fma(f * f, LogTail(f), Fma(k, Ln2Low, Fma(c, Fma(f, f, -f), c)));
        float positive = Greater(0, x), sum = positive + high, part = sum - positive;
        float sumError = positive - (sum - part) + (high - part);
        return x > SoftplusHigh ? x : sum + (sumError + (error + tail));
    }

    /// <inheritdoc cref="Softplus(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus(V x)
    {
        V a = Greater(ExpLow, -Vector512.Abs(x));
        V t = Fma(a, Log2E, ScaleRounder), n = t - Create(ScaleRounder);
        V r = Fma(n, -Ln2Low, Fma(n, -Ln2, a)), q = Fma(r * r, ExpTail(r), r), p = V.One + q;
        V e = Scale(p, t), eLow = Scale(q - (p - V.One), t);
        V reduce = Vector512.GreaterThan(e, Create(Root2Less1));
        V less = e - V.One, lost = e - less - V.One + eLow;
        V k = reduce & V.One, f = Vector512.ConditionalSelect(reduce, Create(0.5f) * less, e);
        V c = Vector512.ConditionalSelect(reduce, Create(0.5f) * lost, eLow);
        V high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        V tail = Fma(f * f, LogTail(f), Fma(k, Ln2Low, Fma(c, Fma(f, f, -f), c)));
        V positive = Greater(0, x), sum = positive + high, part = sum - positive;
        V sumError = positive - (sum - part) + (high - part);
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Create(SoftplusHigh)), x, sum + (sumError + (error + tail)));
    }
}
