using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Winograd
{
    /// <summary>
    /// y = x ∗ w for the groups of 16 samples and the filters named:
    /// x [G][C][H][W][16], w [K][C][3][3], y [G][K][OH][OW][16].
    /// Bits: U = G w Gᵀ, V = Bᵀ d B, per element and tile one chain of fused multiply-adds U · V over c from +0, + 0, and
    /// Aᵀ M A. Lanes do not meet: NaN in a sample stays in that sample.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, a range lies outside it, or the scratch memory is too small.
    /// </exception>
    public static void Forward(
        ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int filterFrom, int filterTo,
        Floats scratch)
    {
        Check(shape, x, w, y, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Correlation work = new(scratch)
        {
            Grid = WinogradGrid.Forward(shape),
            Source = x.Pointer, SourcePlane = shape.InputPlane, Terms = shape.Channels,
            Target = y.Pointer, TargetPlane = shape.OutputPlane, Targets = shape.Filters,
            Weights = w.Pointer, Channels = shape.Channels, FiltersAreRows = true,
        };
        work.Run(groupFrom, groupTo, filterFrom, filterTo);
    }

    /// <summary>
    /// dx for the groups of 16 samples and the channels named: the correlation of dy with the windows of w turned by
    /// half a turn, w [K][C][3][3], dy [G][K][OH][OW][16], dx [G][C][H][W][16]. Bits as <see cref="Forward"/>, the
    /// chain over k.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, a range lies outside it, or the scratch memory is too small.
    /// </exception>
    public static void InputGradient(
        ConvShape shape, Floats w, Floats dy, Floats dx, int groupFrom, int groupTo, int channelFrom, int channelTo,
        Floats scratch)
    {
        Check(shape, dx, w, dy, groupFrom, groupTo, scratch);
        Border.Range(channelFrom, channelTo, shape.Channels);
        Correlation work = new(scratch)
        {
            Grid = WinogradGrid.InputGradient(shape),
            Source = dy.Pointer, SourcePlane = shape.OutputPlane, Terms = shape.Filters,
            Target = dx.Pointer, TargetPlane = shape.InputPlane, Targets = shape.Channels,
            Weights = w.Pointer, Channels = shape.Channels, FiltersAreRows = false,
        };
        work.Run(groupFrom, groupTo, channelFrom, channelTo);
    }

    static void Check(ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, Floats scratch)
    {
        if (!Suits(shape.Rows) || !Suits(shape.Columns) || shape.Groups != 1)
            throw new ArgumentException("expected a 3×3 window with stride 1, undilated, in one group", nameof(shape));
        int groups = checked((int)(x.Length / shape.InputLength));
        Border.Length(x, groups * shape.InputLength);
        Border.Length(y, groups * shape.OutputLength);
        Border.Length(w, shape.WeightLength);
        Border.Range(groupFrom, groupTo, groups);
        Border.AtLeast(scratch, ScratchFloats);
    }

    /// <summary>
    /// Planes of the target from planes of the source, by blocks: rows are planes of the target, terms planes of the
    /// source, columns tiles. For more than one block of terms the sums are carried through memory.
    /// </summary>
    ref struct Correlation
    {
        public required WinogradGrid Grid;
        public float* Source, Target, Weights;
        public int SourcePlane, TargetPlane, Terms, Targets, Channels;

        /// <summary>Forward: rows are filters. Gradient: rows are channels and windows are turned.</summary>
        public bool FiltersAreRows;
        readonly Scratch scratch;
        TileBatch batch;

        public Correlation(Floats memory)
        {
            scratch = new(memory.Pointer);
            new Span<float>(scratch.Zeros, Patch * Tile.Lanes).Clear();
        }

        public void Run(int groupFrom, int groupTo, int from, int to)
        {
            Cut cut = new(to - from, Block);
            for (int row = from, part = 0; row < to; row += cut.Size(part), part++)
                Rows(groupFrom * Grid.Tiles, groupTo * Grid.Tiles, row, cut.Size(part));
        }

        void Rows(int tileFrom, int tileTo, int row, int rows)
        {
            Cut tiles = new(tileTo - tileFrom, TileBlock), terms = new(Terms, Block);
            bool once = Terms <= Block;
            if (once)
                TransformWeights(row, rows, 0, Terms);
            for (int tile = tileFrom, part = 0; tile < tileTo; tile += tiles.Size(part), part++)
            {
                batch.Set(Grid, tile, tiles.Size(part), (nint)Terms * SourcePlane, (nint)Targets * TargetPlane);
                for (int term = 0, termPart = 0, count; term < Terms; term += count, termPart++)
                {
                    count = terms.Size(termPart);
                    if (!once)
                        TransformWeights(row, rows, term, count);
                    TransformPatches(scratch, batch, Source + (nint)term * SourcePlane, SourcePlane, count);
                    Multiply(rows, count, term > 0);
                }
                if (Vector512.IsHardwareAccelerated)
                    TransformOutputs<Lanes512>(row, rows);
                else
                    TransformOutputs<Lanes256>(row, rows);
            }
        }

        readonly void TransformWeights(int row, int rows, int term, int terms)
        {
            if (FiltersAreRows)
                Winograd.TransformWeights(scratch, Weights, Channels, row, rows, term, terms, turned: false);
            else
                Winograd.TransformWeights(scratch, Weights, Channels, term, terms, row, rows, turned: true);
        }

        readonly void Multiply(int rows, int terms, bool accumulate)
        {
            nint columns = batch.Count * Tile.Lanes, filters = Vectors(FiltersAreRows ? rows : terms) * Tile.Lanes;
            Products products = FiltersAreRows
                ? new(ARow: 1, ATerm: filters, BTerm: columns, CRow: columns)
                : new(ARow: filters, ATerm: 1, BTerm: columns, CRow: columns);
            products.Run(scratch, scratch.A, scratch.B, scratch.C, rows, batch.Count, terms, accumulate);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformOutputs<T>(int row, int rows) where T : struct, ILanes<T>
        {
            float* from = scratch.C, whole = scratch.Turned;
            for (int r = 0; r < rows; r++)
            {
                for (int j = 0; j < batch.Count; j++, from += Tile.Lanes)
                {
                    ref readonly WinogradTile tile = ref batch[j];
                    float* to = Target + tile.Target + (nint)(row + r) * TargetPlane;
                    bool ragged = tile.Rows < WinogradGrid.Side || tile.Columns < WinogradGrid.Side;
                    WinogradTransform.Apply<T, OutputTransform>(from, Patch * Plane, Plane, scratch.Between,
                        ragged ? whole : to, ragged ? WinogradGrid.Side * Tile.Lanes : tile.TargetRow, Tile.Lanes);
                    if (!ragged)
                        continue;
                    for (int i = 0; i < tile.Rows; i++)
                    {
                        new Span<float>(whole + i * WinogradGrid.Side * Tile.Lanes, tile.Columns * Tile.Lanes)
                            .CopyTo(new(to + i * tile.TargetRow, tile.Columns * Tile.Lanes));
                    }
                }
            }
        }
    }

    /// <summary>Up to four tiles, of any samples, that go together.</summary>
    struct TileBatch
    {
        [InlineArray(TileBlock)]
        struct Tiles
        {
            WinogradTile first;
        }

        Tiles tiles;

        public int Count { get; private set; }

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public readonly ref readonly WinogradTile this[int index] => ref tiles[index];

        /// <summary>
        /// Tiles of all groups numbered through; <paramref name="sourceGroup"/> and <paramref name="targetGroup"/> are
        /// the floats of a group.
        /// </summary>
        public void Set(WinogradGrid grid, int first, int count, nint sourceGroup, nint targetGroup)
        {
            Count = count;
            for (int j = 0; j < count; j++)
            {
                (int group, int tile) = Math.DivRem(first + j, grid.Tiles);
                tiles[j] = grid.Tile(tile);
                tiles[j].Source += group * sourceGroup;
                tiles[j].Target += group * targetGroup;
            }
        }
    }

    /// <summary>B = V: [element][plane][tile][16] of some planes of the source.</summary>
    static void TransformPatches(in Scratch scratch, in TileBatch batch, float* source, nint plane, int planes)
    {
        if (Vector512.IsHardwareAccelerated)
            Patches<Lanes512>(scratch, batch, source, plane, planes);
        else
            Patches<Lanes256>(scratch, batch, source, plane, planes);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Patches<T>(in Scratch scratch, in TileBatch batch, float* source, nint plane, int planes)
        where T : struct, ILanes<T>
    {
        float** rows = stackalloc float*[Patch];
        float* to = scratch.B;
        for (int p = 0; p < planes; p++, source += plane)
        {
            for (int j = 0; j < batch.Count; j++, to += Tile.Lanes)
            {
                ref readonly WinogradTile tile = ref batch[j];
                float* row = source + tile.Source;
                for (int i = 0; i < Patch; i++, row += tile.SourceRow)
                    rows[i] = i >= tile.RowFrom && i < tile.RowTo ? row : scratch.Zeros;
                WinogradTransform.Patch<T>(rows, tile.ColumnFrom, tile.ColumnTo, scratch.Between, to, Plane);
            }
        }
    }

    /// <summary>A = U: [element][channel][filter], filters in whole vectors.</summary>
    static void TransformWeights(
        in Scratch scratch, float* w, int allChannels, int filter, int filters, int channel, int channels, bool turned)
    {
        if (Vector512.IsHardwareAccelerated)
            Windows<Lanes512>(scratch, w, allChannels, filter, filters, channel, channels, turned);
        else
            Windows<Lanes256>(scratch, w, allChannels, filter, filters, channel, channels, turned);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Windows<T>(
        in Scratch scratch, float* w, int allChannels, int filter, int filters, int channel, int channels, bool turned)
        where T : struct, ILanes<T>
    {
        nint filterStep = (nint)allChannels * Taps, stride = Vectors(filters) * Tile.Lanes;
        nint tap = turned ? -Tile.Lanes : Tile.Lanes;
        float* first = scratch.Turned + (turned ? (Taps - 1) * Tile.Lanes : 0);
        for (int k = 0; k < filters; k += Tile.Lanes)
        {
            float* from = w + (filter + k) * filterStep + (nint)channel * Taps;
            Transposition.Matrix(
                from, filterStep, scratch.Turned, Tile.Lanes, Math.Min(Tile.Lanes, filters - k), channels * Taps);
            for (int c = 0; c < channels; c++)
            {
                WinogradTransform.Apply<T, WindowTransform>(first + c * Taps * Tile.Lanes, 3 * tap, tap, scratch.Between,
                    scratch.A + c * stride + k, Patch * Plane, Plane);
            }
        }
    }

    static int Vectors(int floats) => (floats + Tile.Lanes - 1) / Tile.Lanes;
}
