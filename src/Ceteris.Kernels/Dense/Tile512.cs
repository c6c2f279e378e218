using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ceteris.Kernels;

/// <summary>
/// The register tile of up to 6 rows × 4 columns of Vector512: 24 accumulators, 4 factors B, 1 factor A. One column may
/// have 12 rows, for chains enough to hide the latency of a multiply-add.
/// </summary>
static unsafe class Tile512
{
    public static readonly nint[] Broadcast = Table<BroadcastFactor>();
    public static readonly nint[] Lanewise = Table<LanewiseFactor>();

    static nint[] Table<TFactor>() where TFactor : struct, IFactor =>
        [.. Rows<One, TFactor>(), .. Rows<Two, TFactor>(), .. Rows<Three, TFactor>(),
         .. Rows<Four, TFactor>(), .. Rows<Five, TFactor>(), .. Rows<Six, TFactor>(),
         .. Column<Seven, TFactor>(), .. Column<Eight, TFactor>(), .. Column<Nine, TFactor>(),
         .. Column<Ten, TFactor>(), .. Column<Eleven, TFactor>(), .. Column<Twelve, TFactor>()];

    static nint[] Rows<TRows, TFactor>() where TRows : struct, ICount where TFactor : struct, IFactor =>
    [
        (nint)(delegate*<Tile*, void>)&Run<TRows, One, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Two, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Three, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Four, TFactor>,
    ];

    static nint[] Column<TRows, TFactor>() where TRows : struct, ICount where TFactor : struct, IFactor =>
        [(nint)(delegate*<Tile*, void>)&Run<TRows, One, TFactor>, 0, 0, 0];

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run<TRows, TColumns, TFactor>(Tile* tile)
        where TRows : struct, ICount where TColumns : struct, ICount where TFactor : struct, IFactor
    {
        Row r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        Row r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
        if (tile->Accumulate)
        {
            r0.Load<TColumns>(tile, 0);
            if (TRows.Value > 1) r1.Load<TColumns>(tile, 1);
            if (TRows.Value > 2) r2.Load<TColumns>(tile, 2);
            if (TRows.Value > 3) r3.Load<TColumns>(tile, 3);
            if (TRows.Value > 4) r4.Load<TColumns>(tile, 4);
            if (TRows.Value > 5) r5.Load<TColumns>(tile, 5);
            if (TRows.Value > 6) r6.Load<TColumns>(tile, 6);
            if (TRows.Value > 7) r7.Load<TColumns>(tile, 7);
            if (TRows.Value > 8) r8.Load<TColumns>(tile, 8);
            if (TRows.Value > 9) r9.Load<TColumns>(tile, 9);
            if (TRows.Value > 10) r10.Load<TColumns>(tile, 10);
            if (TRows.Value > 11) r11.Load<TColumns>(tile, 11);
        }

        float* p0 = tile->B0, p1 = tile->B1, p2 = tile->B2, p3 = tile->B3;
        nint aRow = tile->ARow, aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        Step* end = tile->Steps + tile->Inner;
        for (nint g = 0; g < tile->Groups; g++)
        {
            float* a = tile->A + g * tile->AGroup;
            nint b = tile->BStart + g * tile->BGroup;
            float* ahead = tile->Ahead + g * tile->AheadLines * Tile.Lanes;
            for (nint i = 0; i < tile->AheadLines; i++)
                Sse.Prefetch1(ahead + i * Tile.Lanes);
            for (nint o = tile->Outer; o > 0; o--)
            {
                for (Step* step = tile->Steps; step < end; step++)
                {
                    float* x = a + step->A;
                    nint k = b + step->B;
                    V b0 = Vector512.Load(p0 + k), b1 = default, b2 = default, b3 = default;
                    if (TColumns.Value > 1) b1 = Vector512.Load(p1 + k);
                    if (TColumns.Value > 2) b2 = Vector512.Load(p2 + k);
                    if (TColumns.Value > 3) b3 = Vector512.Load(p3 + k);
                    r0.Add<TColumns>(TFactor.Load512(x), b0, b1, b2, b3);
                    if (TRows.Value > 1) r1.Add<TColumns>(TFactor.Load512(x + aRow), b0, b1, b2, b3);
                    if (TRows.Value > 2) r2.Add<TColumns>(TFactor.Load512(x + aRow2), b0, b1, b2, b3);
                    x += aRow3;
                    if (TRows.Value > 3) r3.Add<TColumns>(TFactor.Load512(x), b0, b1, b2, b3);
                    if (TRows.Value > 4) r4.Add<TColumns>(TFactor.Load512(x + aRow), b0, b1, b2, b3);
                    if (TRows.Value > 5) r5.Add<TColumns>(TFactor.Load512(x + aRow2), b0, b1, b2, b3);
                    x += aRow3;
                    if (TRows.Value > 6) r6.Add<TColumns>(TFactor.Load512(x), b0, b1, b2, b3);
                    if (TRows.Value > 7) r7.Add<TColumns>(TFactor.Load512(x + aRow), b0, b1, b2, b3);
                    if (TRows.Value > 8) r8.Add<TColumns>(TFactor.Load512(x + aRow2), b0, b1, b2, b3);
                    x += aRow3;
                    if (TRows.Value > 9) r9.Add<TColumns>(TFactor.Load512(x), b0, b1, b2, b3);
                    if (TRows.Value > 10) r10.Add<TColumns>(TFactor.Load512(x + aRow), b0, b1, b2, b3);
                    if (TRows.Value > 11) r11.Add<TColumns>(TFactor.Load512(x + aRow2), b0, b1, b2, b3);
                }
                a += tile->AOuter;
                b += tile->BOuter;
            }
        }

        if (tile->Adds)
        {
            r0.AddTarget<TColumns>(tile, 0);
            if (TRows.Value > 1) r1.AddTarget<TColumns>(tile, 1);
            if (TRows.Value > 2) r2.AddTarget<TColumns>(tile, 2);
            if (TRows.Value > 3) r3.AddTarget<TColumns>(tile, 3);
            if (TRows.Value > 4) r4.AddTarget<TColumns>(tile, 4);
            if (TRows.Value > 5) r5.AddTarget<TColumns>(tile, 5);
            if (TRows.Value > 6) r6.AddTarget<TColumns>(tile, 6);
            if (TRows.Value > 7) r7.AddTarget<TColumns>(tile, 7);
            if (TRows.Value > 8) r8.AddTarget<TColumns>(tile, 8);
            if (TRows.Value > 9) r9.AddTarget<TColumns>(tile, 9);
            if (TRows.Value > 10) r10.AddTarget<TColumns>(tile, 10);
            if (TRows.Value > 11) r11.AddTarget<TColumns>(tile, 11);
        }
        r0.Store<TColumns>(tile, 0);
        if (TRows.Value > 1) r1.Store<TColumns>(tile, 1);
        if (TRows.Value > 2) r2.Store<TColumns>(tile, 2);
        if (TRows.Value > 3) r3.Store<TColumns>(tile, 3);
        if (TRows.Value > 4) r4.Store<TColumns>(tile, 4);
        if (TRows.Value > 5) r5.Store<TColumns>(tile, 5);
        if (TRows.Value > 6) r6.Store<TColumns>(tile, 6);
        if (TRows.Value > 7) r7.Store<TColumns>(tile, 7);
        if (TRows.Value > 8) r8.Store<TColumns>(tile, 8);
        if (TRows.Value > 9) r9.Store<TColumns>(tile, 9);
        if (TRows.Value > 10) r10.Store<TColumns>(tile, 10);
        if (TRows.Value > 11) r11.Store<TColumns>(tile, 11);
    }

    /// <summary>Four accumulators: no more, or the compiler keeps them in memory.</summary>
    struct Row
    {
        V c0, c1, c2, c3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TColumns>(V a, V b0, V b1, V b2, V b3) where TColumns : struct, ICount
        {
            c0 = Vector512.FusedMultiplyAdd(a, b0, c0);
            if (TColumns.Value > 1) c1 = Vector512.FusedMultiplyAdd(a, b1, c1);
            if (TColumns.Value > 2) c2 = Vector512.FusedMultiplyAdd(a, b2, c2);
            if (TColumns.Value > 3) c3 = Vector512.FusedMultiplyAdd(a, b3, c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load<TColumns>(Tile* tile, int row) where TColumns : struct, ICount
        {
            nint at = tile->CStart + row * tile->CRow;
            c0 = Vector512.Load(tile->C0 + at);
            if (TColumns.Value > 1) c1 = Vector512.Load(tile->C1 + at);
            if (TColumns.Value > 2) c2 = Vector512.Load(tile->C2 + at);
            if (TColumns.Value > 3) c3 = Vector512.Load(tile->C3 + at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddTarget<TColumns>(Tile* tile, int row) where TColumns : struct, ICount
        {
            nint at = tile->CStart + row * tile->CRow;
            c0 += Vector512.Load(tile->C0 + at);
            if (TColumns.Value > 1) c1 += Vector512.Load(tile->C1 + at);
            if (TColumns.Value > 2) c2 += Vector512.Load(tile->C2 + at);
            if (TColumns.Value > 3) c3 += Vector512.Load(tile->C3 + at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TColumns>(Tile* tile, int row) where TColumns : struct, ICount
        {
            nint at = tile->CStart + row * tile->CRow;
            V addend = Vector512.Create(tile->Addend(row));
            (c0 + addend).Store(tile->C0 + at);
            if (TColumns.Value > 1) (c1 + addend).Store(tile->C1 + at);
            if (TColumns.Value > 2) (c2 + addend).Store(tile->C2 + at);
            if (TColumns.Value > 3) (c3 + addend).Store(tile->C3 + at);
        }
    }
}
