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
    /// index[c][oy][ox] = the number of the pixel in its window, row by row on the image, that <see cref="Forward"/>
    /// chose, as a float; for one group of 16 samples and the channels named.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void Index(PoolShape shape, Floats x, Floats index, int channelFrom, int channelTo)
    {
        Border.Length(x, shape.InputLength);
        Border.Length(index, shape.OutputLength);
        Border.Range(channelFrom, channelTo, shape.Channels);
        float* to = index.Pointer + (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            float* plane = x.Pointer + (nint)channel * shape.InputPlane;
            foreach (PoolWindow row in shape.Rows)
            {
                foreach (PoolWindow column in shape.Columns)
                {
                    Max(plane, shape.Width, row, column, out _, out V chosen);
                    chosen.Store(to);
                    to += Tile.Lanes;
                }
            }
        }
    }

    /// <summary>
    /// dx: each dy goes to the pixel that <see cref="Index"/> names; a pixel of several windows gets their sum, from
    /// +0 in index order of outputs. For one group of 16 samples and the channels named; all of their dx is written.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void InputGradient(PoolShape shape, Floats index, Floats dy, Floats dx, int channelFrom, int channelTo)
    {
        Border.Length(index, shape.OutputLength);
        Border.Length(dy, shape.OutputLength);
        Border.Length(dx, shape.InputLength);
        Border.Range(channelFrom, channelTo, shape.Channels);
        nint at = (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            nint plane = (nint)channel * shape.InputPlane;
            if (!shape.IsMosaic)
                new Span<float>(dx.Pointer + plane, shape.InputPlane).Clear();
            foreach (PoolWindow row in shape.Rows)
            {
                foreach (PoolWindow column in shape.Columns)
                {
                    V chosen = Vector512.Load(index.Pointer + at);
                    Scatter(dx.Pointer + plane, shape.Width, row, column, chosen, Vector512.Load(dy.Pointer + at), !shape.IsMosaic);
                    at += Tile.Lanes;
                }
            }
        }
    }

    /// <summary>The maximum of a window and where it lies: the number of its pixel in the window, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Max(float* plane, int width, PoolWindow row, PoolWindow column, out V max, out V chosen)
    {
        float* p = plane + ((nint)row.From * width + column.From) * Tile.Lanes;
        nint down = (nint)width * Tile.Lanes;
        max = Vector512.Load(p);
        chosen = V.Zero;
        if (row.IsPair && column.IsPair)
        {
            Replace(p + Tile.Lanes, 1, ref max, ref chosen);
            Replace(p + down, 2, ref max, ref chosen);
            Replace(p + down + Tile.Lanes, 3, ref max, ref chosen);
            return;
        }
        int pixel = 0;
        for (int y = row.From; y < row.To; y++, p += down)
        {
            for (int x = 0; x < column.To - column.From; x++)
                Replace(p + x * Tile.Lanes, pixel++, ref max, ref chosen);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Replace(float* p, int pixel, ref V max, ref V chosen)
    {
        V value = Vector512.Load(p);
        V replaces = Vector512.GreaterThan(value, max) | ~Vector512.Equals(value, value);
        max = Vector512.ConditionalSelect(replaces, value, max);
        chosen = Vector512.ConditionalSelect(replaces, Vector512.Create((float)pixel), chosen);
    }

    /// <summary>
    /// Adds dy to the pixel chosen and +0 to the others, which changes none: a sum from +0 is never −0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Scatter(float* plane, int width, PoolWindow row, PoolWindow column, V chosen, V dy, bool add)
    {
        float* p = plane + ((nint)row.From * width + column.From) * Tile.Lanes;
        nint down = (nint)width * Tile.Lanes;
        if (row.IsPair && column.IsPair)
        {
            Put(p, 0, chosen, dy, add);
            Put(p + Tile.Lanes, 1, chosen, dy, add);
            Put(p + down, 2, chosen, dy, add);
            Put(p + down + Tile.Lanes, 3, chosen, dy, add);
            return;
        }
        int pixel = 0;
        for (int y = row.From; y < row.To; y++, p += down)
        {
            for (int x = 0; x < column.To - column.From; x++)
                Put(p + x * Tile.Lanes, pixel++, chosen, dy, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* p, int pixel, V chosen, V dy, bool add)
    {
        V here = Vector512.Equals(chosen, Vector512.Create((float)pixel));
        ((add ? Vector512.Load(p) : V.Zero) + Vector512.ConditionalSelect(here, dy, V.Zero)).Store(p);
    }
}
