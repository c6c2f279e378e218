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
        Border.Length(x, shape.InputLength);
        Border.Length(y, shape.OutputLength);
        Border.Range(channelFrom, channelTo, shape.Channels);
        float* to = y.Pointer + (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            float* plane = x.Pointer + (nint)channel * shape.InputPlane;
            foreach (PoolWindow row in shape.Rows)
            {
                foreach (PoolWindow column in shape.Columns)
                {
                    Divide(Sum(plane, shape.Width, row, column), row.Span * column.Span).Store(to);
                    to += Tile.Lanes;
                }
            }
        }
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
        Border.Length(dy, shape.OutputLength);
        Border.Length(dx, shape.InputLength);
        Border.Range(channelFrom, channelTo, shape.Channels);
        float* from = dy.Pointer + (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            float* plane = dx.Pointer + (nint)channel * shape.InputPlane;
            new Span<float>(plane, shape.InputPlane).Clear();
            foreach (PoolWindow row in shape.Rows)
            {
                foreach (PoolWindow column in shape.Columns)
                {
                    V share = Divide(Vector512.Load(from), row.Span * column.Span);
                    from += Tile.Lanes;
                    Add(plane, shape.Width, row, column, share);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Sum(float* plane, int width, PoolWindow row, PoolWindow column)
    {
        float* p = plane + ((nint)row.From * width + column.From) * Tile.Lanes;
        nint down = (nint)width * Tile.Lanes;
        if (row.IsPair && column.IsPair)
        {
            return V.Zero + Vector512.Load(p) + Vector512.Load(p + Tile.Lanes)
                + Vector512.Load(p + down) + Vector512.Load(p + down + Tile.Lanes);
        }
        V sum = V.Zero;
        for (int y = row.From; y < row.To; y++, p += down)
        {
            for (int x = 0; x < column.To - column.From; x++)
                sum += Vector512.Load(p + x * Tile.Lanes);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(float* plane, int width, PoolWindow row, PoolWindow column, V share)
    {
        float* p = plane + ((nint)row.From * width + column.From) * Tile.Lanes;
        nint down = (nint)width * Tile.Lanes;
        for (int y = row.From; y < row.To; y++, p += down)
        {
            for (int x = 0; x < column.To - column.From; x++)
                (Vector512.Load(p + x * Tile.Lanes) + share).Store(p + x * Tile.Lanes);
        }
    }

    /// <summary>x / count; by a power of two as a product, which is as exact and faster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Divide(V x, int count) =>
        BitOperations.IsPow2(count) ? x * (1f / count) : x / Vector512.Create((float)count);
}
