using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// The register tile where vectors have 8 lanes: 6 rows × 1 column, its 16 lanes as two Vector256, hence 12 accumulators;
/// the columns one after the other. The same chains as <see cref="Tile512"/>.
/// </summary>
static unsafe class Tile256
{
    public static readonly nint[] Broadcast = Table<BroadcastFactor>();
    public static readonly nint[] Lanewise = Table<LanewiseFactor>();

    static nint[] Table<TFactor>() where TFactor : struct, IFactor =>
        [.. Rows<One, TFactor>(), .. Rows<Two, TFactor>(), .. Rows<Three, TFactor>(),
         .. Rows<Four, TFactor>(), .. Rows<Five, TFactor>(), .. Rows<Six, TFactor>()];

    static nint[] Rows<TRows, TFactor>() where TRows : struct, ICount where TFactor : struct, IFactor =>
    [
        (nint)(delegate*<Tile*, void>)&Run<TRows, One, TFactor>, (nint)(delegate*<Tile*, void>)&Run<TRows, Two, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Three, TFactor>, (nint)(delegate*<Tile*, void>)&Run<TRows, Four, TFactor>,
    ];

    static void Run<TRows, TColumns, TFactor>(Tile* tile)
        where TRows : struct, ICount where TColumns : struct, ICount where TFactor : struct, IFactor
    {
        Column<TRows, TFactor>(tile, tile->B0, tile->C0);
        if (TColumns.Value > 1) Column<TRows, TFactor>(tile, tile->B1, tile->C1);
        if (TColumns.Value > 2) Column<TRows, TFactor>(tile, tile->B2, tile->C2);
        if (TColumns.Value > 3) Column<TRows, TFactor>(tile, tile->B3, tile->C3);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Column<TRows, TFactor>(Tile* tile, float* p, float* c)
        where TRows : struct, ICount where TFactor : struct, IFactor
    {
        Row r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        nint cRow = tile->CRow;
        c += tile->CStart;
        if (tile->Accumulate)
        {
            r0.Load(c);
            if (TRows.Value > 1) r1.Load(c + cRow);
            if (TRows.Value > 2) r2.Load(c + 2 * cRow);
            if (TRows.Value > 3) r3.Load(c + 3 * cRow);
            if (TRows.Value > 4) r4.Load(c + 4 * cRow);
            if (TRows.Value > 5) r5.Load(c + 5 * cRow);
        }

        nint aRow = tile->ARow;
        Step* end = tile->Steps + tile->Inner;
        for (nint g = 0; g < tile->Groups; g++)
        {
            float* a = tile->A + g * tile->AGroup;
            float* b = p + g * tile->BGroup;
            for (nint o = tile->Outer; o > 0; o--)
            {
                for (Step* step = tile->Steps; step < end; step++)
                {
                    float* x = a + step->A;
                    float* y = b + step->B;
                    Vector256<float> low = Vector256.Load(y), high = Vector256.Load(y + 8);
                    r0.Add<TFactor>(x, low, high);
                    if (TRows.Value > 1) r1.Add<TFactor>(x + aRow, low, high);
                    if (TRows.Value > 2) r2.Add<TFactor>(x + 2 * aRow, low, high);
                    x += 3 * aRow;
                    if (TRows.Value > 3) r3.Add<TFactor>(x, low, high);
                    if (TRows.Value > 4) r4.Add<TFactor>(x + aRow, low, high);
                    if (TRows.Value > 5) r5.Add<TFactor>(x + 2 * aRow, low, high);
                }
                a += tile->AOuter;
                b += tile->BOuter;
            }
        }

        r0.Store(c);
        if (TRows.Value > 1) r1.Store(c + cRow);
        if (TRows.Value > 2) r2.Store(c + 2 * cRow);
        if (TRows.Value > 3) r3.Store(c + 3 * cRow);
        if (TRows.Value > 4) r4.Store(c + 4 * cRow);
        if (TRows.Value > 5) r5.Store(c + 5 * cRow);
    }

    struct Row
    {
        Vector256<float> low, high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TFactor>(float* a, Vector256<float> bLow, Vector256<float> bHigh) where TFactor : struct, IFactor
        {
            low = Vector256.FusedMultiplyAdd(TFactor.Load256(a, 0), bLow, low);
            high = Vector256.FusedMultiplyAdd(TFactor.Load256(a, 8), bHigh, high);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(float* c)
        {
            low = Vector256.Load(c);
            high = Vector256.Load(c + 8);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* c)
        {
            (low + Vector256<float>.Zero).Store(c);
            (high + Vector256<float>.Zero).Store(c + 8);
        }
    }
}
