using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Winograd
{
    /// <summary>
    /// dw[k][c] = Gᵀ [Σ (Bᵀ d B) ⊙ (A δ Aᵀ)] G, summed over the groups of 16 samples named, for the filters and channels
    /// named: x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C][3][3].
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
                work.Run(k, filters.Size(i), c, channels.Size(j), groupFrom, groupTo);
        }
    }

    /// <summary>
    /// A block of the weight gradient. In the products rows are channels, columns filters in lanes, terms samples of
    /// tiles.
    /// </summary>
    ref struct WeightSums
    {
        public float* X, Dy, Dw;
        readonly ConvShape shape;
        readonly WinogradGrid grid;
        readonly Scratch scratch;
        TileBatch batch;

        public WeightSums(ConvShape shape, Floats memory)
        {
            this.shape = shape;
            grid = WinogradGrid.Forward(shape);
            scratch = new(memory.Pointer);
            new Span<float>(scratch.Zeros, Patch * Tile.Lanes).Clear();
        }

        public void Run(int filter, int filters, int channel, int channels, int groupFrom, int groupTo)
        {
            int vectors = Vectors(filters), first = groupFrom * grid.Tiles, count = groupTo * grid.Tiles - first;
            if (count == 0)
                new Span<float>(scratch.C, Elements * Plane).Clear();
            Cut tiles = new(count, TileBlock);
            for (int tile = 0, part = 0; tile < count; tile += tiles.Size(part), part++)
            {
                batch.Set(grid, first + tile, tiles.Size(part), (nint)shape.InputLength, (nint)shape.OutputLength);
                TransformPatches(scratch, batch, X + (nint)channel * shape.InputPlane, shape.InputPlane, channels);
                Products products = new(
                    ARow: batch.Count * Tile.Lanes, ATerm: 1, BTerm: vectors * Tile.Lanes, CRow: vectors * Tile.Lanes);
                if (Vector512.IsHardwareAccelerated)
                    TransformGradients<Lanes512>(filter, filters);
                else
                    TransformGradients<Lanes256>(filter, filters);
                products.Run(scratch, scratch.B, scratch.A, scratch.C, channels, vectors, batch.Count * Tile.Lanes, tile > 0);
            }
            if (Vector512.IsHardwareAccelerated)
                TransformSums<Lanes512>(filter, filters, channel, channels);
            else
                TransformSums<Lanes256>(filter, filters, channel, channels);
        }

        /// <summary>A = A δ Aᵀ: [element][tile][sample][filter], filters in whole vectors.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformGradients<T>(int filter, int filters) where T : struct, ILanes<T>
        {
            const int Side = WinogradGrid.Side, Pixel = Tile.Lanes * Tile.Lanes;
            nint stride = Vectors(filters) * Tile.Lanes;
            for (int j = 0; j < batch.Count; j++)
            {
                ref readonly WinogradTile tile = ref batch[j];
                for (int k = 0; k < filters; k += Tile.Lanes)
                {
                    float* from = Dy + tile.Target + (nint)(filter + k) * shape.OutputPlane;
                    int lanes = Math.Min(Tile.Lanes, filters - k);
                    if (tile.Rows < Side || tile.Columns < Side || lanes < Tile.Lanes)
                        new Span<float>(scratch.Turned, Side * Side * Pixel).Clear();
                    for (int row = 0; row < tile.Rows; row++)
                    {
                        for (int column = 0; column < tile.Columns; column++)
                        {
                            Transposition.Matrix(from + row * tile.TargetRow + column * Tile.Lanes, shape.OutputPlane,
                                scratch.Turned + (row * Side + column) * Pixel, Tile.Lanes, lanes, Tile.Lanes);
                        }
                    }
                    float* to = scratch.A + j * Tile.Lanes * stride + k;
                    for (int n = 0; n < Tile.Lanes; n++, to += stride)
                    {
                        WinogradTransform.Apply<T, OutputGradientTransform>(
                            scratch.Turned + n * Tile.Lanes, Side * Pixel, Pixel, scratch.Between, to, Patch * Plane, Plane);
                    }
                }
            }
        }

        /// <summary>Gᵀ M G and back to plain weights: 16 filters at a time, [channel][tap][16] turned into rows.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        readonly void TransformSums<T>(int filter, int filters, int channel, int channels) where T : struct, ILanes<T>
        {
            nint stride = Vectors(filters) * Tile.Lanes, filterStep = (nint)shape.Channels * Taps;
            for (int k = 0; k < filters; k += Tile.Lanes)
            {
                for (int c = 0; c < channels; c++)
                {
                    float* to = scratch.Turned + c * Taps * Tile.Lanes;
                    WinogradTransform.Apply<T, WindowGradientTransform>(scratch.C + c * stride + k, Patch * Plane, Plane,
                        scratch.Between, to, 3 * Tile.Lanes, Tile.Lanes);
                    for (nint i = 0; i < Taps * Tile.Lanes; i += T.Count)
                        T.Store(T.Load(to + i) + 0f, to + i);
                }
                Transposition.Matrix(scratch.Turned, Tile.Lanes,
                    Dw + (filter + k) * filterStep + (nint)channel * Taps, filterStep,
                    channels * Taps, Math.Min(Tile.Lanes, filters - k));
            }
        }
    }
}
