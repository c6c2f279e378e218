using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// e^x − 1 without cancellation, for ELU. With x = n·ln 2 + r as in <see cref="Exp(float)"/> and S = 2ⁿ, (S − 1) +
    /// S·r is kept with its rounding errors, and S·r²·P(r) added last; all is halved, because S overflows for the
    /// largest x.
    /// Largest error 0.869 ulp.
    /// </summary>
    public static float Expm1(float x) => Apply<Expm1Function>(x);

    /// <inheritdoc cref="Expm1(float)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Expm1(V x) => Apply<Expm1Function>(x);
}

readonly struct Expm1Function : IFunction
{
    // Below, e^x − 1 rounds to −1.
    const float Low = -18;

    const float HalfRounder = Elementary.PowerRounder - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T c = T.Greater(Low, T.Lesser(ExpFunction.High, x));
        T t = T.Fma(c, Elementary.Log2E, HalfRounder), n = t - HalfRounder;
        T r1 = T.Fma(n, -Elementary.Ln2, c), r = T.Fma(n, -Elementary.Ln2Low, r1);
        T rLow = T.Fma(n, -Elementary.Ln2Low, r1 - r);
        T half = T.Power(t), below = half - 0.5f;
        T high = T.Fma(half, r, below), low = T.Fma(half, r, below - high) + (half - below - 0.5f);
        T y = 2 * (high + T.Fma(half, T.Fma(r * r, ExpFunction.Tail(r), rLow), low));
        return T.IfLess(T.Abs(x), Elementary.Tiny, x, y);
    }
}
