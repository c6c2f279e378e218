using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ceteris.Kernels;

/// <summary>
/// Sums over the 16 lanes of a vector by one fixed tree: lane i and lane i + 8, then i and i + 4, i and i + 2, 0 and 1:
/// <c>(((v0+v8)+(v4+v12)) + ((v2+v10)+(v6+v14))) + (((v1+v9)+(v5+v13)) + ((v3+v11)+(v7+v15)))</c>.
/// </summary>
public static class Lanes
{
    public const int Count = 16;

    /// <summary>The sum of 16 floats by the tree; defines the bits of the other two.</summary>
    public static float Sum(ReadOnlySpan<float> lanes)
    {
        if (lanes.Length != Count)
            throw new ArgumentException($"expected {Count} lanes, got {lanes.Length}", nameof(lanes));
        Span<float> sums = stackalloc float[Count];
        lanes.CopyTo(sums);
        for (int half = Count / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++)
                sums[i] += sums[i + half];
        return sums[0];
    }

    /// <summary>The sum of the 16 lanes by the tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(V lanes)
    {
        var eight = lanes.GetLower() + lanes.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>
    /// Lane i of the result is the sum of vector i by the tree. On AVX-512 the 16 trees run together while the vectors
    /// are transposed: 15 additions instead of 64.
    /// </summary>
    public static V Sum16(ReadOnlySpan<V> vectors)
    {
        if (vectors.Length != Count)
            throw new ArgumentException($"expected {Count} vectors, got {vectors.Length}", nameof(vectors));
        if (Avx512F.IsSupported)
            return Pairs(Quads(vectors, 0), Quads(vectors, 2));
        Span<float> sums = stackalloc float[Count];
        for (int i = 0; i < Count; i++)
            sums[i] = Sum(vectors[i]);
        return Vector512.Create<float>(sums);
    }

    /// <summary>Levels 8, 4 and 2 of the eight vectors first + {0, 4, 8, 12} and first + 1 + {0, 4, 8, 12}.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Quads(ReadOnlySpan<V> v, int first)
    {
        V even = Blocks(Halves(v[first], v[first + 4]), Halves(v[first + 8], v[first + 12]));
        V odd = Blocks(Halves(v[first + 1], v[first + 5]), Halves(v[first + 9], v[first + 13]));
        var (a, b) = (even.AsDouble(), odd.AsDouble());
        return Avx512F.UnpackLow(a, b).AsSingle() + Avx512F.UnpackHigh(a, b).AsSingle();
    }

    /// <summary>Level 8: lanes i and i + 8 of a, then of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Halves(V a, V b) => Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);

    /// <summary>Level 4: neighbouring blocks of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Blocks(V a, V b) => Avx512F.Shuffle4x128(a, b, 0b10_00_10_00) + Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);

    /// <summary>Level 1: neighbouring lanes, two pairs of a and two of b in each block of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Pairs(V a, V b) => Avx512F.Shuffle(a, b, 0b10_00_10_00) + Avx512F.Shuffle(a, b, 0b11_01_11_01);
}
