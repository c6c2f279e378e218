using System.Runtime.CompilerServices;
using static Ceteris.Kernels.WinogradPoints;

namespace Ceteris.Kernels;

/// <summary>The points p and q of <see cref="Winograd"/>, their squares, 1/Np and 1/Nq.</summary>
static class WinogradPoints
{
    public const float P = 5f / 8, Q = 3f / 2, P2 = P * P, Q2 = Q * Q;
    public const float OverP = 1 / (2 * P2 * (P2 - Q2)), OverQ = 1 / (2 * Q2 * (Q2 - P2));
}

/// <summary>
/// A matrix of <see cref="Winograd"/> applied to vectors of 16 lanes: <see cref="From"/> inputs, <see cref="To"/>
/// outputs, steps in floats. As written here, operation by operation, it defines the bits.
/// </summary>
unsafe interface IWinogradTransform
{
    static abstract int From { get; }

    static abstract int To { get; }

    static abstract void Apply<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;
}

/// <summary>Bᵀ, 6 → 6: a patch of pixels.</summary>
readonly unsafe struct PatchTransform : IWinogradTransform
{
    public static int From => 6;

    public static int To => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep) where T : struct, ILanes<T> =>
        Apply(T.Load(from), T.Load(from + step), T.Load(from + 2 * step), T.Load(from + 3 * step),
            T.Load(from + 4 * step), T.Load(from + 5 * step), to, toStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(T d0, T d1, T d2, T d3, T d4, T d5, float* to, nint step) where T : struct, ILanes<T>
    {
        T.Store(T.Fma(P2 * Q2, d0, T.Fma(-P2 - Q2, d2, d4)), to);
        T even = T.Fma(-Q2, d2, d4), odd = T.Fma(-Q2, d1, d3);
        T.Store(T.Fma(P, odd, even), to + step);
        T.Store(T.Fma(-P, odd, even), to + 2 * step);
        even = T.Fma(-P2, d2, d4);
        odd = T.Fma(-P2, d1, d3);
        T.Store(T.Fma(Q, odd, even), to + 3 * step);
        T.Store(T.Fma(-Q, odd, even), to + 4 * step);
        T.Store(T.Fma(P2 * Q2, d1, T.Fma(-P2 - Q2, d3, d5)), to + 5 * step);
    }
}

/// <summary>Aᵀ, 6 → 4: a tile of outputs.</summary>
readonly unsafe struct OutputTransform : IWinogradTransform
{
    public static int From => 6;

    public static int To => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + step), m2 = T.Load(from + 2 * step);
        T m3 = T.Load(from + 3 * step), m4 = T.Load(from + 4 * step);
        T sum = m1 + m2, difference = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
        T.Store(T.Load(from) + sum + sum2, to);
        T.Store(T.Fma(Q, difference2, P * difference), to + toStep);
        T.Store(T.Fma(Q2, sum2, P2 * sum), to + 2 * toStep);
        T.Store(T.Fma(Q * Q2, difference2, T.Fma(P * P2, difference, T.Load(from + 5 * step))), to + 3 * toStep);
    }
}

/// <summary>G, 3 → 6: a window of weights.</summary>
readonly unsafe struct WindowTransform : IWinogradTransform
{
    public static int From => 3;

    public static int To => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + step), g2 = T.Load(from + 2 * step);
        T.Store(1 / (P2 * Q2) * g0, to);
        T ends = T.Fma(P2, g2, g0);
        T.Store(OverP * T.Fma(P, g1, ends), to + toStep);
        T.Store(OverP * T.Fma(-P, g1, ends), to + 2 * toStep);
        ends = T.Fma(Q2, g2, g0);
        T.Store(OverQ * T.Fma(Q, g1, ends), to + 3 * toStep);
        T.Store(OverQ * T.Fma(-Q, g1, ends), to + 4 * toStep);
        T.Store(g2, to + 5 * toStep);
    }
}

/// <summary>A, 4 → 6: a tile of an output's gradient.</summary>
readonly unsafe struct OutputGradientTransform : IWinogradTransform
{
    public static int From => 4;

    public static int To => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T y0 = T.Load(from), y1 = T.Load(from + step), y2 = T.Load(from + 2 * step), y3 = T.Load(from + 3 * step);
        T.Store(y0, to);
        T even = T.Fma(P2, y2, y0), odd = T.Fma(P2, y3, y1);
        T.Store(T.Fma(P, odd, even), to + toStep);
        T.Store(T.Fma(-P, odd, even), to + 2 * toStep);
        even = T.Fma(Q2, y2, y0);
        odd = T.Fma(Q2, y3, y1);
        T.Store(T.Fma(Q, odd, even), to + 3 * toStep);
        T.Store(T.Fma(-Q, odd, even), to + 4 * toStep);
        T.Store(y3, to + 5 * toStep);
    }
}

/// <summary>Gᵀ, 6 → 3: the gradient of a window.</summary>
readonly unsafe struct WindowGradientTransform : IWinogradTransform
{
    public static int From => 6;

    public static int To => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + step), m2 = T.Load(from + 2 * step);
        T m3 = T.Load(from + 3 * step), m4 = T.Load(from + 4 * step);
        T sum = m1 + m2, sum2 = m3 + m4;
        T.Store(T.Fma(OverQ, sum2, T.Fma(OverP, sum, 1 / (P2 * Q2) * T.Load(from))), to);
        T.Store(T.Fma(OverQ * Q, m3 - m4, OverP * P * (m1 - m2)), to + toStep);
        T.Store(T.Fma(OverQ * Q2, sum2, T.Fma(OverP * P2, sum, T.Load(from + 5 * step))), to + 2 * toStep);
    }
}

/// <summary>The transforms of tiles: a matrix along the columns, then along the rows.</summary>
static unsafe class WinogradTransform
{
    const int Lanes = Tile.Lanes, TemporaryRow = 6 * Lanes;

    /// <summary>A 2-D tile by way of <paramref name="temporary"/>; rows and columns apart as given, in floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TTransform>(
        float* from, nint fromRow, nint fromColumn, float* temporary, float* to, nint toRow, nint toColumn)
        where T : struct, ILanes<T> where TTransform : struct, IWinogradTransform
    {
        for (nint half = 0; half < Lanes; half += T.Count)
        {
            for (int j = 0; j < TTransform.From; j++)
                TTransform.Apply<T>(from + j * fromColumn + half, fromRow, temporary + j * Lanes + half, TemporaryRow);
            for (int i = 0; i < TTransform.To; i++)
            {
                TTransform.Apply<T>(
                    temporary + i * TemporaryRow + half, Lanes, to + i * toRow + half, toColumn);
            }
        }
    }

    /// <summary>
    /// A patch whose rows lie anywhere: <paramref name="rows"/> points at the first pixel of each of the six, of which
    /// columns outside [<paramref name="columnFrom"/>, <paramref name="columnTo"/>) are zero whatever lies there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Patch<T>(
        float** rows, int columnFrom, int columnTo, float* temporary, float* to, nint toPlane)
        where T : struct, ILanes<T>
    {
        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5];
        for (nint half = 0; half < Lanes; half += T.Count)
        {
            for (int j = 0; j < columnFrom; j++)
                Zero<T>(temporary + j * Lanes + half);
            for (int j = columnFrom; j < columnTo; j++)
            {
                nint at = j * Lanes + half;
                PatchTransform.Apply(T.Load(r0 + at), T.Load(r1 + at), T.Load(r2 + at), T.Load(r3 + at),
                    T.Load(r4 + at), T.Load(r5 + at), temporary + at, TemporaryRow);
            }
            for (int j = columnTo; j < 6; j++)
                Zero<T>(temporary + j * Lanes + half);
            for (int i = 0; i < 6; i++)
            {
                PatchTransform.Apply<T>(
                    temporary + i * TemporaryRow + half, Lanes, to + i * 6 * toPlane + half, toPlane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Zero<T>(float* to) where T : struct, ILanes<T>
    {
        for (int i = 0; i < 6; i++)
            T.Store(0f, to + i * TemporaryRow);
    }
}
