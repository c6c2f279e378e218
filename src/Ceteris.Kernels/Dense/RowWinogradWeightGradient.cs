using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class RowWinograd
{
    /// <summary>
    /// dw[k][c][r] = Gᵀ [Σ (Bᵀ d) ⊙ (A δ)], summed over the groups of 16 samples named, for the filters and channels
    /// named: x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C][R][S].
    /// Bits: for <see cref="GroupsTogether"/> groups at a time per lane one chain of fused multiply-adds over (g, oy,
    /// tile) in index order from +0, rows outside the image being zeros, then the tree of lanes (i and i + 8, then + 4,
    /// + 2, + 1), + 0; these are added up in order; then Gᵀ, + 0. A sum over several ranges of groups is for the
    /// caller, by a fixed tree. The padding lanes of the last group must be zero in x and in dy.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The shape is none that tiles can do, a view has not the length it says, a range lies outside it, or the scratch
    /// memory is too small.
    /// </exception>
    public static void WeightGradient(
        ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int channelFrom, int channelTo,
        int groupFrom, int groupTo, Floats scratch)
    {
        Check(shape, x, dw, dy, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Border.Range(channelFrom, channelTo, shape.Channels);
        Cut filters = new(filterTo - filterFrom, WeightSums.FilterBlock(shape));
        for (int filter = filterFrom, part = 0; filter < filterTo; filter += filters.Size(part++))
        {
            (int From, int To) some = (filter, filter + filters.Size(part));
            WeightSums sums = new(shape, some, (channelFrom, channelTo), scratch)
            {
                X = x.Pointer,
                Dy = dy.Pointer,
                Dw = dw.Pointer,
            };
            sums.Run(groupFrom, groupTo);
        }
    }

    /// <summary>
    /// The sums of the eight elements, [element][filter][channel][row], for some filters and channels: some groups of
    /// samples at a time, lane by lane; what they give is added up.
    /// </summary>
    readonly ref struct WeightSums(
        ConvShape shape, (int From, int To) filterRange, (int From, int To) channelRange, Floats scratch)
    {
        /// <summary>
        /// Pairs of a channel and a row of a window whose sums per lane stay in the first-level cache.
        /// </summary>
        const int ColumnsTogether = Tile.Lanes;

        /// <summary>Floats of transformed gradients that there are at a time: 16 MiB.</summary>
        const long MostGradients = 1 << 22;

        readonly RowTiles tiles = Of(shape);
        readonly int filters = filterRange.To - filterRange.From, windowElement = WindowElement(shape);

        /// <summary>Channels that go together, so that their pixels have room.</summary>
        readonly int block = ChannelBlock(shape);
        readonly nint gradientElement = GradientElement(shape), pixelElement = PixelElement(shape);
        readonly float* edge = scratch.Pointer;

        public float* X { get; init; }

        public float* Dy { get; init; }

        public float* Dw { get; init; }

        float* Totals => edge + 2 * Edge;

        float* Parts => Totals + Elements * windowElement;

        float* Gradients => Parts + Elements * windowElement;

        float* Pixels => Gradients + Elements * gradientElement;

        float* LaneSums => Pixels + Elements * pixelElement;

        public static long ScratchFloats(ConvShape shape) => 2 * Edge
            + Elements * (2L * WindowElement(shape) + GradientElement(shape) + PixelElement(shape))
            + Tile.MaxRows * ColumnsTogether * Tile.Lanes;

        /// <summary>Filters that go together: all, unless images are large and would need much memory.</summary>
        public static int FilterBlock(ConvShape shape)
        {
            long filter = (long)Elements * Of(shape).GroupsTogether * Of(shape).GradientPlane;
            return (int)Math.Clamp(MostGradients / filter, Math.Min(Tile.MaxRows, shape.Filters), shape.Filters);
        }

        static int GradientElement(ConvShape shape) =>
            RowTiles.Plane(Of(shape).GroupsTogether * (long)FilterBlock(shape) * Of(shape).GradientPlane);

        static int PixelElement(ConvShape shape) => RowTiles.Plane(
            Of(shape).GroupsTogether * (long)ChannelBlock(shape) * Of(shape).PixelPlane);

        static int ChannelBlock(ConvShape shape)
        {
            long channel = (long)Elements * Of(shape).GroupsTogether * Of(shape).PixelPlane;
            return (int)Math.Clamp(RowTiles.Room / channel, Math.Min(Tile.MaxColumns, shape.Channels), shape.Channels);
        }

        int Channels => channelRange.To - channelRange.From;

        /// <summary>Floats of one element.</summary>
        int Windows => filters * Channels * shape.KernelHeight;

        public void Run(int groupFrom, int groupTo)
        {
            if (Vector512.IsHardwareAccelerated)
                RunWith<Lanes512>(groupFrom, groupTo);
            else
                RunWith<Lanes256>(groupFrom, groupTo);
        }

        void RunWith<T>(int groupFrom, int groupTo) where T : struct, ILanes<T>
        {
            if (tiles.Side == 4)
                RunWith<T, Five, Four>(groupFrom, groupTo);
            else
                RunWith<T, Three, Six>(groupFrom, groupTo);
        }

        void RunWith<T, TWindow, TSide>(int groupFrom, int groupTo)
            where T : struct, ILanes<T> where TWindow : struct, ICount where TSide : struct, ICount
        {
            if (groupFrom == groupTo)
                new Span<float>(Totals, Elements * windowElement).Clear();
            for (int group = groupFrom, groups; group < groupTo; group += groups)
            {
                groups = Math.Min(tiles.GroupsTogether, groupTo - group);
                TransformGradients<T, TSide>(group, groups);
                Cut cut = new(Channels, block);
                for (int channel = 0, channels, part = 0; channel < Channels; channel += channels, part++)
                {
                    channels = cut.Size(part);
                    TransformPixels<T>(group, groups, channel, channels);
                    Products(groups, channel, channels, group == groupFrom ? Totals : Parts);
                }
                if (group > groupFrom)
                    AddParts<T>();
            }
            TransformSums<T, TWindow>();
        }

        /// <summary>[element][group][filter][row][tile][16]</summary>
        void TransformGradients<T, TSide>(int group, int groups)
            where T : struct, ILanes<T> where TSide : struct, ICount
        {
            RowTiling tiling = new(
                filters * shape.OutputHeight, shape.OutputWidth, 0, tiles.Side, tiles.Across, gradientElement, edge);
            float* from = Dy + group * (nint)shape.OutputLength + (nint)filterRange.From * shape.OutputPlane;
            for (int g = 0; g < groups; g++, from += shape.OutputLength)
                tiling.Gradients<T, TSide>(from, Gradients + g * (nint)filters * tiles.GradientPlane);
        }

        /// <summary>[element][group][channel][row][tile][16], with rows of zeros above and below the image.</summary>
        void TransformPixels<T>(int group, int groups, int channel, int channels) where T : struct, ILanes<T>
        {
            float* to = Pixels;
            for (int g = 0; g < groups; g++)
            {
                float* from = X + (group + g) * (nint)shape.InputLength
                    + (nint)(channelRange.From + channel) * shape.InputPlane;
                for (int c = 0; c < channels; c++, from += shape.InputPlane, to += tiles.PixelPlane)
                {
                    int above = Math.Min(shape.Rows.Padding, tiles.PixelRows);
                    int rows = Math.Min(shape.Height, tiles.PixelRows - above);
                    Clear(to, above);
                    RowTiling tiling = new(
                        rows, shape.Width, -shape.Columns.Padding, tiles.Side, tiles.Across, pixelElement, edge);
                    tiling.Patches<T>(from, to + above * RowFloats);
                    Clear(to + (above + rows) * RowFloats, tiles.PixelRows - above - rows);
                }
            }
        }

        int RowFloats => tiles.Across * Tile.Lanes;

        void Clear(float* to, int rows)
        {
            for (int e = 0; e < Elements && rows > 0; e++)
                new Span<float>(to + e * pixelElement, rows * RowFloats).Clear();
        }

        void Products(int groups, int channel, int channels, float* to)
        {
            Cut cut = new(filters, Tile.MaxRows);
            int columns = channels * shape.KernelHeight;
            Tile tile = new()
            {
                ARow = tiles.GradientPlane,
                AGroup = (nint)filters * tiles.GradientPlane,
                AOuter = RowFloats,
                BGroup = (nint)channels * tiles.PixelPlane,
                BOuter = shape.Rows.Stride * RowFloats,
                CRow = ColumnsTogether * Tile.Lanes,
                Steps = (Step*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(tiles.Steps)),
            };
            for (int e = 0; e < Elements; e++)
            {
                float* d = Gradients + e * gradientElement, v = Pixels + e * pixelElement;
                float* windows = to + e * windowElement + channel * shape.KernelHeight;
                for (int filter = 0, rows, part = 0; filter < filters; filter += rows, part++)
                {
                    rows = cut.Size(part);
                    for (int column = 0; column < columns; column += ColumnsTogether)
                    {
                        int count = Math.Min(ColumnsTogether, columns - column);
                        Sum(ref tile, d + filter * tiles.GradientPlane, v, rows, column, count, groups);
                        Reduce(windows + filter * Channels * shape.KernelHeight + column, rows, count);
                    }
                }
            }
        }

        /// <summary>The sums per lane of some filters and of pairs of a channel and a row.</summary>
        void Sum(ref Tile tile, float* d, float* v, int filters, int column, int columns, int groups)
        {
            tile.Accumulate = false;
            int together = tiles.RowsTogether < shape.OutputHeight ? 1 : groups;
            for (int group = 0; group < groups; group += together)
            {
                tile.Groups = together;
                Cut cut = new(shape.OutputHeight, tiles.RowsTogether);
                for (int row = 0, rows, part = 0; row < shape.OutputHeight; row += rows, part++)
                {
                    rows = cut.Size(part);
                    (tile.Inner, tile.Outer) = tiles.IsDense ? (rows * tiles.Across, 1) : (tiles.Across, rows);
                    tile.A = d + group * tile.AGroup + row * tile.AOuter;
                    float* x = v + group * tile.BGroup + row * tile.BOuter;
                    for (int j = 0; j < columns; j += Tile.MaxColumns)
                    {
                        int count = Math.Min(Tile.MaxColumns, columns - j);
                        for (int i = 0; i < count; i++)
                            tile.SetColumn(i, x + tiles.Origins[column + j + i], LaneSums + (j + i) * Tile.Lanes);
                        tile.RunLanewise(filters, count);
                    }
                    tile.Accumulate = true;
                }
            }
        }

        void Reduce(float* to, int filters, int columns)
        {
            float* from = LaneSums;
            for (int f = 0; f < filters; f++, from += ColumnsTogether * Tile.Lanes, to += Channels * shape.KernelHeight)
            {
                V sums = Lanes.Sum16(new(from, ColumnsTogether)) + V.Zero;
                if (columns == ColumnsTogether)
                {
                    sums.Store(to);
                    continue;
                }
                sums.Store(edge);
                new Span<float>(edge, columns).CopyTo(new(to, columns));
            }
        }

        void AddParts<T>() where T : struct, ILanes<T>
        {
            for (int e = 0; e < Elements; e++)
            {
                float* to = Totals + e * windowElement, part = Parts + e * windowElement;
                for (int i = 0; i < Windows; i += T.Count)
                    T.Store(T.Load(to + i) + T.Load(part + i), to + i);
            }
        }

        /// <summary>Gᵀ, and to plain weights.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        void TransformSums<T, TWindow>() where T : struct, ILanes<T> where TWindow : struct, ICount
        {
            int width = TWindow.Value, row = Channels * shape.KernelHeight;
            float* turned = edge + Edge;
            for (int filter = 0; filter < filters; filter++)
            {
                float* from = Totals + filter * row;
                float* to = Dw + ((nint)(filterRange.From + filter) * shape.Channels + channelRange.From) * shape.Taps;
                for (int left = row; left > 0; left -= Tile.Lanes, from += Tile.Lanes, to += Tile.Lanes * width)
                {
                    RowTransform.Interpolate<T, TWindow>(from, windowElement, turned, Tile.Lanes, isScaled: true);
                    for (int i = 0; i < width * Tile.Lanes; i += T.Count)
                        T.Store(T.Load(turned + i) + 0f, turned + i);
                    NarrowTransposition.ToRows(turned, left < Tile.Lanes ? edge : to, width);
                    if (left < Tile.Lanes)
                        new Span<float>(edge, left * width).CopyTo(new(to, left * width));
                }
            }
        }
    }
}
