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
/// A matrix of <see cref="Winograd"/> applied to up to six vectors (the rest are ignored). As written here, operation
/// by operation, it defines the bits; <see cref="Pair"/> and <see cref="All"/> compute the same.
/// </summary>
unsafe interface IWinogradTransform
{
    /// <summary>Inputs: columns of the matrix.</summary>
    static abstract int From { get; }

    /// <summary>Which outputs a pair has; twice the same for a single one.</summary>
    static abstract (int First, int Second) Outputs(int pair);

    /// <summary>Two outputs that share much.</summary>
    static abstract (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>;

    /// <summary>
    /// All outputs, <paramref name="step"/> floats apart. To those that are pixels <paramref name="addend"/> is added.
    /// </summary>
    static abstract void All<T>(T v0, T v1, T v2, T v3, T v4, T v5, float addend, float* to, nint step)
        where T : struct, ILanes<T>;
}

/// <summary>Two rows of a transformed tile, a number the compiler folds.</summary>
interface IRowPair
{
    static abstract int Index { get; }
}

readonly struct FirstPair : IRowPair { public static int Index => 0; }
readonly struct SecondPair : IRowPair { public static int Index => 1; }
readonly struct ThirdPair : IRowPair { public static int Index => 2; }

static unsafe class WinogradTransform
{
    /// <summary>An addend that changes no number: 0 would change −0.</summary>
    public const float Nothing = -0f;

    /// <summary>
    /// Two rows of a transformed tile: the matrix along the columns, then along the rows, with nothing between the two
    /// passes leaving the registers. The rows begin where the pointers say; columns are <paramref name="column"/>
    /// floats apart and zero outside [<paramref name="from"/>, <paramref name="to"/>). The result's second row lies
    /// <paramref name="second"/> after its first, its columns <paramref name="step"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows<T, TTransform, TPair>(
        float* r0, float* r1, float* r2, float* r3, float* r4, float* r5, nint column, int from, int to,
        float* target, nint second, nint step, float addend = Nothing)
        where T : struct, ILanes<T> where TTransform : struct, IWinogradTransform where TPair : struct, IRowPair
    {
        for (nint part = 0; part < Tile.Lanes; part += T.Count)
        {
            T a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
            T b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
            nint at = part;
            if (from <= 0)
                (a0, b0) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            at += column;
            if (from <= 1 && to > 1)
                (a1, b1) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            at += column;
            if (from <= 2 && to > 2)
                (a2, b2) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            at += column;
            if (from <= 3 && to > 3)
                (a3, b3) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            at += column;
            if (from <= 4 && to > 4)
                (a4, b4) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            at += column;
            if (to > 5)
                (a5, b5) = TTransform.Pair<T>(TPair.Index, r0 + at, r1 + at, r2 + at, r3 + at, r4 + at, r5 + at);
            TTransform.All(a0, a1, a2, a3, a4, a5, addend, target + part, step);
            if (TTransform.Outputs(TPair.Index).First != TTransform.Outputs(TPair.Index).Second)
                TTransform.All(b0, b1, b2, b3, b4, b5, addend, target + part + second, step);
        }
    }

    /// <summary>The same of a whole tile whose rows are <paramref name="row"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows<T, TTransform, TPair>(
        float* from, nint row, nint column, float* target, nint second, nint step, float addend = Nothing)
        where T : struct, ILanes<T> where TTransform : struct, IWinogradTransform where TPair : struct, IRowPair =>
        Rows<T, TTransform, TPair>(from, from + row, from + 2 * row, from + 3 * row, from + 4 * row, from + 5 * row,
            column, 0, TTransform.From, target, second, step, addend);
}

/// <summary>Bᵀ, 6 → 6: a patch of pixels.</summary>
readonly unsafe struct PatchTransform : IWinogradTransform
{
    public static int From => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Outputs(int pair) => pair == 0 ? (0, 5) : pair == 1 ? (1, 2) : (3, 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>
    {
        T d1 = T.Load(r1), d2 = T.Load(r2);
        T d3 = T.Load(r3), d4 = T.Load(r4);
        return pair == 0 ? (End(T.Load(r0), d2, d4), End(d1, d3, T.Load(r5)))
            : pair == 1 ? Middle(P, Q2, d1, d2, d3, d4) : Middle(Q, P2, d1, d2, d3, d4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void All<T>(T d0, T d1, T d2, T d3, T d4, T d5, float addend, float* to, nint step)
        where T : struct, ILanes<T>
    {
        T.Store(End(d0, d2, d4), to);
        (T v1, T v2) = Middle(P, Q2, d1, d2, d3, d4);
        T.Store(v1, to + step);
        T.Store(v2, to + 2 * step);
        (T v3, T v4) = Middle(Q, P2, d1, d2, d3, d4);
        T.Store(v3, to + 3 * step);
        T.Store(v4, to + 4 * step);
        T.Store(End(d1, d3, d5), to + 5 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T End<T>(T a, T b, T c) where T : struct, ILanes<T> =>
        T.Fma(P2 * Q2, a, T.Fma(-P2 - Q2, b, c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Middle<T>(float x, float other2, T d1, T d2, T d3, T d4) where T : struct, ILanes<T>
    {
        T even = T.Fma(-other2, d2, d4), odd = T.Fma(-other2, d1, d3);
        return (T.Fma(x, odd, even), T.Fma(-x, odd, even));
    }
}

/// <summary>Aᵀ, 6 → 4: a tile of outputs.</summary>
readonly unsafe struct OutputTransform : IWinogradTransform
{
    public static int From => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Outputs(int pair) => pair == 0 ? (0, 2) : (1, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>
    {
        T m1 = T.Load(r1), m2 = T.Load(r2);
        T m3 = T.Load(r3), m4 = T.Load(r4);
        return pair == 0 ? Even(T.Load(r0), m1, m2, m3, m4) : Odd(m1, m2, m3, m4, T.Load(r5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void All<T>(T m0, T m1, T m2, T m3, T m4, T m5, float addend, float* to, nint step)
        where T : struct, ILanes<T>
    {
        (T y0, T y2) = Even(m0, m1, m2, m3, m4);
        (T y1, T y3) = Odd(m1, m2, m3, m4, m5);
        T.Store(y0 + addend, to);
        T.Store(y1 + addend, to + step);
        T.Store(y2 + addend, to + 2 * step);
        T.Store(y3 + addend, to + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Even<T>(T m0, T m1, T m2, T m3, T m4) where T : struct, ILanes<T>
    {
        T near = m1 + m2, far = m3 + m4;
        return (m0 + near + far, T.Fma(Q2, far, P2 * near));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Odd<T>(T m1, T m2, T m3, T m4, T m5) where T : struct, ILanes<T>
    {
        T near = m1 - m2, far = m3 - m4;
        return (T.Fma(Q, far, P * near), T.Fma(Q * Q2, far, T.Fma(P * P2, near, m5)));
    }
}

/// <summary>G, 3 → 6: a window of weights.</summary>
readonly unsafe struct WindowTransform : IWinogradTransform
{
    public static int From => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Outputs(int pair) => pair == 0 ? (0, 5) : pair == 1 ? (1, 2) : (3, 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>
    {
        T g0 = T.Load(r0), g1 = T.Load(r1), g2 = T.Load(r2);
        return pair == 0 ? (1 / (P2 * Q2) * g0, g2)
            : pair == 1 ? Middle(P, P2, OverP, g0, g1, g2) : Middle(Q, Q2, OverQ, g0, g1, g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void All<T>(T g0, T g1, T g2, T v3, T v4, T v5, float addend, float* to, nint step)
        where T : struct, ILanes<T>
    {
        T.Store(1 / (P2 * Q2) * g0, to);
        (T u1, T u2) = Middle(P, P2, OverP, g0, g1, g2);
        T.Store(u1, to + step);
        T.Store(u2, to + 2 * step);
        (T u3, T u4) = Middle(Q, Q2, OverQ, g0, g1, g2);
        T.Store(u3, to + 3 * step);
        T.Store(u4, to + 4 * step);
        T.Store(g2, to + 5 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Middle<T>(float x, float x2, float over, T g0, T g1, T g2) where T : struct, ILanes<T>
    {
        T even = T.Fma(x2, g2, g0);
        return (over * T.Fma(x, g1, even), over * T.Fma(-x, g1, even));
    }
}

/// <summary>A, 4 → 6: a tile of an output's gradient.</summary>
readonly unsafe struct OutputGradientTransform : IWinogradTransform
{
    public static int From => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Outputs(int pair) => pair == 0 ? (0, 5) : pair == 1 ? (1, 2) : (3, 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>
    {
        T y0 = T.Load(r0), y1 = T.Load(r1), y2 = T.Load(r2), y3 = T.Load(r3);
        return pair == 0 ? (y0, y3) : pair == 1 ? Middle(P, P2, y0, y1, y2, y3) : Middle(Q, Q2, y0, y1, y2, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void All<T>(T y0, T y1, T y2, T y3, T v4, T v5, float addend, float* to, nint step)
        where T : struct, ILanes<T>
    {
        T.Store(y0, to);
        (T m1, T m2) = Middle(P, P2, y0, y1, y2, y3);
        T.Store(m1, to + step);
        T.Store(m2, to + 2 * step);
        (T m3, T m4) = Middle(Q, Q2, y0, y1, y2, y3);
        T.Store(m3, to + 3 * step);
        T.Store(m4, to + 4 * step);
        T.Store(y3, to + 5 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Middle<T>(float x, float x2, T y0, T y1, T y2, T y3) where T : struct, ILanes<T>
    {
        T even = T.Fma(x2, y2, y0), odd = T.Fma(x2, y3, y1);
        return (T.Fma(x, odd, even), T.Fma(-x, odd, even));
    }
}

/// <summary>Gᵀ, 6 → 3: the gradient of a window.</summary>
readonly unsafe struct WindowGradientTransform : IWinogradTransform
{
    public static int From => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Outputs(int pair) => pair == 0 ? (0, 2) : (1, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T, T) Pair<T>(int pair, float* r0, float* r1, float* r2, float* r3, float* r4, float* r5)
        where T : struct, ILanes<T>
    {
        T m1 = T.Load(r1), m2 = T.Load(r2);
        T m3 = T.Load(r3), m4 = T.Load(r4);
        return pair == 0 ? Ends(T.Load(r0), m1, m2, m3, m4, T.Load(r5))
            : (Middle(m1, m2, m3, m4), default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void All<T>(T m0, T m1, T m2, T m3, T m4, T m5, float addend, float* to, nint step)
        where T : struct, ILanes<T>
    {
        (T g0, T g2) = Ends(m0, m1, m2, m3, m4, m5);
        T.Store(g0, to);
        T.Store(Middle(m1, m2, m3, m4), to + step);
        T.Store(g2, to + 2 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T, T) Ends<T>(T m0, T m1, T m2, T m3, T m4, T m5) where T : struct, ILanes<T>
    {
        T near = m1 + m2, far = m3 + m4;
        return (T.Fma(OverQ, far, T.Fma(OverP, near, 1 / (P2 * Q2) * m0)),
            T.Fma(OverQ * Q2, far, T.Fma(OverP * P2, near, m5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Middle<T>(T m1, T m2, T m3, T m4) where T : struct, ILanes<T> =>
        T.Fma(OverQ * Q, m3 - m4, OverP * P * (m1 - m2));
}
