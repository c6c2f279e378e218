using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

/// <summary>NaN if either is NaN; +0 is greater than −0.</summary>
readonly struct MaxOf : ICombination
{
    public static float Identity => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine(V a, V b) => Vector512.Max(a, b);

    public static float Combine(float a, float b) => MathF.Max(a, b);
}
