using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>How a reduction combines two values.</summary>
interface ICombination
{
    static abstract float Identity { get; }

    static abstract V Combine(V a, V b);

    static abstract float Combine(float a, float b);

    /// <summary>Lane i: the 16 lanes of vector i combined, i with i + 8, then + 4, + 2, + 1.</summary>
    static abstract V OfLanes(ReadOnlySpan<V> vectors);
}

readonly struct SumOf : ICombination
{
    public static float Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine(V a, V b) => a + b;

    public static float Combine(float a, float b) => a + b;

    public static V OfLanes(ReadOnlySpan<V> vectors) => Lanes.Sum16(vectors);
}

/// <summary>The maximum of <see cref="LoopReduction.Maximum"/>: NaN if either is NaN; of equal values the
/// first.</summary>
readonly struct MaxOf : ICombination
{
    public static float Identity => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine(V a, V b) => LoopReduction.Maximum(a, b);

    public static float Combine(float a, float b) => b > a || float.IsNaN(b) ? b : a;

    public static V OfLanes(ReadOnlySpan<V> vectors)
    {
        Span<float> results = stackalloc float[Lanes.Count], lanes = stackalloc float[Lanes.Count];
        for (int v = 0; v < Lanes.Count; v++)
        {
            vectors[v].CopyTo(lanes);
            for (int half = Lanes.Count / 2; half >= 1; half /= 2)
                for (int i = 0; i < half; i++)
                    lanes[i] = Combine(lanes[i], lanes[i + half]);
            results[v] = lanes[0];
        }
        return Vector512.Create<float>(results);
    }
}
