using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Maximum over windows, and its gradient; shapes in <see cref="PoolShape"/>.</summary>
public static unsafe class MaxPool
{
    /// <summary>
    /// y[c][oy][ox] = max of the window of x, for one group of 16 samples and the channels named.
    /// Scanned row by row, a value replaces the maximum if it is greater or NaN: NaN propagates, and of equal values
    /// the first stays.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void Forward(PoolShape shape, Floats x, Floats y, int channelFrom, int channelTo)
    {
        Border.Pool(shape, x, y, channelFrom, channelTo);
        PoolWalk.Run(shape, x.Pointer, channelFrom, channelTo, new Look<Maxima>(new(y.Pointer)));
    }

    /// <summary>
    /// index[c][oy][ox] = the number of the pixel in its window, row by row on the image, that <see cref="Forward"/>
    /// chose, as a float; for one group of 16 samples and the channels named.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void Index(PoolShape shape, Floats x, Floats index, int channelFrom, int channelTo)
    {
        Border.Pool(shape, x, index, channelFrom, channelTo);
        PoolWalk.Run(shape, x.Pointer, channelFrom, channelTo, new Look<Indices>(new(index.Pointer)));
    }

    /// <summary><see cref="Forward"/> and <see cref="Index"/> in one look at each window.</summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void ForwardAndIndex(
        PoolShape shape, Floats x, Floats y, Floats index, int channelFrom, int channelTo)
    {
        Border.Pool(shape, x, y, channelFrom, channelTo);
        Border.Length(index, shape.OutputLength);
        PoolWalk.Run(shape, x.Pointer, channelFrom, channelTo, new Look<MaximaAndIndices>(new(y.Pointer, index.Pointer)));
    }

    /// <summary>
    /// dx: each dy goes to the pixel that <see cref="Index"/> names; a pixel of several windows gets their sum, from
    /// +0 in index order of outputs. For one group of 16 samples and the channels named; all of their dx is written.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void InputGradient(
        PoolShape shape, Floats index, Floats dy, Floats dx, int channelFrom, int channelTo)
    {
        Border.Pool(shape, dx, dy, channelFrom, channelTo);
        Border.Length(index, shape.OutputLength);
        if (shape.IsMosaic)
        {
            PoolWalk.Run(
                shape, dx.Pointer, channelFrom, channelTo, new Scatter(index.Pointer, dy.Pointer, add: false));
            return;
        }
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            new Span<float>(dx.Pointer + (nint)channel * shape.InputPlane, shape.InputPlane).Clear();
            PoolWalk.Run(
                shape, dx.Pointer, channel, channel + 1, new Scatter(index.Pointer, dy.Pointer, add: true));
        }
    }

    /// <summary>What is kept of a window: its maximum, and the number of the pixel where it lies.</summary>
    interface IKeep
    {
        void Keep(V max, V chosen, nint at);
    }

    readonly struct Maxima(float* y) : IKeep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep(V max, V chosen, nint at) => max.Store(y + at);
    }

    readonly struct Indices(float* index) : IKeep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep(V max, V chosen, nint at) => chosen.Store(index + at);
    }

    readonly struct MaximaAndIndices(float* y, float* index) : IKeep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep(V max, V chosen, nint at)
        {
            max.Store(y + at);
            chosen.Store(index + at);
        }
    }

    readonly struct Look<T>(T results) : IPoolBody where T : struct, IKeep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(float* window, nint down, PoolWindow rows, PoolWindow columns, nint at)
        {
            V max = Vector512.Load(window), chosen = V.Zero;
            int pixel = 0;
            for (int row = 0; row < rows.Count; row++, window += down)
            {
                for (int x = 0; x < columns.Count; x++)
                    Replace(window + x * Tile.Lanes, pixel++, ref max, ref chosen);
            }
            results.Keep(max, chosen, at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void RunPairs(float* window, nint down, nint at)
        {
            V max = Vector512.Load(window), chosen = V.Zero;
            Replace(window + Tile.Lanes, 1, ref max, ref chosen);
            Replace(window + down, 2, ref max, ref chosen);
            Replace(window + down + Tile.Lanes, 3, ref max, ref chosen);
            results.Keep(max, chosen, at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Replace(float* p, int pixel, ref V max, ref V chosen)
        {
            V value = Vector512.Load(p);
            V replaces = Vector512.GreaterThan(value, max) | ~Vector512.Equals(value, value);
            max = Vector512.ConditionalSelect(replaces, value, max);
            chosen = Vector512.ConditionalSelect(replaces, Vector512.Create((float)pixel), chosen);
        }
    }

    /// <summary>
    /// dy to the pixel chosen and +0 to the others: alone, or in addition to what other windows give them, which +0
    /// does not change, since a sum from +0 is never −0.
    /// </summary>
    readonly struct Scatter(float* index, float* dy, bool add) : IPoolBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(float* window, nint down, PoolWindow rows, PoolWindow columns, nint at)
        {
            V chosen = Vector512.Load(index + at), gradient = Vector512.Load(dy + at);
            int pixel = 0;
            for (int row = 0; row < rows.Count; row++, window += down)
            {
                for (int x = 0; x < columns.Count; x++)
                    Put(window + x * Tile.Lanes, pixel++, chosen, gradient);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void RunPairs(float* window, nint down, nint at)
        {
            V chosen = Vector512.Load(index + at), gradient = Vector512.Load(dy + at);
            Put(window, 0, chosen, gradient);
            Put(window + Tile.Lanes, 1, chosen, gradient);
            Put(window + down, 2, chosen, gradient);
            Put(window + down + Tile.Lanes, 3, chosen, gradient);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Put(float* p, int pixel, V chosen, V gradient)
        {
            V here = Vector512.Equals(chosen, Vector512.Create((float)pixel));
            ((add ? Vector512.Load(p) : V.Zero) + Vector512.ConditionalSelect(here, gradient, V.Zero)).Store(p);
        }
    }
}
