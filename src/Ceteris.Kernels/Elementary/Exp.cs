using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// e^x. x = n·ln 2 + r with |r| ≤ ln(2)/2 in two steps (Cody and Waite), e^r = 1 + (r + r²·P(r)), times 2ⁿ.
    /// Largest error 0.988 ulp.
    /// </summary>
    public static float Exp(float x) => Apply<ExpFunction>(x);

    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x) => Apply<ExpFunction>(x);
}

readonly struct ExpFunction : IFunction
{
    // Arguments are clamped: e^−104 < 2⁻¹⁵⁰ rounds to 0 and e^89 to infinity.
    internal const float Low = -104, High = 89;

    // (e^r − 1 − r) / r².
    const float C0 = 0.5f, C1 = 0.16666667f, C2 = 0.041666463f, C3 = 0.0083332863f, C4 = 0.0013933736f,
        C5 = 0.00019907704f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.Greater(Low, T.Lesser(High, x));
        T t = T.Fma(x, Elementary.Log2E, Elementary.ScaleRounder), n = t - Elementary.ScaleRounder;
        T r = T.Fma(n, -Elementary.Ln2Low, T.Fma(n, -Elementary.Ln2, x));
        return T.Scale(1 + T.Fma(r * r, Tail(r), r), t);
    }

    /// <summary>(e^r − 1 − r) / r² for |r| ≤ ln(2)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tail<T>(T r)
        where T : struct, ILanes<T> =>
        T.Fma(T.Fma(T.Fma(T.Fma(T.Fma(C5, r, C4), r, C3), r, C2), r, C1), r, C0);
}
