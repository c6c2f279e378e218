using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // Arguments are clamped: e^−104 < 2⁻¹⁵⁰ rounds to 0 and e^89 to infinity.
    const float ExpLow = -104f, ExpHigh = 89f;

    // (e^r − 1 − r) / r² on |r| ≤ ln(2)/2.
    const float E0 = 0.5f, E1 = 0.16666667f, E2 = 0.041666463f, E3 = 0.0083332863f, E4 = 0.0013933736f, E5 = 0.00019907704f;

    /// <summary>
    /// e^x. x = n·ln 2 + r with |r| ≤ ln(2)/2 in two exact steps (Cody and Waite), e^r = 1 + (r + r²·P(r)), times 2ⁿ.
    /// </summary>
    public static float Exp(float x)
    {
        x = Greater(ExpLow, Lesser(ExpHigh, x));
        float t = Fma(x, Log2E, ScaleRounder), n = t - ScaleRounder;
        float r = Fma(n, -Ln2Low, Fma(n, -Ln2, x));
        return Scale(1 + Fma(r * r, ExpTail(r), r), t);
    }

    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = Greater(ExpLow, Lesser(ExpHigh, x));
        V t = Fma(x, Log2E, ScaleRounder), n = t - Create(ScaleRounder);
        V r = Fma(n, -Ln2Low, Fma(n, -Ln2, x));
        return Scale(V.One + Fma(r * r, ExpTail(r), r), t);
    }

    static float ExpTail(float r) => Fma(Fma(Fma(Fma(Fma(E5, r, E4), r, E3), r, E2), r, E1), r, E0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ExpTail(V r) => Fma(Fma(Fma(Fma(Fma(r, E5, E4), r, E3), r, E2), r, E1), r, E0);
}
