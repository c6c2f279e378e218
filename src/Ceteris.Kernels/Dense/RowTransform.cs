using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>
/// The matrices of <see cref="RowWinograd"/>, applied to vectors that lie a step apart. As written here, operation by
/// operation, they define the bits.
/// </summary>
static unsafe class RowTransform
{
    /// <summary>1/N of the points ±½, ±1 and ±2; N of 0 and ∞ is 1.</summary>
    public const float OverHalf = 32f / 45, OverOne = -2f / 9, OverTwo = 1f / 90;

    /// <summary>Bᵀ, 8 → 8: a patch of neighbouring pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Patch<T>(float* from, float* to, nint step) where T : struct, ILanes<T>
    {
        for (nint part = 0; part < Tile.Lanes; part += T.Count, from += T.Count, to += T.Count)
        {
            T d0 = T.Load(from), d1 = T.Load(from + 16), d2 = T.Load(from + 32), d3 = T.Load(from + 48);
            T d4 = T.Load(from + 64), d5 = T.Load(from + 80), d6 = T.Load(from + 96), d7 = T.Load(from + 112);
            T.Store(T.Fma(5.25f, d4 - d2, d0 - d6), to);
            Store(T.Fma(4, d2, T.Fma(-5, d4, d6)), T.Fma(4, d1, T.Fma(-5, d3, d5)), 0.5f, to + step, step);
            Store(T.Fma(-4.25f, d4, d2 + d6), T.Fma(-4.25f, d3, d1 + d5), 1, to + 3 * step, step);
            Store(T.Fma(0.25f, d2, T.Fma(-1.25f, d4, d6)), T.Fma(0.25f, d1, T.Fma(-1.25f, d3, d5)), 2,
                to + 5 * step, step);
            T.Store(T.Fma(5.25f, d3 - d5, d7 - d1), to + 7 * step);
        }
    }

    /// <summary>
    /// B, the transpose of <see cref="Patch"/>: what a patch of a gradient adds to neighbouring pixels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PatchGradient<T, TWindow>(float* from, nint step, float* to, bool adds)
        where T : struct, ILanes<T> where TWindow : struct, ICount
    {
        for (nint part = 0; part < Tile.Lanes; part += T.Count, from += T.Count, to += T.Count)
        {
            T first = T.Load(from), last = T.Load(from + 7 * step);
            var (sum1, half) = Pair<T>(from + step, step, 1);
            var (sum2, difference2) = Pair<T>(from + 3 * step, step, 1);
            var (sum3, half3) = Pair<T>(from + 5 * step, step, 1);
            T difference1 = 0.5f * half, difference3 = half3 + half3;
            T d0 = first, d1 = T.Fma(0.25f, difference3, T.Fma(4, difference1, difference2 - last));
            T d2 = T.Fma(0.25f, sum3, T.Fma(4, sum1, T.Fma(-5.25f, first, sum2)));
            T d3 = T.Fma(-1.25f, difference3, T.Fma(-5, difference1, T.Fma(-4.25f, difference2, 5.25f * last)));
            if (adds)
                (d0, d1) = (T.Load(to) + d0, T.Load(to + 16) + d1);
            if (adds && TWindow.Value > 3)
                (d2, d3) = (T.Load(to + 32) + d2, T.Load(to + 48) + d3);
            T.Store(d0, to);
            T.Store(d1, to + 16);
            T.Store(d2, to + 32);
            T.Store(d3, to + 48);
            T.Store(T.Fma(-1.25f, sum3, T.Fma(-5, sum1, T.Fma(-4.25f, sum2, 5.25f * first))), to + 64);
            T.Store(T.Fma(-5.25f, last, difference1 + difference2 + difference3), to + 80);
            T.Store(sum1 + sum2 + (sum3 - first), to + 96);
            T.Store(last, to + 112);
        }
    }

    /// <summary>
    /// The polynomial with the coefficients given at the eight points: A, a tile of an output's gradient; with
    /// <paramref name="isScaled"/> G, a window.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<T, TCount>(float* from, nint fromStep, float* to, nint step, bool isScaled)
        where T : struct, ILanes<T> where TCount : struct, ICount
    {
        for (nint part = 0; part < Tile.Lanes; part += T.Count, from += T.Count, to += T.Count)
        {
            T g0 = T.Load(from), g1 = T.Load(from + fromStep), g2 = T.Load(from + 2 * fromStep);
            T g3 = default, g4 = default, g5 = default;
            if (TCount.Value > 3) g3 = T.Load(from + 3 * fromStep);
            if (TCount.Value > 4) g4 = T.Load(from + 4 * fromStep);
            if (TCount.Value > 5) g5 = T.Load(from + 5 * fromStep);
            T.Store(g0, to);
            At<T, TCount>(0.5f, isScaled ? OverHalf : 1, g0, g1, g2, g3, g4, g5, to + step, step);
            At<T, TCount>(1, isScaled ? OverOne : 1, g0, g1, g2, g3, g4, g5, to + 3 * step, step);
            At<T, TCount>(2, isScaled ? OverTwo : 1, g0, g1, g2, g3, g4, g5, to + 5 * step, step);
            T.Store(TCount.Value == 3 ? g2 : TCount.Value == 4 ? g3 : TCount.Value == 5 ? g4 : g5, to + 7 * step);
        }
    }

    /// <summary>
    /// The transpose of <see cref="Evaluate"/>: Aᵀ, a tile of outputs; with <paramref name="isScaled"/> Gᵀ, the
    /// gradient of a window. To each <paramref name="addend"/> is added.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interpolate<T, TCount>(
        float* from, nint fromStep, float* to, nint step, bool isScaled, float addend = WinogradTransform.Nothing)
        where T : struct, ILanes<T> where TCount : struct, ICount
    {
        for (nint part = 0; part < Tile.Lanes; part += T.Count, from += T.Count, to += T.Count)
        {
            T first = T.Load(from), last = T.Load(from + 7 * fromStep);
            var (sum1, difference1) = Pair<T>(from + fromStep, fromStep, isScaled ? OverHalf : 1);
            var (sum2, difference2) = Pair<T>(from + 3 * fromStep, fromStep, isScaled ? OverOne : 1);
            var (sum3, difference3) = Pair<T>(from + 5 * fromStep, fromStep, isScaled ? OverTwo : 1);
            T.Store(sum1 + (sum2 + first) + sum3 + addend, to);
            T.Store(Power(2, difference1, difference2, difference3) + addend, to + step);
            T y2 = TCount.Value == 3 ? sum2 + last : sum2;
            T.Store(Power(4, sum1, y2, sum3) + addend, to + 2 * step);
            T y3 = TCount.Value == 4 ? difference2 + last : difference2;
            if (TCount.Value > 3) T.Store(Power(8, difference1, y3, difference3) + addend, to + 3 * step);
            T y4 = TCount.Value == 5 ? sum2 + last : sum2;
            if (TCount.Value > 4) T.Store(Power(16, sum1, y4, sum3) + addend, to + 4 * step);
            T y5 = difference2 + last;
            if (TCount.Value > 5) T.Store(Power(32, difference1, y5, difference3) + addend, to + 5 * step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void At<T, TCount>(
        float x, float scale, T g0, T g1, T g2, T g3, T g4, T g5, float* to, nint step)
        where T : struct, ILanes<T> where TCount : struct, ICount
    {
        T even = T.Fma(x * x, TCount.Value > 4 ? T.Fma(x * x, g4, g2) : g2, g0);
        T odd = TCount.Value == 3 ? g1 : T.Fma(x * x, TCount.Value > 5 ? T.Fma(x * x, g5, g3) : g3, g1);
        if (scale == 1)
        {
            Store(even, odd, x, to, step);
            return;
        }
        T.Store(scale * T.Fma(x, odd, even), to);
        T.Store(scale * T.Fma(-x, odd, even), to + step);
    }

    /// <summary>even ± x · odd</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<T>(T even, T odd, float x, float* to, nint step) where T : struct, ILanes<T>
    {
        T.Store(T.Fma(x, odd, even), to);
        T.Store(T.Fma(-x, odd, even), to + step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T Sum, T Difference) Pair<T>(float* from, nint step, float scale) where T : struct, ILanes<T>
    {
        T plus = T.Load(from), minus = T.Load(from + step);
        return scale == 1 ? (plus + minus, plus - minus) : (scale * (plus + minus), scale * (plus - minus));
    }

    /// <summary>2⁻ᵏ a + b + 2ᵏ c</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Power<T>(float power, T a, T b, T c) where T : struct, ILanes<T> =>
        T.Fma(power, c, T.Fma(1 / power, a, b));
}
