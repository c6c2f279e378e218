using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class RowWinograd
{
    /// <summary>
    /// dw[k][c] = Gᵀ [Σ (Bᵀ x) ⊙ (A dy)], summed over the groups of 16 samples named, for the filters and channels
    /// named: x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C][R][S].
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
        WeightSums sums = new(shape, (filterFrom, filterTo), (channelFrom, channelTo), scratch)
        {
            X = x.Pointer,
            Dy = dy.Pointer,
            Dw = dw.Pointer,
        };
        sums.Run(groupFrom, groupTo);
    }

    /// <summary>
    /// The sums of the eight elements, [element][filter][channel][row], for some filters and channels: some groups of
    /// samples at a time, lane by lane; what they give is added up.
    /// </summary>
    readonly ref struct WeightSums(
        ConvShape shape, (int From, int To) filterRange, (int From, int To) channelRange, Floats scratch)
    {
        readonly RowTiles tiles = Tiles(shape);
        readonly int filters = filterRange.To - filterRange.From, windowElement = WindowElement(shape);

        /// <summary>Channels that go together, so that their pixels have room.</summary>
        readonly int block = ChannelBlock(shape);
        readonly int gradientElement = GradientElement(shape), pixelElement = PixelElement(shape);
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
            + Convolution.WeightGradientScratch(Tiles(shape).Sums);

        static int GradientElement(ConvShape shape) =>
            RowTiles.Plane(Tiles(shape).GroupsTogether * Tiles(shape).Sums.OutputLength);

        static int PixelElement(ConvShape shape) => RowTiles.Plane(
            Tiles(shape).GroupsTogether * (long)ChannelBlock(shape) * Tiles(shape).Sums.InputPlane);

        static int ChannelBlock(ConvShape shape)
        {
            long channel = (long)Elements * Tiles(shape).GroupsTogether * Tiles(shape).Sums.InputPlane;
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
                filters * shape.OutputHeight, shape.OutputWidth, 0, tiles.Side, Sums.Width, gradientElement, edge);
            float* from = Dy + group * (nint)shape.OutputLength + (nint)filterRange.From * shape.OutputPlane;
            for (int g = 0; g < groups; g++, from += shape.OutputLength)
                tiling.Gradients<T, TSide>(from, Gradients + g * (nint)filters * Sums.OutputPlane);
        }

        /// <summary>[element][group][channel][row][tile][16]</summary>
        void TransformPixels<T>(int group, int groups, int channel, int channels) where T : struct, ILanes<T>
        {
            RowTiling tiling = new(channels * shape.Height, shape.Width, -shape.Columns.Padding, tiles.Side, Sums.Width,
                pixelElement, edge);
            float* from = X + group * (nint)shape.InputLength
                + (nint)(channelRange.From + channel) * shape.InputPlane;
            for (int g = 0; g < groups; g++, from += shape.InputLength)
                tiling.Patches<T>(from, Pixels + g * (nint)channels * Sums.InputPlane);
        }

        ConvShape Sums => tiles.Sums;

        void Products(int groups, int channel, int channels, float* to)
        {
            for (int e = 0; e < Elements; e++)
            {
                Convolution.LaneSums sums = new(Sums)
                {
                    X = Pixels + e * pixelElement,
                    Dy = Gradients + e * gradientElement,
                    Dw = to + e * windowElement + channel * shape.KernelHeight,
                    XGroup = (nint)channels * Sums.InputPlane,
                    DyGroup = (nint)filters * Sums.OutputPlane,
                    DwFilter = (nint)Channels * shape.KernelHeight,
                    Sums = LaneSums,
                    ChannelTo = channels,
                    GroupTo = groups,
                };
                sums.Run(0, filters);
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
