using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// The register tile where vectors have 8 lanes: up to 6 rows × 2 vectors, 12 accumulators. The two vectors are the
/// halves of one column, or, lane-wise, the same half of two columns, so that they share the factor A. The same chains
/// as
/// <see cref="Tile512"/>.
/// </summary>
static unsafe class Tile256
{
    const int Half = 8;

    public static readonly nint[] Broadcast = Table<BroadcastFactor>();
    public static readonly nint[] Lanewise = Table<LanewiseFactor>();

    static nint[] Table<TFactor>() where TFactor : struct, IFactor =>
        [.. Rows<One, TFactor>(), .. Rows<Two, TFactor>(), .. Rows<Three, TFactor>(),
         .. Rows<Four, TFactor>(), .. Rows<Five, TFactor>(), .. Rows<Six, TFactor>()];

    static nint[] Rows<TRows, TFactor>() where TRows : struct, ICount where TFactor : struct, IFactor =>
    [
        (nint)(delegate*<Tile*, void>)&Run<TRows, One, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Two, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Three, TFactor>,
        (nint)(delegate*<Tile*, void>)&Run<TRows, Four, TFactor>,
    ];

    static void Run<TRows, TColumns, TFactor>(Tile* tile)
        where TRows : struct, ICount where TColumns : struct, ICount where TFactor : struct, IFactor
    {
        float** b = &tile->B0, c = &tile->C0;
        if (!TFactor.IsLanewise)
        {
            for (int j = 0; j < TColumns.Value; j++)
                Pair<TRows, TFactor>(tile, 0, b[j], b[j] + Half, c[j], c[j] + Half);
            return;
        }
        for (int j = 0; j < TColumns.Value; j += 2)
        {
            // An odd column is its own partner: computed twice, to the same value in the same place.
            int k = Math.Min(j + 1, TColumns.Value - 1);
            Pair<TRows, TFactor>(tile, 0, b[j], b[k], c[j], c[k]);
            Pair<TRows, TFactor>(tile, Half, b[j] + Half, b[k] + Half, c[j] + Half, c[k] + Half);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Pair<TRows, TFactor>(Tile* tile, nint aStart, float* p0, float* p1, float* c0, float* c1)
        where TRows : struct, ICount where TFactor : struct, IFactor
    {
        Row r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        nint cRow = tile->CRow;
        c0 += tile->CStart;
        c1 += tile->CStart;
        if (tile->Accumulate)
        {
            r0.Load(c0, c1);
            if (TRows.Value > 1) r1.Load(c0 + cRow, c1 + cRow);
            if (TRows.Value > 2) r2.Load(c0 + 2 * cRow, c1 + 2 * cRow);
            if (TRows.Value > 3) r3.Load(c0 + 3 * cRow, c1 + 3 * cRow);
            if (TRows.Value > 4) r4.Load(c0 + 4 * cRow, c1 + 4 * cRow);
            if (TRows.Value > 5) r5.Load(c0 + 5 * cRow, c1 + 5 * cRow);
        }

        nint aRow = tile->ARow, aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        Step* end = tile->Steps + tile->Inner;
        for (nint g = 0; g < tile->Groups; g++)
        {
            float* a = tile->A + g * tile->AGroup + aStart;
            nint b = tile->BStart + g * tile->BGroup;
            for (nint o = tile->Outer; o > 0; o--)
            {
                for (Step* step = tile->Steps; step < end; step++)
                {
                    float* x = a + step->A;
                    nint k = b + step->B;
                    Vector256<float> b0 = Vector256.Load(p0 + k), b1 = Vector256.Load(p1 + k);
                    r0.Add(TFactor.Load256(x), b0, b1);
                    if (TRows.Value > 1) r1.Add(TFactor.Load256(x + aRow), b0, b1);
                    if (TRows.Value > 2) r2.Add(TFactor.Load256(x + aRow2), b0, b1);
                    x += aRow3;
                    if (TRows.Value > 3) r3.Add(TFactor.Load256(x), b0, b1);
                    if (TRows.Value > 4) r4.Add(TFactor.Load256(x + aRow), b0, b1);
                    if (TRows.Value > 5) r5.Add(TFactor.Load256(x + aRow2), b0, b1);
                }
                a += tile->AOuter;
                b += tile->BOuter;
            }
        }

        if (tile->Adds)
        {
            r0.AddTarget(c0, c1);
            if (TRows.Value > 1) r1.AddTarget(c0 + cRow, c1 + cRow);
            if (TRows.Value > 2) r2.AddTarget(c0 + 2 * cRow, c1 + 2 * cRow);
            if (TRows.Value > 3) r3.AddTarget(c0 + 3 * cRow, c1 + 3 * cRow);
            if (TRows.Value > 4) r4.AddTarget(c0 + 4 * cRow, c1 + 4 * cRow);
            if (TRows.Value > 5) r5.AddTarget(c0 + 5 * cRow, c1 + 5 * cRow);
        }
        r0.Store(c0, c1, tile->Addend(0));
        if (TRows.Value > 1) r1.Store(c0 + cRow, c1 + cRow, tile->Addend(1));
        if (TRows.Value > 2) r2.Store(c0 + 2 * cRow, c1 + 2 * cRow, tile->Addend(2));
        if (TRows.Value > 3) r3.Store(c0 + 3 * cRow, c1 + 3 * cRow, tile->Addend(3));
        if (TRows.Value > 4) r4.Store(c0 + 4 * cRow, c1 + 4 * cRow, tile->Addend(4));
        if (TRows.Value > 5) r5.Store(c0 + 5 * cRow, c1 + 5 * cRow, tile->Addend(5));
    }

    struct Row
    {
        Vector256<float> v0, v1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<float> a, Vector256<float> b0, Vector256<float> b1)
        {
            v0 = Vector256.FusedMultiplyAdd(a, b0, v0);
            v1 = Vector256.FusedMultiplyAdd(a, b1, v1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(float* c0, float* c1)
        {
            v0 = Vector256.Load(c0);
            v1 = Vector256.Load(c1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddTarget(float* c0, float* c1)
        {
            v0 += Vector256.Load(c0);
            v1 += Vector256.Load(c1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* c0, float* c1, float addend)
        {
            (v0 + Vector256.Create(addend)).Store(c0);
            (v1 + Vector256.Create(addend)).Store(c1);
        }
    }
}
