using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Mean over windows, and its gradient; shapes in <see cref="PoolShape"/>.</summary>
public static unsafe class AveragePool
{
    /// <summary>
    /// y[c][oy][ox] = (sum of the window of x) / (its span), for one group of 16 samples and the channels named.
    /// Bits: the sum runs from +0 row by row, then one division.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void Forward(PoolShape shape, Floats x, Floats y, int channelFrom, int channelTo)
    {
        Border.Pool(shape, x, y, channelFrom, channelTo);
        PoolWalk.Run(shape, x.Pointer, channelFrom, channelTo, new Mean(y.Pointer));
    }

    /// <summary>
    /// dx[c][y][x] = Σ dy[c][oy][ox] / (span of the window) over the windows that hold (y, x), from +0 in index order
    /// of outputs, for one group of 16 samples and the channels named; all of their dx is written.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void InputGradient(PoolShape shape, Floats dy, Floats dx, int channelFrom, int channelTo)
    {
        Border.Pool(shape, dx, dy, channelFrom, channelTo);
        if (shape.IsMosaic)
        {
            PoolWalk.Run(shape, dx.Pointer, channelFrom, channelTo, new Share(dy.Pointer, add: false));
            return;
        }
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            new Span<float>(dx.Pointer + (nint)channel * shape.InputPlane, shape.InputPlane).Clear();
            PoolWalk.Run(shape, dx.Pointer, channel, channel + 1, new Share(dy.Pointer, add: true));
        }
    }

    readonly struct Mean(float* y) : IPoolBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(float* window, nint down, PoolWindow rows, PoolWindow columns, nint at)
        {
            V sum = V.Zero;
            for (int row = 0; row < rows.Count; row++, window += down)
            {
                for (int x = 0; x < columns.Count; x++)
                    sum += Vector512.Load(window + x * Tile.Lanes);
            }
            Divide(sum, rows.Span * columns.Span).Store(y + at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void RunPairs(float* window, nint down, nint at)
        {
            V sum = V.Zero + Vector512.Load(window) + Vector512.Load(window + Tile.Lanes)
                + Vector512.Load(window + down) + Vector512.Load(window + down + Tile.Lanes);
            Divide(sum, 4).Store(y + at);
        }
    }

    /// <summary>Each pixel of a window gets the same; alone, or in addition to what other windows give it.</summary>
    readonly struct Share(float* dy, bool add) : IPoolBody
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(float* window, nint down, PoolWindow rows, PoolWindow columns, nint at)
        {
            V share = Divide(Vector512.Load(dy + at), rows.Span * columns.Span);
            for (int row = 0; row < rows.Count; row++, window += down)
            {
                for (int x = 0; x < columns.Count; x++)
                    Put(window + x * Tile.Lanes, share);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void RunPairs(float* window, nint down, nint at)
        {
            V share = Divide(Vector512.Load(dy + at), 4);
            Put(window, share);
            Put(window + Tile.Lanes, share);
            Put(window + down, share);
            Put(window + down + Tile.Lanes, share);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Put(float* pixel, V share) => ((add ? Vector512.Load(pixel) : V.Zero) + share).Store(pixel);
    }

    /// <summary>x / count; by a power of two as a product, which is as exact and faster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Divide(V x, int count) =>
        BitOperations.IsPow2(count) ? x * (1f / count) : x / Vector512.Create((float)count);
}
