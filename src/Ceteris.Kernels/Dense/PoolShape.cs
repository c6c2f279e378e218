namespace Ceteris.Kernels;

/// <summary>
/// The geometry of a 2-D pooling: which window of the image each output reads. Images are in lanes: x [C][H][W][16],
/// y [C][OH][OW][16]. Windows are as in PyTorch's MaxPool2d, AvgPool2d and AdaptiveAvgPool2d.
/// </summary>
public sealed class PoolShape
{
    PoolShape(int channels, int height, int width, PoolWindow[] rows, PoolWindow[] columns)
    {
        if (channels < 1)
            throw new ArgumentException($"expected at least one channel, got {channels}");
        (Channels, Height, Width, Rows, Columns) = (channels, height, width, rows, columns);
        PairColumns = columns.TakeWhile((window, i) => window.IsPair && window.From == 2 * i).Count();
        IsMosaic = PoolWindow.AreMosaic(rows, height) && PoolWindow.AreMosaic(columns, width);
    }

    /// <summary>
    /// Windows of <paramref name="kernel"/> pixels every <paramref name="stride"/> (default: the kernel) pixels.
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="kernel">Extent of a window.</param>
    /// <param name="stride">Distance of windows.</param>
    /// <param name="padding">At most half a kernel, so that every window has a pixel.</param>
    /// <param name="ceilMode">
    /// Keep a last window that leaves the padded image, provided it begins inside the image or its upper padding.
    /// </param>
    /// <param name="countPadding">
    /// Averages divide by the window with its padding, not by the pixels in the image.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An extent is not positive, or a padding is larger than half the kernel.
    /// </exception>
    public static PoolShape Windows(
        int channels, int height, int width, (int Y, int X) kernel, (int Y, int X)? stride = null,
        (int Y, int X)? padding = null, bool ceilMode = false, bool countPadding = true) =>
        new(channels, height, width,
            PoolWindow.Axis(height, kernel.Y, stride?.Y ?? kernel.Y, padding?.Y ?? 0, ceilMode, countPadding),
            PoolWindow.Axis(width, kernel.X, stride?.X ?? kernel.X, padding?.X ?? 0, ceilMode, countPadding));

    /// <summary>As many outputs as asked for: output i of n reads [⌊i·H/n⌋, ⌈(i + 1)·H/n⌉).</summary>
    /// <exception cref="ArgumentException">An extent is not positive.</exception>
    public static PoolShape Adaptive(int channels, int height, int width, (int Y, int X) outputs) =>
        new(channels, height, width, PoolWindow.Adaptive(height, outputs.Y), PoolWindow.Adaptive(width, outputs.X));

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>H.</summary>
    public int Height { get; }

    /// <summary>W.</summary>
    public int Width { get; }

    /// <summary>OH.</summary>
    public int OutputHeight => Rows.Length;

    /// <summary>OW.</summary>
    public int OutputWidth => Columns.Length;

    /// <summary>Floats of one group of 16 samples: x [C][H][W][16].</summary>
    public long InputLength => (long)Channels * InputPlane;

    /// <summary>Floats of one group of 16 samples: y [C][OH][OW][16].</summary>
    public long OutputLength => (long)Channels * OutputPlane;

    /// <summary>Every pixel belongs to one window.</summary>
    internal bool IsMosaic { get; }

    /// <summary>Columns of outputs from the left that each read a pair of inputs of their own.</summary>
    internal int PairColumns { get; }

    internal PoolWindow[] Rows { get; }

    internal PoolWindow[] Columns { get; }

    internal int InputPlane => Height * Width * Tile.Lanes;

    internal int OutputPlane => OutputHeight * OutputWidth * Tile.Lanes;
}

/// <summary>
/// One output of an axis reads inputs [<paramref name="From"/>, <paramref name="To"/>); averages divide by
/// <paramref name="Span"/>.
/// </summary>
readonly record struct PoolWindow(int From, int To, int Span)
{
    /// <summary>Inputs that are read.</summary>
    public int Count => To - From;

    /// <summary>The commonest window, for which there is code without loops.</summary>
    public bool IsPair => Count == 2 && Span == 2;

    /// <summary>Whether every input belongs to one window.</summary>
    public static bool AreMosaic(PoolWindow[] windows, int inputs)
    {
        int next = 0;
        foreach (PoolWindow window in windows)
        {
            if (window.From != next)
                return false;
            next = window.To;
        }
        return next == inputs;
    }

    public static PoolWindow[] Axis(int inputs, int kernel, int stride, int padding, bool ceilMode, bool countPadding)
    {
        if (inputs < 1 || kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2)
        {
            throw new ArgumentException("expected positive image, kernel and stride and a padding of at most half the "
                + $"kernel, got image {inputs}, kernel {kernel}, stride {stride}, padding {padding}");
        }
        int room = inputs + 2 * padding - kernel;
        if (room < 0)
        {
            throw new ArgumentException(
                $"expected a window of at most the padded image {inputs} + 2·{padding}, got kernel {kernel}");
        }
        int outputs = (ceilMode ? (room + stride - 1) / stride : room / stride) + 1;
        if (ceilMode && (outputs - 1) * stride >= inputs + padding)
            outputs--;
        PoolWindow[] windows = new PoolWindow[outputs];
        for (int i = 0; i < outputs; i++)
        {
            int from = i * stride - padding, to = Math.Min(from + kernel, inputs + padding);
            int first = Math.Max(from, 0), last = Math.Min(to, inputs);
            windows[i] = new(first, last, countPadding ? to - from : last - first);
        }
        return windows;
    }

    public static PoolWindow[] Adaptive(int inputs, int outputs)
    {
        if (inputs < 1 || outputs < 1)
            throw new ArgumentException($"expected positive image and output, got {inputs} and {outputs}");
        PoolWindow[] windows = new PoolWindow[outputs];
        for (int i = 0; i < outputs; i++)
        {
            int from = (int)((long)i * inputs / outputs), to = (int)(((long)(i + 1) * inputs + outputs - 1) / outputs);
            windows[i] = new(from, to, to - from);
        }
        return windows;
    }
}
