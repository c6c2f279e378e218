using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ceteris.Kernels;

/// <summary>
/// Elementary functions with the same bits on every machine: fixed sequences of + − × ÷, fused multiply-add and bit operations.
/// Each comes twice: on a float, which defines the bits, and on 16 floats, equal to it bit for bit on any processor flags.
/// NaN gives NaN (of any payload), subnormal arguments and results are kept, overflow gives an infinity.
/// Measured errors over all 2³² floats and the hashes of all results are in <c>docs/elementary.md</c>; the polynomials come
/// from <c>docs/minimax.py</c>.
/// </summary>
public static partial class Elementary
{
    const float Log2E = 1.44269504f;

    // ln 2 in two parts. n·Ln2 is exact inside a fused multiply-add, and x − n·Ln2 is exact for n = round(x / ln 2),
    // because it is a multiple of 2⁻²⁵ below 2⁻¹.
    const float Ln2 = 0.693147182f, Ln2Low = -1.90465421e-9f;

    // Adding 1.5·2²³ rounds to an integer, to nearest even, and leaves it in the low bits of the sum (Vector512.Round and
    // ConvertToInt32 would need a guard for NaN and large arguments). Its own low 9 bits are 0.
    const float Rounder = 12582912f;

    // With this one the low bits are n + 254: twice the exponent bias, what Scale expects.
    const float ScaleRounder = Rounder + 254;

    static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    // With this one they are n + 127, the exponent of 2ⁿ itself: shifted, they are 2ⁿ.
    const float PowerRounder = Rounder + 127;

    static V Create(float c) => Vector512.Create(c);

    static V Fma(V a, V b, V c) => Vector512.FusedMultiplyAdd(a, b, c);

    static V Fma(V a, V b, float c) => Vector512.FusedMultiplyAdd(a, b, Vector512.Create(c));

    static V Fma(V a, float b, V c) => Vector512.FusedMultiplyAdd(a, Vector512.Create(b), c);

    static V Fma(V a, float b, float c) => Vector512.FusedMultiplyAdd(a, Vector512.Create(b), Vector512.Create(c));

    static float FromBits(int bits) => BitConverter.Int32BitsToSingle(bits);

    static int Bits(float x) => BitConverter.SingleToInt32Bits(x);

    /// <summary>a &lt; b ? a : b, so that a NaN in b stays: one instruction on x86, where Vector512.Min needs several.</summary>
    static float Lesser(float a, float b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Lesser(float a, V b) => Avx512F.IsSupported
        ? Avx512F.Min(Vector512.Create(a), b)
        : Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Create(a), b), Vector512.Create(a), b);

    /// <summary>a &gt; b ? a : b, so that a NaN in b stays.</summary>
    static float Greater(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Greater(float a, V b) => Avx512F.IsSupported
        ? Avx512F.Max(Vector512.Create(a), b)
        : Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Create(a), b), Vector512.Create(a), b);

    /// <summary>
    /// p·2ⁿ, rounded once, where t = ScaleRounder + n and −254 &lt; n &lt; 256: two factors, of which the first is exact.
    /// </summary>
    static float Scale(float p, float t)
    {
        int half = Bits(t) >> 1 << 23;
        return p * FromBits(half) * FromBits((Bits(t) << 23) - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Scale(V p, V t)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Scale(p, t - Vector512.Create(ScaleRounder));
        var half = t.AsInt32() >> 1 << 23;
        return p * half.AsSingle() * ((t.AsInt32() << 23) - half).AsSingle();
    }
}
