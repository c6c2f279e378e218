using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// What the reductions of a loop are, lane by lane. With ∘ for + or Maximum and e for +0 or −∞: iteration i, in order,
/// turns stripe i mod 4 from a into a ∘ value; every stripe starts as e; the result is (a₀ ∘ a₁) ∘ (a₂ ∘ a₃).
/// </summary>
public static class LoopReduction
{
    /// <summary>Number of partial results: as many additions as are needed to hide the latency of one.</summary>
    public const int Stripes = 4;

    /// <summary>
    /// The greater of two numbers; of equal ones (+0 and −0) the accumulated; NaN if either is NaN. Only comparisons
    /// and selections, hence the same bits on any processor.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Maximum(V accumulated, V value) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(value, accumulated) | ~Vector512.Equals(value, value), value, accumulated);

    /// <summary>Combines <paramref name="value"/> into an accumulator.</summary>
    internal static V Combine(OutputKind kind, V accumulated, V value) =>
        kind == OutputKind.Sum ? accumulated + value : Maximum(accumulated, value);

    /// <summary>What a stripe starts with: +0 for a sum, −∞ for a maximum.</summary>
    internal static float Identity(OutputKind kind) => kind == OutputKind.Sum ? 0f : float.NegativeInfinity;
}
