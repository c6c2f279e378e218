using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    const float MinNormal = 1.17549435e-38f, TwoTo23 = 1 << 23;
    const int HalfRoot2Bits = 0x3F3504F3, ExponentMask = unchecked((int)0xFF800000);

    // (log(1 + f) − f) / f² on 1 + f in [√½, √2].
    const float L0 = -0.49999988f, L1 = 0.33333308f, L2 = -0.25001523f, L3 = 0.20003015f, L4 = -0.16611148f,
        L5 = 0.14163467f, L6 = -0.13208811f, L7 = 0.13004853f, L8 = -0.07823377f;

    /// <summary>
    /// Natural logarithm; −∞ at ±0, NaN below. x = 2ᵏ·(1 + f) with 1 + f in [√½, √2), f exact; k·ln 2 + f is kept with its
    /// rounding error, and f²·P(f) added last.
    /// </summary>
    public static float Log(float x)
    {
        bool subnormal = x < MinNormal;
        float normal = subnormal ? x * TwoTo23 : x;
        int above = Bits(normal) - HalfRoot2Bits;
        float k = (above >> 23) - (subnormal ? 23f : 0);
        float y = LogSum(k, FromBits(Bits(normal) - (above & ExponentMask)) - 1, k * Ln2Low);
        return x > 0 && x < float.PositiveInfinity ? y : LogOfSpecial(x);
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        V subnormal = Vector512.LessThan(x, Create(MinNormal));
        V normal = Vector512.ConditionalSelect(subnormal, x * Create(TwoTo23), x);
        var above = normal.AsInt32() - Vector512.Create(HalfRoot2Bits);
        V k = Vector512.ConvertToSingle(above >> 23) - (subnormal & Create(23));
        V y = LogSum(k, (normal.AsInt32() - (above & Vector512.Create(ExponentMask))).AsSingle() - V.One, k * Create(Ln2Low));
        V ordinary = Vector512.GreaterThan(x, V.Zero) & Vector512.LessThan(x, Create(float.PositiveInfinity));
        return Vector512.ConditionalSelect(ordinary, y, LogOfSpecial(x));
    }

    /// <summary>
    /// log(1 + x), accurate also for tiny x; −∞ at −1, NaN below. Where u = 1 + x needs no reduction, f is x itself; elsewhere
    /// the rounding error of u is scaled to c as u is, and log(1 + f + c) − log(1 + f) = c·(1 − f + f²) added to the small terms.
    /// </summary>
    public static float Log1p(float x)
    {
        float u = 1 + x, lost = Lesser(1, x) - (u - Greater(1, x));
        int above = Bits(u) - HalfRoot2Bits, scale = above & ExponentMask;
        float k = above >> 23, f = scale == 0 ? x : FromBits(Bits(u) - scale) - 1;
        // The largest x have k = 128, where the factor would be negative; there and long before nothing is lost.
        float c = scale == 0 ? 0 : lost * FromBits(Math.Max(0x3F800000 - scale, 0));
        float y = LogSum(k, f, Fma(k, Ln2Low, Fma(c, Fma(f, f, -f), c)));
        return u > 0 && u < float.PositiveInfinity ? (MathF.Abs(x) < Tiny ? x : y) : LogOfSpecial(u);
    }

    /// <inheritdoc cref="Log1p(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p(V x)
    {
        V u = V.One + x, lost = Lesser(1, x) - (u - Greater(1, x));
        var above = u.AsInt32() - Vector512.Create(HalfRoot2Bits);
        var scale = above & Vector512.Create(ExponentMask);
        V unscaled = Vector512.Equals(scale, Vector512<int>.Zero).AsSingle();
        V k = Vector512.ConvertToSingle(above >> 23);
        V f = Vector512.ConditionalSelect(unscaled, x, (u.AsInt32() - scale).AsSingle() - V.One);
        V factor = Vector512.Max(Vector512.Create(0x3F800000) - scale, Vector512<int>.Zero).AsSingle();
        V c = Vector512.AndNot(lost * factor, unscaled);
        V y = LogSum(k, f, Fma(k, Ln2Low, Fma(c, Fma(f, f, -f), c)));
        V ordinary = Vector512.GreaterThan(u, V.Zero) & Vector512.LessThan(u, Create(float.PositiveInfinity));
        V tiny = Vector512.LessThan(Vector512.Abs(x), Create(Tiny));
        return Vector512.ConditionalSelect(ordinary, Vector512.ConditionalSelect(tiny, x, y), LogOfSpecial(u));
    }

    /// <summary>k·ln 2 + log(1 + f), of which <paramref name="low"/> holds k·Ln2Low and other small terms.</summary>
    static float LogSum(float k, float f, float low)
    {
        float high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        return high + (error + Fma(f * f, LogTail(f), low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V LogSum(V k, V f, V low)
    {
        V high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        return high + (error + Fma(f * f, LogTail(f), low));
    }

    static float LogTail(float f) =>
        Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(L8, f, L7), f, L6), f, L5), f, L4), f, L3), f, L2), f, L1), f, L0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V LogTail(V f) =>
        Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(f, L8, L7), f, L6), f, L5), f, L4), f, L3), f, L2), f, L1), f, L0);

    /// <summary>Where the logarithm is no finite number: −∞ at 0, ∞ at ∞, NaN below 0 and at NaN.</summary>
    static float LogOfSpecial(float x) => x == 0 ? float.NegativeInfinity : x > 0 ? x : float.NaN;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V LogOfSpecial(V x) => Vector512.ConditionalSelect(Vector512.Equals(x, V.Zero), Create(float.NegativeInfinity),
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, V.Zero), x, Create(float.NaN)));
}
