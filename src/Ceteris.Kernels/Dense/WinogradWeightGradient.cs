using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Winograd
{
    /// <summary>
    /// dw[k][c] = Gᵀ [Σ (Bᵀ d B) ⊙ (A δ Aᵀ)] G, summed over the groups of 16 samples named, for the filters and
    /// channels named: x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C][3][3].
    /// Bits: per element one chain of fused multiply-adds over (group, tile, lane) in index order from +0, + 0, the
    /// transform, + 0. A sum over several ranges of groups is for the caller, by a fixed tree. The padding lanes of the
    /// last group must be zero in x and in dy.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, a range lies outside it, or the scratch memory is too small.
    /// </exception>
    public static void WeightGradient(
        ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int channelFrom, int channelTo,
        int groupFrom, int groupTo, Floats scratch)
    {
        Check(shape, x, dw, dy, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Border.Range(channelFrom, channelTo, shape.Channels);
        WeightSums work = new(shape, scratch) { X = x.Pointer, Dy = dy.Pointer, Dw = dw.Pointer };
        Cut filters = new(filterTo - filterFrom, Block), channels = new(channelTo - channelFrom, Block);
        for (int k = filterFrom, i = 0; k < filterTo; k += filters.Size(i), i++)
        {
            for (int c = channelFrom, j = 0; c < channelTo; c += channels.Size(j), j++)
            {
                if (Vector512.IsHardwareAccelerated)
                    work.Run<Lanes512>(k, filters.Size(i), c, channels.Size(j), groupFrom, groupTo);
                else
                    work.Run<Lanes256>(k, filters.Size(i), c, channels.Size(j), groupFrom, groupTo);
            }
        }
    }

    /// <summary>
    /// A block of the weight gradient. In the products rows are channels, columns filters in lanes, terms samples of
    /// tiles.
    /// </summary>
    ref struct WeightSums
    {
        const int Side = WinogradGrid.Side, Pixel = Tile.Lanes * Tile.Lanes, Pixels = Side * Side;

        public float* X, Dy, Dw;
        readonly ConvShape shape;
        readonly WinogradGrid grid;
        readonly Scratch scratch;
        TileBatch batch;
        int filter, filters, channel, channels;

        public WeightSums(ConvShape shape, Floats memory)
        {
            this.shape = shape;
            grid = WinogradGrid.Forward(shape);
            scratch = new(memory.Pointer);
            new Span<float>(scratch.Zeros, Patch * Tile.Lanes).Clear();
        }

        public void Run<T>(int filter, int filters, int channel, int channels, int groupFrom, int groupTo)
            where T : struct, ILanes<T>
        {
            (this.filter, this.filters, this.channel, this.channels) = (filter, filters, channel, channels);
            int first = groupFrom * grid.Tiles, count = groupTo * grid.Tiles - first;
            if (count == 0)
                new Span<float>(scratch.Sums, Elements * Plane).Clear();
            Cut tiles = new(count, TileBlock);
            for (int tile = 0, part = 0; tile < count; tile += batch.Count, part++)
            {
                batch.Set(grid, first + tile, tiles.Size(part), (nint)shape.InputLength, (nint)shape.OutputLength);
                TurnGradients();
                Pair<T, FirstPair>(tile > 0);
                Pair<T, SecondPair>(tile > 0);
                Pair<T, ThirdPair>(tile > 0);
            }
            TransformSums<T>();
        }

        /// <summary>Two rows of elements: both factors and their product.</summary>
        readonly void Pair<T, TPair>(bool accumulate) where T : struct, ILanes<T> where TPair : struct, IRowPair
        {
            int vectors = Vectors(filters), terms = batch.Count * Tile.Lanes;
            TransformGradients<T, TPair>();
            TransformPatches<T, TPair>(
                scratch, batch, X + (nint)channel * shape.InputPlane, shape.InputPlane, channels);
            new Products(ARow: terms, ATerm: 1, BTerm: vectors * Tile.Lanes, CRow: vectors * Tile.Lanes)
                .Run<TPair>(scratch, scratch.Pixels, scratch.Weights, channels, vectors, terms, accumulate);
        }

        /// <summary>
        /// The tiles δ: [tile][16 filters][pixel][sample][filter], zero beyond the image and the filters.
        /// </summary>
        readonly void TurnGradients()
        {
            for (int k = 0; k < filters; k += Tile.Lanes)
            {
                int lanes = Math.Min(Tile.Lanes, filters - k);
                // Row by row over all tiles, the order in which the pixels lie.
                for (int row = 0; row < Side; row++)
                {
                    float* to = scratch.Turned + k / Tile.Lanes * Pixels * Pixel;
                    for (int j = 0; j < batch.Count; j++, to += Vectors(filters) * Pixels * Pixel)
                        TurnGradients(batch[j], row, k, lanes, to);
                }
            }
        }

        /// <summary>A row of pixels of one tile, of up to 16 filters.</summary>
        readonly void TurnGradients(in WinogradTile tile, int row, int k, int lanes, float* to)
        {
            to += row * Side * Pixel;
            if (row >= tile.Rows || tile.Columns < Side || lanes < Tile.Lanes)
                new Span<float>(to, Side * Pixel).Clear();
            if (row >= tile.Rows)
                return;
            float* from = Dy + tile.Target + row * tile.TargetRow + (nint)(filter + k) * shape.OutputPlane;
            for (int column = 0; column < tile.Columns; column++, from += Tile.Lanes, to += Pixel)
                Transposition.Matrix(from, shape.OutputPlane, to, Tile.Lanes, lanes, Tile.Lanes);
        }

        /// <summary>
        /// Two rows of elements of A δ Aᵀ: [element][tile][sample][filter], filters in whole vectors.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformGradients<T, TPair>() where T : struct, ILanes<T> where TPair : struct, IRowPair
        {
            int vectors = Vectors(filters);
            float* from = scratch.Turned;
            for (int j = 0; j < batch.Count; j++)
            {
                for (int k = 0; k < vectors; k++, from += Pixels * Pixel)
                {
                    float* to = scratch.Weights + (j * Tile.Lanes * vectors + k) * Tile.Lanes;
                    for (int n = 0; n < Tile.Lanes; n++, to += vectors * Tile.Lanes)
                    {
                        WinogradTransform.Rows<T, OutputGradientTransform, TPair>(
                            from + n * Tile.Lanes, Side * Pixel, Pixel, to, Patch * Plane, Plane);
                    }
                }
            }
        }

        /// <summary>
        /// Gᵀ M G and back to plain weights: 16 filters at a time, [channel][tap][16] turned into rows.
        /// </summary>
        readonly void TransformSums<T>() where T : struct, ILanes<T>
        {
            int vectors = Vectors(filters);
            nint filterStep = (nint)shape.Channels * Taps;
            for (int k = 0; k < vectors; k++)
            {
                for (int c = 0; c < channels; c++)
                {
                    float* from = scratch.Sums + (c * vectors + k) * Tile.Lanes;
                    float* to = scratch.Turned + c * Taps * Tile.Lanes;
                    WindowRows<T, FirstPair>(from, to);
                    WindowRows<T, SecondPair>(from, to + 3 * Tile.Lanes);
                    for (int i = 0; i < Taps * Tile.Lanes; i += T.Count)
                        T.Store(T.Load(to + i) + 0f, to + i);
                }
                Transposition.Matrix(scratch.Turned, Tile.Lanes,
                    Dw + (filter + k * Tile.Lanes) * filterStep + (nint)channel * Taps, filterStep,
                    channels * Taps, Math.Min(Tile.Lanes, filters - k * Tile.Lanes));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void WindowRows<T, TPair>(float* from, float* to)
            where T : struct, ILanes<T> where TPair : struct, IRowPair
        {
            WinogradTransform.Rows<T, WindowGradientTransform, TPair>(
                from, Patch * Plane, Plane, to, 2 * 3 * Tile.Lanes, Tile.Lanes);
        }
    }
}
