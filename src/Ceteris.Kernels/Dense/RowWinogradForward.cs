using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class RowWinograd
{
    /// <summary>
    /// y = x ∗ w for the groups of 16 samples and the filters named:
    /// x [G][C][H][W][16], w [K][C][R][S], y [G][K][OH][OW][16].
    /// </summary>
    public static void Forward(
        ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int filterFrom, int filterTo,
        Floats scratch)
    {
        Check(shape, x, w, y, groupFrom, groupTo, scratch);
        Border.Range(filterFrom, filterTo, shape.Filters);
        new Correlation(shape, isGradient: false, w, scratch)
            .Run(x.Pointer, y.Pointer, groupFrom, groupTo, filterFrom, filterTo);
    }

    /// <summary>dx</summary>
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

    readonly ref struct Correlation(ConvShape shape, bool isGradient, Floats w, Floats scratch)
    {
        readonly RowPass pass = isGradient ? Tiles(shape).Gradient : Tiles(shape).Forward;
        readonly int side = Tiles(shape).Side, lanes = Tiles(shape).Lanes, windowPlane = WindowPlane(shape);
        readonly float* edge = scratch.Pointer;

        float* Windows => edge + Edge;

        float* Pixels => Windows + Elements * windowPlane;

        float* Sums => Pixels + Elements * pass.SourcePlane;

        nint WindowRow => (nint)shape.KernelHeight * lanes;

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
            int sourcePlane = pass.Source.Height * pass.Source.Width * Tile.Lanes;
            int targetPlane = pass.Target.Height * pass.Target.Width * Tile.Lanes;
            if (isGradient)
                TransformWindows<T, TWindow>(from, to, 0, shape.Filters);
            else
                TransformWindows<T, TWindow>(0, shape.Channels, from, to);
            Cut blocks = new(to - from, pass.Block);
            for (int group = groupFrom; group < groupTo; group++)
            {
                float* x = source + (nint)group * pass.Terms * sourcePlane;
                float* y = target + (nint)group * pass.Targets * targetPlane;
                for (int tile = 0, tiles, part = 0; tile < pass.Tiles; tile += tiles, part++)
                {
                    tiles = pass.Strips.Size(part);
                    TransformPatches<T>(x, tile, tiles);
                    for (int row = from, rows, block = 0; row < to; row += rows, block++)
                    {
                        rows = blocks.Size(block);
                        Products(row, rows, tiles);
                        TransformSums<T, TSide>(y + (nint)row * targetPlane, rows, tile, tiles);
                    }
                }
            }
        }

        /// <summary>
        /// [element][channel][row][filter], filters in whole vectors. The pixels' room serves to turn the windows:
        /// [channel][row][column][16].
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        void TransformWindows<T, TWindow>(int channelFrom, int channelTo, int filterFrom, int filterTo)
            where T : struct, ILanes<T> where TWindow : struct, ICount
        {
            int taps = shape.Taps, rows = (channelTo - channelFrom) * shape.KernelHeight;
            nint filterStep = (nint)shape.Channels * taps, tap = isGradient ? -Tile.Lanes : Tile.Lanes;
            int chunk = Math.Max(1, Elements * pass.SourcePlane / (TWindow.Value * Tile.Lanes));
            for (int k = filterFrom / Tile.Lanes * Tile.Lanes; k < filterTo; k += Tile.Lanes)
            {
                float* from = w.Pointer + k * filterStep + (nint)channelFrom * taps;
                float* to = Windows + channelFrom * WindowRow + k;
                for (int row = 0; row < rows; row += chunk)
                {
                    int count = Math.Min(chunk, rows - row);
                    Transposition.Matrix(from + row * TWindow.Value, filterStep, Pixels, Tile.Lanes,
                        Math.Min(Tile.Lanes, shape.Filters - k), count * TWindow.Value);
                    float* window = Pixels + (isGradient ? (TWindow.Value - 1) * Tile.Lanes : 0);
                    for (int i = 0; i < count; i++, window += TWindow.Value * Tile.Lanes, to += lanes)
                        RowTransform.Evaluate<T, TWindow>(window, tap, to, windowPlane, isScaled: true);
                }
            }
        }

        /// <summary>[element][term][row][tile][16]</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        void TransformPatches<T>(float* source, int tile, int tiles) where T : struct, ILanes<T>
        {
            RowTiling.Patches<T>(source, pass.Terms * pass.Source.Height, pass.Source.Width,
                tile * side + pass.Origin, side, tiles, Pixels, pass.SourcePlane, edge);
        }

        void Products(int row, int rows, int tiles)
        {
            for (int e = 0; e < Elements; e++)
            {
                float* windows = Windows + e * windowPlane;
                Convolution.Rectangles work = new()
                {
                    Weights = windows + (isGradient ? row * WindowRow : row),
                    WeightRow = isGradient ? WindowRow : 1,
                    WeightPlane = isGradient ? 1 : WindowRow,
                    Source = Pixels + e * pass.SourcePlane,
                    SourcePlane = (nint)pass.Source.Height * tiles * Tile.Lanes,
                    SourceWidth = tiles,
                    Target = Sums + e * pass.TargetPlane,
                    TargetPlane = (nint)pass.Target.Height * tiles * Tile.Lanes,
                    TargetWidth = tiles,
                    Planes = pass.Terms,
                    Rows = rows,
                    Taps = shape.KernelHeight,
                };
                work.Run(pass.Taps(tiles));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        void TransformSums<T, TSide>(float* target, int planes, int tile, int tiles)
            where T : struct, ILanes<T> where TSide : struct, ICount
        {
            float* from = Sums;
            int width = pass.Target.Width, left = tile * TSide.Value;
            for (int row = planes * pass.Target.Height; row > 0; row--, target += width * Tile.Lanes)
            {
                int x = left;
                for (int t = 0; t < tiles; t++, x += TSide.Value, from += Tile.Lanes)
                {
                    float* to = x + TSide.Value <= width ? target + x * Tile.Lanes : edge;
                    RowTransform.Interpolate<T, TSide>(from, pass.TargetPlane, to, Tile.Lanes, isScaled: false);
                    if (to == edge)
                        new Span<float>(edge, (width - x) * Tile.Lanes).CopyTo(new(target + x * Tile.Lanes, (width - x) * Tile.Lanes));
                }
            }
        }
    }

    static class RowTiling
    {
        /// <summary>Tiles of consecutive rows, zero beyond the image.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Patches<T>(float* source, int rows, int width, int left, int side, int tiles,
            float* to, nint step, float* edge) where T : struct, ILanes<T>
        {
            for (; rows > 0; rows--, source += width * Tile.Lanes)
            {
                int x = left;
                for (int t = 0; t < tiles; t++, x += side, to += Tile.Lanes)
                {
                    float* from = source + (nint)x * Tile.Lanes;
                    if (x < 0 || x + Elements > width)
                        from = Cut(source, x, width, edge);
                    RowTransform.Patch<T>(from, to, step);
                }
            }
        }

        static float* Cut(float* row, int x, int width, float* edge)
        {
            int from = Math.Clamp(-x, 0, Elements), to = Math.Clamp(width - x, from, Elements);
            for (int i = 0; i < Elements; i++)
            {
                V pixel = i >= from && i < to ? Vector512.Load(row + (nint)(x + i) * Tile.Lanes) : V.Zero;
                pixel.Store(edge + i * Tile.Lanes);
            }
            return edge;
        }
    }
}
