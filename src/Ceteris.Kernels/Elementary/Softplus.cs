using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// log(1 + e^x) = max(x, 0) + log(1 + E) with E = e^−|x|, down to subnormal results. As <see cref="Log1p(float)"/>
    /// of <see cref="Exp(float)"/>, but the rounding errors of E and of the sum with x are carried to the end.
    /// Largest error 0.996 ulp.
    /// </summary>
    public static float Softplus(float x) => Apply<SoftplusFunction>(x);

    /// <inheritdoc cref="Softplus(float)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Softplus(V x) => Apply<SoftplusFunction>(x);
}

readonly struct SoftplusFunction : IFunction
{
    // From here on log(1 + e^x) rounds to x.
    const float High = 20;

    const float Root2Less1 = 0.41421357f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T a = T.Greater(ExpFunction.Low, -T.Abs(x));
        T t = T.Fma(a, Elementary.Log2E, Elementary.ScaleRounder), n = t - Elementary.ScaleRounder;
        T r = T.Fma(n, -Elementary.Ln2Low, T.Fma(n, -Elementary.Ln2, a));
        T q = T.Fma(r * r, ExpFunction.Tail(r), r), p = 1 + q;
        T e = T.Scale(p, t), eLow = T.Scale(q - (p - 1), t);
        // 1 + E = 1 + f + c, or 2·(1 + f + c) where it is above √2.
        T less = e - 1, lost = e - (less + 1) + eLow;
        T k = T.IfLess(Root2Less1, e, 1, 0);
        T f = T.IfLess(Root2Less1, e, 0.5f * less, e), c = T.IfLess(Root2Less1, e, 0.5f * lost, eLow);
        T high = T.Fma(k, Elementary.Ln2, f), error = T.Fma(k, Elementary.Ln2, -high) + f;
        T tail = T.Fma(f * f, LogFunction.Tail(f), T.Fma(k, Elementary.Ln2Low, T.Fma(c, T.Fma(f, f, -f), c)));
        T positive = T.Greater(0, x), sum = positive + high, part = sum - positive;
        T sumError = positive - (sum - part) + (high - part);
        return T.IfLess(High, x, x, sum + (sumError + (error + tail)));
    }
}
