using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Winograd
{
    /// <summary>
    /// y = x ∗ w for the groups of 16 samples and the filters named:
    /// x [G][C][H][W][16], w [K][C][3][3], y [G][K][OH][OW][16].
    /// Bits: U = G w Gᵀ, V = Bᵀ d B, per element and tile one chain of fused multiply-adds U · V over c from +0, + 0,
    /// and Aᵀ M A, plus <paramref name="bias"/> [K], if there is one. Lanes do not meet: NaN in a sample stays in that
    /// sample.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, a range lies outside it, or the scratch memory is too small.
    /// </exception>
    public static void Forward(
        ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int filterFrom, int filterTo,
        Floats scratch, Floats bias = default)
    {
        Check(shape, x, w, y, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Correlation work = new(scratch)
        {
            Grid = WinogradGrid.Forward(shape),
            Source = x.Pointer,
            SourcePlane = shape.InputPlane,
            Terms = shape.Channels,
            Target = y.Pointer,
            TargetPlane = shape.OutputPlane,
            Targets = shape.Filters,
            Windows = w.Pointer,
            Channels = shape.Channels,
            FiltersAreRows = true,
            Bias = Convolution.Biases(shape, bias),
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
            Source = dy.Pointer,
            SourcePlane = shape.OutputPlane,
            Terms = shape.Filters,
            Target = dx.Pointer,
            TargetPlane = shape.InputPlane,
            Targets = shape.Channels,
            Windows = w.Pointer,
            Channels = shape.Channels,
            FiltersAreRows = false,
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
        public WinogradGrid Grid;
        public float* Source, Target, Windows;
        public int SourcePlane, TargetPlane, Terms, Targets, Channels;

        /// <summary>Forward: rows are filters. Gradient: rows are channels and windows are turned.</summary>
        public bool FiltersAreRows;

        /// <summary>One for every plane of the target; null: none.</summary>
        public float* Bias;
        readonly Scratch scratch;
        TileBatch batch;
        int row, rows, term, terms;

        public Correlation(Floats memory)
        {
            scratch = new(memory.Pointer);
            new Span<float>(scratch.Zeros, Patch * Tile.Lanes).Clear();
        }

        public void Run(int groupFrom, int groupTo, int from, int to)
        {
            Cut cut = new(to - from, Block);
            int part = 0;
            for (row = from; row < to; row += rows)
            {
                rows = cut.Size(part++);
                if (Vector512.IsHardwareAccelerated)
                    Rows<Lanes512>(groupFrom * Grid.Tiles, groupTo * Grid.Tiles);
                else
                    Rows<Lanes256>(groupFrom * Grid.Tiles, groupTo * Grid.Tiles);
            }
        }

        void Rows<T>(int from, int to) where T : struct, ILanes<T>
        {
            Cut tileCut = new(to - from, TileBlock), termCut = new(Terms, Block);
            bool once = Terms <= Block;
            for (int tile = from, part = 0; tile < to; tile += batch.Count, part++)
            {
                batch.Set(Grid, tile, tileCut.Size(part), (nint)Terms * SourcePlane, (nint)Targets * TargetPlane);
                int termPart = 0;
                for (term = 0; term < Terms; term += terms)
                {
                    terms = termCut.Size(termPart++);
                    bool isNew = !once || part == 0;
                    if (isNew)
                        TurnWeights();
                    Pair<T, FirstPair>(isNew, once);
                    Pair<T, SecondPair>(isNew, once);
                    Pair<T, ThirdPair>(isNew, once);
                }
                TransformSums<T>();
            }
        }

        /// <summary>Two rows of elements: both factors and their product.</summary>
        readonly void Pair<T, TPair>(bool isNew, bool keep) where T : struct, ILanes<T> where TPair : struct, IRowPair
        {
            float* weights = scratch.Weights + (keep ? TPair.Index * 2 * Patch * Plane : 0);
            if (isNew)
                TransformWeights<T, TPair>(weights);
            TransformPatches<T, TPair>(scratch, batch, Source + (nint)term * SourcePlane, SourcePlane, terms);
            nint columns = batch.Count * Tile.Lanes, filters = Filters * Tile.Lanes;
            Products products = FiltersAreRows
                ? new(ARow: 1, ATerm: filters, BTerm: columns, CRow: columns)
                : new(ARow: filters, ATerm: 1, BTerm: columns, CRow: columns);
            products.Run<TPair>(scratch, weights, scratch.Pixels, rows, batch.Count, terms, term > 0);
        }

        /// <summary>The block's filters, in vectors.</summary>
        readonly int Filters => Vectors(FiltersAreRows ? rows : terms);

        /// <summary>[16 filters][channel][tap][16]</summary>
        readonly void TurnWeights()
        {
            (int filter, int filters) = FiltersAreRows ? (row, rows) : (term, terms);
            (int channel, int channels) = FiltersAreRows ? (term, terms) : (row, rows);
            nint filterStep = (nint)Channels * Taps;
            for (int k = 0; k < filters; k += Tile.Lanes)
            {
                Transposition.Matrix(Windows + (filter + k) * filterStep + (nint)channel * Taps, filterStep,
                    scratch.Turned + k * channels * Taps, Tile.Lanes,
                    Math.Min(Tile.Lanes, filters - k), channels * Taps);
            }
        }

        /// <summary>[element][channel][filter], filters in whole vectors.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformWeights<T, TPair>(float* to) where T : struct, ILanes<T> where TPair : struct, IRowPair
        {
            int channels = FiltersAreRows ? terms : rows, vectors = Filters;
            nint tap = FiltersAreRows ? Tile.Lanes : -Tile.Lanes;
            float* from = scratch.Turned + (FiltersAreRows ? 0 : (Taps - 1) * Tile.Lanes);
            for (int k = 0; k < vectors; k++)
            {
                for (int c = 0; c < channels; c++, from += Taps * Tile.Lanes)
                {
                    WinogradTransform.Rows<T, WindowTransform, TPair>(
                        from, 3 * tap, tap, to + (c * vectors + k) * Tile.Lanes, Patch * Plane, Plane);
                }
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformSums<T>() where T : struct, ILanes<T>
        {
            const int Side = WinogradGrid.Side;
            float* from = scratch.Sums, whole = scratch.Turned;
            for (int r = 0; r < rows; r++)
            {
                float addend = Bias == null ? WinogradTransform.Nothing : Bias[row + r];
                for (int j = 0; j < batch.Count; j++, from += Tile.Lanes)
                {
                    ref readonly WinogradTile tile = ref batch[j];
                    float* target = Target + tile.Target + (nint)(row + r) * TargetPlane;
                    bool ragged = tile.Rows < Side || tile.Columns < Side;
                    float* to = ragged ? whole : target;
                    nint toRow = ragged ? Side * Tile.Lanes : tile.TargetRow;
                    OutputRows<T, FirstPair>(from, to, toRow, addend);
                    OutputRows<T, SecondPair>(from, to + toRow, toRow, addend);
                    for (int i = 0; ragged && i < tile.Rows; i++)
                    {
                        new Span<float>(whole + i * Side * Tile.Lanes, tile.Columns * Tile.Lanes)
                            .CopyTo(new(target + i * tile.TargetRow, tile.Columns * Tile.Lanes));
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void OutputRows<T, TPair>(float* from, float* to, nint toRow, float addend)
            where T : struct, ILanes<T> where TPair : struct, IRowPair =>
            WinogradTransform.Rows<T, OutputTransform, TPair>(
                from, Patch * Plane, Plane, to, 2 * toRow, Tile.Lanes, addend);
    }

    /// <summary>Two rows of elements of V: [element][plane][tile][16] of some planes of the source.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void TransformPatches<T, TPair>(
        in Scratch scratch, in TileBatch batch, float* source, nint plane, int planes)
        where T : struct, ILanes<T> where TPair : struct, IRowPair
    {
        float** rows = stackalloc float*[Patch];
        float* to = scratch.Pixels;
        for (int p = 0; p < planes; p++, source += plane)
        {
            for (int j = 0; j < batch.Count; j++, to += Tile.Lanes)
            {
                ref readonly WinogradTile tile = ref batch[j];
                float* row = source + tile.Source;
                for (int i = 0; i < Patch; i++, row += tile.SourceRow)
                    rows[i] = i >= tile.RowFrom && i < tile.RowTo ? row : scratch.Zeros;
                WinogradTransform.Rows<T, PatchTransform, TPair>(
                    rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], Tile.Lanes, tile.ColumnFrom, tile.ColumnTo,
                    to, Patch * Plane, Plane);
            }
        }
    }

    static int Vectors(int floats) => (floats + Tile.Lanes - 1) / Tile.Lanes;
}
