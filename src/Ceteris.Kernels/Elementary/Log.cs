using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// Natural logarithm; −∞ at ±0, NaN below. x = 2ᵏ·(1 + f) with 1 + f in [√½, √2), f exact; k·ln 2 + f is kept with
    /// its rounding error, and f²·P(f) added last.
    /// Largest error 0.913 ulp.
    /// </summary>
    public static float Log(float x) => Apply<LogFunction>(x);

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x) => Apply<LogFunction>(x);
}

readonly struct LogFunction : IFunction
{
    const float MinNormal = 1.17549435e-38f, TwoTo23 = 1 << 23;

    // (log(1 + f) − f) / f² on 1 + f in [√½, √2].
    const float C0 = -0.49999988f, C1 = 0.33333308f, C2 = -0.25001523f, C3 = 0.20003015f, C4 = -0.16611148f,
        C5 = 0.14163467f, C6 = -0.13208811f, C7 = 0.13004853f, C8 = -0.07823377f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T m = T.Split(T.IfLess(x, MinNormal, x * TwoTo23, x), out T power);
        T k = power - T.IfLess(x, MinNormal, 23, 0);
        return OrSpecial(x, Sum(k, m - 1, k * Elementary.Ln2Low));
    }

    /// <summary>k·ln 2 + log(1 + f), of which <paramref name="low"/> holds k·Ln2Low and other small terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sum<T>(T k, T f, T low)
        where T : struct, ILanes<T>
    {
        T high = T.Fma(k, Elementary.Ln2, f), error = T.Fma(k, Elementary.Ln2, -high) + f;
        return high + (error + T.Fma(f * f, Tail(f), low));
    }

    /// <summary>(log(1 + f) − f) / f² for 1 + f in [√½, √2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tail<T>(T f)
        where T : struct, ILanes<T>
    {
        T upper = T.Fma(T.Fma(T.Fma(T.Fma(C8, f, C7), f, C6), f, C5), f, C4);
        return T.Fma(T.Fma(T.Fma(T.Fma(upper, f, C3), f, C2), f, C1), f, C0);
    }

    /// <summary>y = log x where that is finite, else −∞ at 0, ∞ at ∞, NaN below 0 and at NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T OrSpecial<T>(T x, T y)
        where T : struct, ILanes<T> =>
        T.IfLess(0, x, T.IfLess(x, float.PositiveInfinity, y, x), T.IfEqual(x, 0, float.NegativeInfinity, float.NaN));
}
