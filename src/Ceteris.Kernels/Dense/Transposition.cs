using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ceteris.Kernels;

/// <summary>
/// Changes of layout: plain ↔ lanes, matrix transposes, permutations of axes. Copies only; every bit pattern survives.
/// </summary>
public static unsafe class Transposition
{
    /// <summary>
    /// Plain [N][F] → lanes [G][F][16], G = ⌈N/16⌉, for the groups named; the lanes beyond N become zero.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the counts say, or the range lies outside it.
    /// </exception>
    public static void ToLanes(Floats plain, Floats lanes, int samples, int features, int groupFrom, int groupTo)
    {
        CheckLanes(plain, lanes, samples, features, groupFrom, groupTo);
        for (int group = groupFrom; group < groupTo; group++)
        {
            int present = Math.Min(Tile.Lanes, samples - group * Tile.Lanes);
            nint at = (nint)group * Tile.Lanes * features;
            float* from = plain.Pointer + at, to = lanes.Pointer + at;
            if (present < Tile.Lanes)
                new Span<float>(to, features * Tile.Lanes).Clear();
            Matrix(from, features, to, Tile.Lanes, present, features);
        }
    }

    /// <summary>Lanes [G][F][16] → plain [N][F] for the groups named; the lanes beyond N are not read.</summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the counts say, or the range lies outside it.
    /// </exception>
    public static void FromLanes(Floats lanes, Floats plain, int samples, int features, int groupFrom, int groupTo)
    {
        CheckLanes(plain, lanes, samples, features, groupFrom, groupTo);
        for (int group = groupFrom; group < groupTo; group++)
        {
            int present = Math.Min(Tile.Lanes, samples - group * Tile.Lanes);
            nint at = (nint)group * Tile.Lanes * features;
            Matrix(lanes.Pointer + at, Tile.Lanes, plain.Pointer + at, features, features, present);
        }
    }

    /// <summary>[R][C] → [C][R], both plain, for the rows of the source named.</summary>
    /// <exception cref="ArgumentException">A view has not R · C floats, or the range lies outside R.</exception>
    public static void Plain(Floats from, Floats to, int rows, int columns, int rowFrom, int rowTo)
    {
        Border.Length(from, (long)rows * columns);
        Border.Length(to, (long)rows * columns);
        Border.Range(rowFrom, rowTo, rows);
        Matrix(from.Pointer + (nint)rowFrom * columns, columns, to.Pointer + rowFrom, rows, rowTo - rowFrom, columns);
    }

    static void CheckLanes(Floats plain, Floats lanes, int samples, int features, int groupFrom, int groupTo)
    {
        int groups = (samples + Tile.Lanes - 1) / Tile.Lanes;
        Border.Length(plain, (long)samples * features);
        Border.Length(lanes, (long)groups * features * Tile.Lanes);
        Border.Range(groupFrom, groupTo, groups);
    }

    /// <summary>to[c · toRow + r] = from[r · fromRow + c]</summary>
    internal static void Matrix(float* from, nint fromRow, float* to, nint toRow, int rows, int columns)
    {
        for (int r = 0; r < rows; r += Tile.Lanes)
        {
            int height = Math.Min(Tile.Lanes, rows - r);
            for (int c = 0; c < columns; c += Tile.Lanes)
            {
                int width = Math.Min(Tile.Lanes, columns - c);
                float* source = from + r * fromRow + c, target = to + c * toRow + r;
                if (height == Tile.Lanes && width == Tile.Lanes && Avx512F.IsSupported)
                    Square(source, fromRow, target, toRow);
                else if (height == Tile.Lanes && width == Tile.Lanes && Avx.IsSupported)
                    Squares(source, fromRow, target, toRow);
                else
                    Scalar(source, fromRow, target, toRow, height, width);
            }
        }
    }

    static void Scalar(float* from, nint fromRow, float* to, nint toRow, int rows, int columns)
    {
        for (int c = 0; c < columns; c++)
        {
            for (int r = 0; r < rows; r++)
                to[c * toRow + r] = from[r * fromRow + c];
        }
    }

    /// <summary>16 × 16 in registers: 4 × 4 within the quarters of the vectors, then the quarters.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Square(float* from, nint fromRow, float* to, nint toRow)
    {
        Four a = Four.Load(from, fromRow), b = Four.Load(from + 4 * fromRow, fromRow);
        Four c = Four.Load(from + 8 * fromRow, fromRow), d = Four.Load(from + 12 * fromRow, fromRow);
        Four.Store(a.V0, b.V0, c.V0, d.V0, to, 4 * toRow);
        Four.Store(a.V1, b.V1, c.V1, d.V1, to + toRow, 4 * toRow);
        Four.Store(a.V2, b.V2, c.V2, d.V2, to + 2 * toRow, 4 * toRow);
        Four.Store(a.V3, b.V3, c.V3, d.V3, to + 3 * toRow, 4 * toRow);
    }

    /// <summary>16 × 16 as four squares of 8 × 8, each in registers: as above, with halves for quarters.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Squares(float* from, nint fromRow, float* to, nint toRow)
    {
        for (int r = 0; r < 16; r += 8)
        {
            for (int c = 0; c < 16; c += 8)
            {
                float* source = from + r * fromRow + c, target = to + c * toRow + r;
                FourHalves a = FourHalves.Load(source, fromRow), b = FourHalves.Load(source + 4 * fromRow, fromRow);
                FourHalves.Store(a.V0, b.V0, target, 4 * toRow);
                FourHalves.Store(a.V1, b.V1, target + toRow, 4 * toRow);
                FourHalves.Store(a.V2, b.V2, target + 2 * toRow, 4 * toRow);
                FourHalves.Store(a.V3, b.V3, target + 3 * toRow, 4 * toRow);
            }
        }
    }

    /// <summary>Four rows of 8; half h of Vᵢ holds column 4h + i of the four.</summary>
    readonly struct FourHalves(Vector256<float> v0, Vector256<float> v1, Vector256<float> v2, Vector256<float> v3)
    {
        public readonly Vector256<float> V0 = v0, V1 = v1, V2 = v2, V3 = v3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static FourHalves Load(float* p, nint row)
        {
            Vector256<float> a = Vector256.Load(p), b = Vector256.Load(p + row);
            Vector256<float> c = Vector256.Load(p + 2 * row), d = Vector256.Load(p + 3 * row);
            Vector256<float> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b);
            Vector256<float> cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
            return new(Avx.Shuffle(ab0, cd0, 0x44), Avx.Shuffle(ab0, cd0, 0xEE),
                Avx.Shuffle(ab1, cd1, 0x44), Avx.Shuffle(ab1, cd1, 0xEE));
        }

        /// <summary>The lower halves into one row, the upper ones into another.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<float> a, Vector256<float> b, float* p, nint row)
        {
            Avx.Permute2x128(a, b, 0x20).Store(p);
            Avx.Permute2x128(a, b, 0x31).Store(p + row);
        }
    }

    /// <summary>Four rows; quarter q of Vᵢ holds column 4q + i of the four.</summary>
    readonly struct Four(V v0, V v1, V v2, V v3)
    {
        public readonly V V0 = v0, V1 = v1, V2 = v2, V3 = v3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Four Load(float* p, nint row)
        {
            V a = Vector512.Load(p), b = Vector512.Load(p + row);
            V c = Vector512.Load(p + 2 * row), d = Vector512.Load(p + 3 * row);
            V ab0 = Avx512F.UnpackLow(a, b), ab1 = Avx512F.UnpackHigh(a, b);
            V cd0 = Avx512F.UnpackLow(c, d), cd1 = Avx512F.UnpackHigh(c, d);
            return new(Avx512F.Shuffle(ab0, cd0, 0x44), Avx512F.Shuffle(ab0, cd0, 0xEE),
                Avx512F.Shuffle(ab1, cd1, 0x44), Avx512F.Shuffle(ab1, cd1, 0xEE));
        }

        /// <summary>Gathers quarter q of the four into row q.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(V a, V b, V c, V d, float* p, nint row)
        {
            V ab0 = Avx512F.Shuffle4x128(a, b, 0x44), ab1 = Avx512F.Shuffle4x128(a, b, 0xEE);
            V cd0 = Avx512F.Shuffle4x128(c, d, 0x44), cd1 = Avx512F.Shuffle4x128(c, d, 0xEE);
            Avx512F.Shuffle4x128(ab0, cd0, 0x88).Store(p);
            Avx512F.Shuffle4x128(ab0, cd0, 0xDD).Store(p + row);
            Avx512F.Shuffle4x128(ab1, cd1, 0x88).Store(p + 2 * row);
            Avx512F.Shuffle4x128(ab1, cd1, 0xDD).Store(p + 3 * row);
        }
    }
}
