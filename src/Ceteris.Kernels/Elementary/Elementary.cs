using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using X86Fma = System.Runtime.Intrinsics.X86.Fma;

namespace Ceteris.Kernels;

/// <summary>
/// Elementary functions with the same bits on every machine: fixed sequences of + − × ÷, fused multiply-add and bit
/// operations. Each is written once and comes twice: on a float, which defines the bits, and on 16 floats, equal to it
/// bit for bit on any processor flags. NaN gives NaN (of any payload), subnormal arguments and results are kept,
/// overflow gives an infinity. Measured errors over all 2³² floats and the hashes of all results are in
/// <c>docs/elementary.md</c>; the polynomials come from <c>docs/minimax.py</c>.
/// </summary>
/// <remarks>
/// The vector forms of Exp and Log are inlined, the longer ones are calls: several of them in one loop would exhaust
/// the
/// inlining budget of the JIT, which was measured five times slower, while a call costs 1 ns for 16 floats.
/// </remarks>
public static partial class Elementary
{
    internal const float Log2E = 1.44269504f;

    // ln 2 in two parts. n·Ln2 is exact inside a fused multiply-add, and x − n·Ln2 is exact for n = round(x / ln 2),
    // because it is a multiple of 2⁻²⁵ below 2⁻¹.
    internal const float Ln2 = 0.693147182f, Ln2Low = -1.90465421e-9f;

    // Adding 1.5·2²³ rounds to an integer, to nearest even, and leaves it in the low bits of the sum (Vector512.Round
    // and ConvertToInt32 would need a guard for NaN and large arguments). Its own low 9 bits are 0.
    internal const float Rounder = 12582912f;

    // With this one the low bits are n + 254: twice the exponent bias, what Scale expects.
    internal const float ScaleRounder = Rounder + 254;

    // With this one they are n + 127, the exponent of 2ⁿ itself.
    internal const float PowerRounder = Rounder + 127;

    internal const int HalfRoot2Bits = 0x3F3504F3, ExponentMask = unchecked((int)0xFF800000);

    // Below it e^x − 1 and log(1 + x) round to x.
    internal const float Tiny = 1f / (1 << 25);

    static float Apply<F>(float x)
        where F : struct, IFunction => F.Of<Lane>(x).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Apply<F>(V x)
        where F : struct, IFunction => Avx512F.IsSupported ? F.Of(new Lanes512(x)).Value : InParts<F>(x);

    /// <summary>
    /// Without AVX-512 in two halves or float by float: the JIT would otherwise take each operation on 16 floats apart
    /// until it runs out of its budget for inlining, and the result was measured a hundred times slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V InParts<F>(V x)
        where F : struct, IFunction
    {
        if (Avx2.IsSupported && X86Fma.IsSupported)
            return Vector512.Create(F.Of(new Lanes256(x.GetLower())).Value, F.Of(new Lanes256(x.GetUpper())).Value);
        Span<float> values = stackalloc float[Vector512<float>.Count];
        x.CopyTo(values);
        foreach (ref float value in values)
            value = F.Of<Lane>(value).Value;
        return Vector512.Create<float>(values);
    }
}
