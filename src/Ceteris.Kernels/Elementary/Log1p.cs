using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// log(1 + x), accurate also for tiny x; −∞ at −1, NaN below. Where u = 1 + x needs no reduction, f is x itself;
    /// elsewhere the rounding error of u is scaled to c as u is, and log(1 + f + c) − log(1 + f) = c·(1 − f + f²) added
    /// to the small terms of <see cref="Log(float)"/>.
    /// Largest error 0.990 ulp.
    /// </summary>
    public static float Log1p(float x) => Apply<Log1pFunction>(x);

    /// <inheritdoc cref="Log1p(float)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Log1p(V x) => Apply<Log1pFunction>(x);
}

readonly struct Log1pFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T u = 1 + x, lost = T.Lesser(1, x) - (u - T.Greater(1, x));
        T m = T.Split(u, out T k);
        T f = T.IfEqual(k, 0, x, m - 1);
        // 2⁻ᵏ; where k is so large that a power of −k does not exist, nothing is lost.
        T c = T.IfEqual(k, 0, 0, lost * T.Power(Elementary.PowerRounder - T.Lesser(126, k)));
        T y = LogFunction.Sum(k, f, T.Fma(k, Elementary.Ln2Low, T.Fma(c, T.Fma(f, f, -f), c)));
        return LogFunction.OrSpecial(u, T.IfLess(T.Abs(x), Elementary.Tiny, x, y));
    }
}
