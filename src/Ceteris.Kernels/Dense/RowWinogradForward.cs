using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class RowWinograd
{
    /// <summary>
    /// y = x ∗ w for the groups of 16 samples and the filters named:
    /// x [G][C][H][W][16], w [K][C][R][S], y [G][K][OH][OW][16].
    /// Bits: U = G g for every row of a window, V = Bᵀ d for every patch of a row; per element and tile chains of fused
    /// multiply-adds U · V over (c, r) from +0, rows outside the image left out, + 0, one for
    /// <see cref="PlanesPerSum"/> channels at a time, added up in order; then Aᵀ, plus <paramref name="bias"/> [K], if
    /// there is one. Lanes do not meet: NaN in a sample stays in that sample.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The shape is none that tiles can do, a view has not the length it says, a range lies outside it, or the scratch
    /// memory is too small.
    /// </exception>
    public static void Forward(
        ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int filterFrom, int filterTo,
        Floats scratch, Floats bias = default)
    {
        Check(shape, x, w, y, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        new Correlation(shape, isGradient: false, w, scratch, Convolution.Biases(shape, bias))
            .Run(x.Pointer, y.Pointer, groupFrom, groupTo, filterFrom, filterTo);
    }

    /// <summary>
    /// dx for the groups of 16 samples and the channels named: w [K][C][R][S], dy [G][K][OH][OW][16],
    /// dx [G][C][H][W][16].
    /// Bits: D = A δ for every tile of a row of dy; per element and tile chains of fused multiply-adds U · D over (k, r)
    /// from +0, rows that meet no output left out, + 0, one for <see cref="PlanesPerSum"/> filters at a time, added up
    /// in order; then B, and where patches overlap their sum, the left one plus the right one. Lanes do not meet.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The shape is none that tiles can do, a view has not the length it says, a range lies outside it, or the scratch
    /// memory is too small.
    /// </exception>
    public static void InputGradient(
        ConvShape shape, Floats w, Floats dy, Floats dx, int groupFrom, int groupTo, int channelFrom, int channelTo,
        Floats scratch)
    {
        Check(shape, dx, w, dy, groupFrom, groupTo, scratch);
        Border.Range(channelFrom, channelTo, shape.Channels);
        new Correlation(shape, isGradient: true, w, scratch)
            .Run(dy.Pointer, dx.Pointer, groupFrom, groupTo, channelFrom, channelTo);
    }

    static void Check(ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, Floats scratch)
    {
        long needed = ScratchFloats(shape);
        int groups = checked((int)(x.Length / shape.InputLength));
        Border.Length(x, groups * shape.InputLength);
        Border.Length(y, groups * shape.OutputLength);
        Border.Length(w, shape.WeightLength);
        Border.Range(groupFrom, groupTo, groups);
        Border.AtLeast(scratch, needed);
    }

    /// <summary>
    /// Both directions: the source transformed, for each element the direct way with an R × 1 window, the sums
    /// transformed to the target, where the outputs get their bias.
    /// </summary>
    readonly ref struct Correlation(
        ConvShape shape, bool isGradient, Floats w, Floats scratch, float* bias = null)
    {
        readonly RowPass pass = isGradient ? Of(shape).Gradient : Of(shape).Forward;
        readonly int side = Of(shape).Side, windowElement = WindowElement(shape);
        readonly int sourceWidth = isGradient ? shape.OutputWidth : shape.Width;
        readonly int targetWidth = isGradient ? shape.Width : shape.OutputWidth;
        readonly float* edge = scratch.Pointer;

        float* Windows => edge + 2 * Edge;

        float* Pixels => Windows + Elements * windowElement;

        float* Sums => Pixels + Elements * pass.SourceElement;

        public void Run(float* source, float* target, int groupFrom, int groupTo, int from, int to)
        {
            if (Vector512.IsHardwareAccelerated)
                RunWith<Lanes512>(source, target, groupFrom, groupTo, from, to);
            else
                RunWith<Lanes256>(source, target, groupFrom, groupTo, from, to);
        }

        void RunWith<T>(float* source, float* target, int groupFrom, int groupTo, int from, int to)
            where T : struct, ILanes<T>
        {
            if (side == 4)
                RunWith<T, Five, Four>(source, target, groupFrom, groupTo, from, to);
            else
                RunWith<T, Three, Six>(source, target, groupFrom, groupTo, from, to);
        }

        void RunWith<T, TWindow, TSide>(float* source, float* target, int groupFrom, int groupTo, int from, int to)
            where T : struct, ILanes<T> where TWindow : struct, ICount where TSide : struct, ICount
        {
            nint sourceGroup = (nint)pass.Sources * pass.SourceHeight * sourceWidth * Tile.Lanes;
            nint targetPlane = (nint)pass.TargetHeight * targetWidth * Tile.Lanes;
            TransformWindows<T, TWindow>(isGradient ? 0 : from, isGradient ? shape.Filters : to);
            Cut blocks = new(to - from, pass.Block);
            for (int group = groupFrom; group < groupTo; group++)
            {
                float* x = source + group * sourceGroup, y = target + group * pass.Targets * targetPlane;
                for (int tile = 0, tiles, part = 0; tile < pass.Tiles; tile += tiles, part++)
                {
                    tiles = pass.Strips.Size(part);
                    TransformSource<T, TSide>(x, tile, tiles);
                    for (int row = from, rows, block = 0; row < to; row += rows, block++)
                    {
                        rows = blocks.Size(block);
                        Products(row, rows, tiles);
                        TransformSums<T, TWindow, TSide>(y + row * targetPlane, row, rows, tile, tiles);
                    }
                }
            }
        }

        /// <summary>[element][filter][channel][row] of the filters named.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        void TransformWindows<T, TWindow>(int filterFrom, int filterTo)
            where T : struct, ILanes<T> where TWindow : struct, ICount
        {
            int width = TWindow.Value, rows = shape.Channels * shape.KernelHeight;
            float* turned = edge + Edge;
            for (int i = filterFrom * rows, left = (filterTo - filterFrom) * rows; left > 0; i += 16, left -= 16)
            {
                float* from = w.Pointer + (nint)i * width;
                if (left < Tile.Lanes)
                {
                    new Span<float>(from, left * width).CopyTo(new(edge, Edge));
                    from = edge;
                }
                NarrowTransposition.ToVectors(from, turned, width);
                RowTransform.Evaluate<T, TWindow>(turned, Tile.Lanes, Windows + i, windowElement, isScaled: true);
            }
        }

        void TransformSource<T, TSide>(float* source, int tile, int tiles)
            where T : struct, ILanes<T> where TSide : struct, ICount
        {
            int rows = pass.Sources * pass.SourceHeight, left = tile * side;
            if (isGradient)
            {
                new RowTiling(rows, sourceWidth, left, side, tiles, pass.SourceElement, edge)
                    .Gradients<T, TSide>(source, Pixels);
                return;
            }
            new RowTiling(rows, sourceWidth, left - shape.Columns.Padding, side, tiles, pass.SourceElement, edge)
                .Patches<T>(source, Pixels);
        }

        void Products(int row, int rows, int tiles)
        {
            int channel = shape.KernelHeight, filter = shape.Channels * channel;
            for (int e = 0; e < Elements; e++)
            {
                Convolution.Rectangles work = new()
                {
                    Groups = 1,
                    Weights = Windows + e * windowElement + row * (isGradient ? channel : filter),
                    WeightRow = isGradient ? channel : filter,
                    WeightPlane = isGradient ? filter : channel,
                    Source = Pixels + e * pass.SourceElement,
                    SourcePlane = (nint)pass.SourceHeight * tiles * Tile.Lanes,
                    SourceWidth = tiles,
                    Target = Sums + e * pass.TargetElement,
                    TargetPlane = (nint)pass.TargetHeight * tiles * Tile.Lanes,
                    TargetWidth = tiles,
                    Planes = pass.Sources,
                    Rows = rows,
                    Taps = shape.KernelHeight,
                    PlanesPerSum = PlanesPerSum(shape),
                };
                work.Run(pass.Taps(tiles));
            }
        }

        void TransformSums<T, TWindow, TSide>(float* target, int plane, int planes, int tile, int tiles)
            where T : struct, ILanes<T> where TWindow : struct, ICount where TSide : struct, ICount
        {
            int height = pass.TargetHeight, left = tile * side - (isGradient ? shape.Columns.Padding : 0);
            RowTiling tiling = new(height, targetWidth, left, side, tiles, pass.TargetElement, edge);
            float* sums = Sums;
            for (int end = plane + planes; plane < end; plane++)
            {
                if (isGradient)
                    tiling.PatchGradients<T, TWindow>(sums, target, adds: tile > 0);
                else
                    tiling.Outputs<T, TSide>(sums, target, bias == null ? WinogradTransform.Nothing : bias[plane]);
                sums += height * tiles * Tile.Lanes;
                target += height * targetWidth * Tile.Lanes;
            }
        }
    }
}
