using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Maximum over windows, and its gradient; shapes in <see cref="PoolShape"/>.</summary>
public static unsafe class MaxPool
{
    /// <summary>
    /// y[c][oy][ox] = max of the window of x, for one group of 16 samples and the channels named.
    /// Scanned row by row, a value replaces the maximum if it is greater or NaN: NaN propagates, and of equal values the first stays.
    /// </summary>
    /// <exception cref="ArgumentException">A view has not the length the shape says, or the range lies outside it.</exception>
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
                    Max(plane, shape.Width, row, column, out V max, out _);
                    max.Store(to);
                    to += Tile.Lanes;
                }
            }
        }
    }

    /// <summary>
    /// dx: each dy goes to the pixel that <see cref="Forward"/> chose; a pixel of several windows gets their sum, from +0 in index order of
    /// outputs. For one group of 16 samples and the channels named; all of their dx is written.
    /// </summary>
    /// <exception cref="ArgumentException">A view has not the length the shape says, or the range lies outside it.</exception>
    public static void InputGradient(PoolShape shape, Floats x, Floats dy, Floats dx, int channelFrom, int channelTo)
    {
        Border.Length(x, shape.InputLength);
        Border.Length(dy, shape.OutputLength);
        Border.Length(dx, shape.InputLength);
        Border.Range(channelFrom, channelTo, shape.Channels);
        float* from = dy.Pointer + (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            nint plane = (nint)channel * shape.InputPlane;
            new Span<float>(dx.Pointer + plane, shape.InputPlane).Clear();
            foreach (PoolWindow row in shape.Rows)
            {
                foreach (PoolWindow column in shape.Columns)
                {
                    Max(x.Pointer + plane, shape.Width, row, column, out _, out Vector512<int> chosen);
                    Scatter(dx.Pointer + plane, shape.Width, row, column, chosen, Vector512.Load(from));
                    from += Tile.Lanes;
                }
            }
        }
    }

    /// <summary>The maximum of a window and where it lies: the number of its pixel in the window, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Max(float* plane, int width, PoolWindow row, PoolWindow column, out V max, out Vector512<int> chosen)
    {
        float* first = plane + ((nint)row.From * width + column.From) * Tile.Lanes;
        max = Vector512.Load(first);
        chosen = Vector512<int>.Zero;
        Vector512<int> here = Vector512<int>.Zero;
        for (int y = row.From; y < row.To; y++, first += (nint)width * Tile.Lanes)
        {
            float* p = first;
            for (int x = column.From; x < column.To; x++, p += Tile.Lanes)
            {
                V value = Vector512.Load(p);
                V replaces = Vector512.GreaterThan(value, max) | ~Vector512.Equals(value, value);
                max = Vector512.ConditionalSelect(replaces, value, max);
                chosen = Vector512.ConditionalSelect(replaces.AsInt32(), here, chosen);
                here += Vector512<int>.One;
            }
        }
    }

    /// <summary>Adding +0 to the pixels not chosen changes none: a sum from +0 is never −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Scatter(float* plane, int width, PoolWindow row, PoolWindow column, Vector512<int> chosen, V dy)
    {
        Vector512<int> here = Vector512<int>.Zero;
        for (int y = row.From; y < row.To; y++)
        {
            float* p = plane + ((nint)y * width + column.From) * Tile.Lanes;
            for (int x = column.From; x < column.To; x++, p += Tile.Lanes)
            {
                (Vector512.Load(p) + Vector512.ConditionalSelect(Vector512.Equals(here, chosen).AsSingle(), dy, V.Zero)).Store(p);
                here += Vector512<int>.One;
            }
        }
    }
}
