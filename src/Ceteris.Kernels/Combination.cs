using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>How a reduction combines two values.</summary>
interface ICombination
{
    static abstract float Identity { get; }

    static abstract V Combine(V a, V b);

    static abstract float Combine(float a, float b);
}

readonly struct SumOf : ICombination
{
    public static float Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine(V a, V b) => a + b;

    public static float Combine(float a, float b) => a + b;
}

/// <summary>The maximum of <see cref="LoopReduction.Maximum"/>: NaN if either is NaN; of equal values the
/// first.</summary>
readonly struct MaxOf : ICombination
{
    public static float Identity => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine(V a, V b) => LoopReduction.Maximum(a, b);

    public static float Combine(float a, float b) => b > a || float.IsNaN(b) ? b : a;
}
