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
        float y = LogOfNormal(subnormal ? x * TwoTo23 : x, subnormal ? 23 : 0, 0);
        return x > 0 && x < float.PositiveInfinity ? y : LogOfSpecial(x);
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        V subnormal = Vector512.LessThan(x, Create(MinNormal));
        V y = LogOfNormal(Vector512.ConditionalSelect(subnormal, x * Create(TwoTo23), x), subnormal & Create(23), V.Zero);
        V ordinary = Vector512.GreaterThan(x, V.Zero) & Vector512.LessThan(x, Create(float.PositiveInfinity));
        return Vector512.ConditionalSelect(ordinary, y, LogOfSpecial(x));
    }

    /// <summary>
    /// log(1 + x), accurate also for tiny x; −∞ at −1, NaN below. The error of u = 1 + x is carried along as a correction
    /// of f, unless u would need no reduction: then f = x.
    /// </summary>
    public static float Log1p(float x)
    {
        float u = 1 + x, big = Greater(1, x), small = x > 1 ? 1 : x;
        float y = LogOfNormal(u, 0, small - (u - big));
        return u > 0 && u < float.PositiveInfinity ? (MathF.Abs(x) < Tiny ? x : y) : LogOfSpecial(u);
    }

    /// <inheritdoc cref="Log1p(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p(V x)
    {
        V u = V.One + x, big = Greater(1, x), small = Lesser(1, x);
        V y = LogOfNormal(u, V.Zero, small - (u - big));
        V ordinary = Vector512.GreaterThan(u, V.Zero) & Vector512.LessThan(u, Create(float.PositiveInfinity));
        V tiny = Vector512.LessThan(Vector512.Abs(x), Create(Tiny));
        return Vector512.ConditionalSelect(ordinary, Vector512.ConditionalSelect(tiny, x, y), LogOfSpecial(u));
    }

    /// <summary>log((x + low)·2^−shift) of a positive normal x, where low is at most half a unit in the last place of x.</summary>
    static float LogOfNormal(float x, float shift, float low)
    {
        int above = Bits(x) - HalfRoot2Bits;
        float k = (above >> 23) - shift;
        int scale = above & ExponentMask;
        float f = FromBits(Bits(x) - scale) - 1;
        float c = low * FromBits(0x3F800000 - scale);
        float high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        float tail = Fma(k, Ln2Low, Fma(f * f, LogTail(f), Fma(c, Fma(f, f, -f), c)));
        return high + (error + tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V LogOfNormal(V x, V shift, V low)
    {
        var above = x.AsInt32() - Vector512.Create(HalfRoot2Bits);
        V k = Vector512.ConvertToSingle(above >> 23) - shift;
        var scale = above & Vector512.Create(ExponentMask);
        V f = (x.AsInt32() - scale).AsSingle() - V.One;
        V c = low * (Vector512.Create(0x3F800000) - scale).AsSingle();
        V high = Fma(k, Ln2, f), error = Fma(k, Ln2, -high) + f;
        V tail = Fma(k, Ln2Low, Fma(f * f, LogTail(f), Fma(c, Fma(f, f, -f), c)));
        return high + (error + tail);
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
