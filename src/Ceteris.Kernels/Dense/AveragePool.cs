using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Mean over windows, and its gradient; shapes in <see cref="PoolShape"/>.</summary>
public static unsafe class AveragePool
{
    /// <summary>
    /// y[c][oy][ox] = (sum of the window of x) / (its span), for one group of 16 samples and the channels named.
    /// Bits: the sum runs from +0 row by row, then one division.
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
                    V sum = V.Zero;
                    for (int py = row.From; py < row.To; py++)
                    {
                        float* p = plane + ((nint)py * shape.Width + column.From) * Tile.Lanes;
                        for (int px = column.From; px < column.To; px++, p += Tile.Lanes)
                            sum += Vector512.Load(p);
                    }
                    (sum / Vector512.Create((float)(row.Span * column.Span))).Store(to);
                    to += Tile.Lanes;
                }
            }
        }
    }

    /// <summary>
    /// dx[c][y][x] = Σ dy[c][oy][ox] / (span of the window) over the windows that hold (y, x), from +0 in index order of outputs, for one group of
    /// 16 samples and the channels named; all of their dx is written.
    /// </summary>
    /// <exception cref="ArgumentException">A view has not the length the shape says, or the range lies outside it.</exception>
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
                    V share = Vector512.Load(from) / Vector512.Create((float)(row.Span * column.Span));
                    from += Tile.Lanes;
                    for (int py = row.From; py < row.To; py++)
                    {
                        float* p = plane + ((nint)py * shape.Width + column.From) * Tile.Lanes;
                        for (int px = column.From; px < column.To; px++, p += Tile.Lanes)
                            (Vector512.Load(p) + share).Store(p);
                    }
                }
            }
        }
    }
}
