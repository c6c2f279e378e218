using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // Below, e^x − 1 rounds to −1.
    const float Expm1Low = -18f;

    // 2ⁿ⁻¹ is then the low bits of the sum as an exponent: 2ⁿ itself would overflow for the largest x.
    const float HalfRounder = Rounder + 126;

    // Below, e^x − 1 rounds to x.
    const float Tiny = 1f / (1 << 25);

    /// <summary>
    /// e^x − 1 without cancellation, for ELU: with x = n·ln 2 + r as in <see cref="Exp(float)"/> and S = 2ⁿ,
    /// (S − 1) + S·r is kept with its rounding errors, and S·r²·P(r) added last; all halved.
    /// </summary>
    public static float Expm1(float x)
    {
        float c = Greater(Expm1Low, Lesser(ExpHigh, x));
        float t = Fma(c, Log2E, HalfRounder), n = t - HalfRounder;
        float r1 = Fma(n, -Ln2, c), r = Fma(n, -Ln2Low, r1), rLow = Fma(n, -Ln2Low, r1 - r);
        float half = FromBits(Bits(t) << 23), below = half - 0.5f;
        float high = Fma(half, r, below), low = Fma(half, r, below - high) + (half - below - 0.5f);
        float y = 2 * (high + Fma(half, Fma(r * r, ExpTail(r), rLow), low));
        return MathF.Abs(x) < Tiny ? x : y;
    }

    /// <inheritdoc cref="Expm1(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1(V x)
    {
        V c = Greater(Expm1Low, Lesser(ExpHigh, x));
        V t = Fma(c, Log2E, HalfRounder), n = t - Create(HalfRounder);
        V r1 = Fma(n, -Ln2, c), r = Fma(n, -Ln2Low, r1), rLow = Fma(n, -Ln2Low, r1 - r);
        V half = (t.AsInt32() << 23).AsSingle(), below = half - Create(0.5f);
        V high = Fma(half, r, below), low = Fma(half, r, below - high) + (half - below - Create(0.5f));
        V y = Create(2) * (high + Fma(half, Fma(r * r, ExpTail(r), rLow), low));
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Create(Tiny)), x, y);
    }
}
