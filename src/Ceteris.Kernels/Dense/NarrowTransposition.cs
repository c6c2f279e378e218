using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ceteris.Kernels;

/// <summary>
/// Transposes of matrices of 16 rows and few columns, and back: what one matrix has in a row the other has in as many
/// vectors. Copies only. On AVX-512 every vector is put together from all others, two at a time.
/// </summary>
static unsafe class NarrowTransposition
{
    const int Most = 5;

    /// <summary>
    /// [columns][result][step][16]: which floats of what there is already (0 to 15) and of the next vector (16 to 31)
    /// make the result.
    /// </summary>
    static readonly int[] toVectors = Tables((columns, at) => at % 16 * columns + at / 16);
    static readonly int[] toRows = Tables((columns, at) => at % columns * 16 + at / columns);

    /// <summary>[16][columns] → [columns][16]</summary>
    public static void ToVectors(float* from, float* to, int columns) => Run(from, to, columns, toVectors, columns, 1);

    /// <summary>[columns][16] → [16][columns]</summary>
    public static void ToRows(float* from, float* to, int columns) => Run(from, to, columns, toRows, 1, 16);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run(float* from, float* to, int columns, int[] tables, int row, int column)
    {
        if (!Avx512F.IsSupported)
        {
            for (int c = 0; c < columns; c++)
            {
                for (int r = 0; r < Tile.Lanes; r++)
                    to[row == 1 ? r * columns + c : c * Tile.Lanes + r] = from[r * row + c * column];
            }
            return;
        }
        fixed (int* start = tables)
        {
            int* table = start + columns * Most * Most * Tile.Lanes;
            for (int c = 0; c < columns; c++, table += Most * Tile.Lanes)
            {
                V result = Vector512.Load(from);
                for (int i = 1; i < columns; i++)
                {
                    result = Avx512F.PermuteVar16x32x2(
                        result, Vector512.Load(table + i * Tile.Lanes), Vector512.Load(from + i * Tile.Lanes));
                }
                result.Store(to + c * Tile.Lanes);
            }
        }
    }

    static int[] Tables(Func<int, int, int> source)
    {
        int[] tables = new int[(Most + 1) * Most * Most * Tile.Lanes];
        for (int i = 0; i < tables.Length; i++)
        {
            int lane = i % Tile.Lanes, step = i / Tile.Lanes % Most;
            int result = i / (Tile.Lanes * Most) % Most, columns = i / (Tile.Lanes * Most * Most);
            if (step == 0 || step >= columns || result >= columns)
                continue;
            (int vector, int at) = Math.DivRem(source(columns, result * Tile.Lanes + lane), Tile.Lanes);
            tables[i] = vector == step ? Tile.Lanes + at : vector == 0 && step == 1 ? at : lane;
        }
        return tables;
    }
}
