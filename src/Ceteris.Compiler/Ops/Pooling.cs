using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>Window, stride and padding of a 2-d pool, and the shape that follows (PyTorch's rules).</summary>
public sealed record PoolSettings(
    Pair Window, Pair Stride, Pair Padding, bool CeilMode = false, bool CountIncludePad = true)
{
    /// <summary>x [N, C, H, W] → y [N, C, OH, OW]. In ceil mode a last window must still start inside the image or its
    /// left padding.</summary>
    public Shape Output(Shape x)
    {
        if (x.Rank != 4)
            throw Shapes.Expected("[N, C, H, W]", x);
        if (Window.H < 1 || Window.W < 1 || Stride.H < 1 || Stride.W < 1 || Padding.H < 0 || Padding.W < 0
            || Padding.H > Window.H / 2 || Padding.W > Window.W / 2)
        {
            throw new ShapeException($"expected window and stride ≥ 1 and padding at most half the window, got {this}");
        }
        int h = Extent(x[2], Window.H, Stride.H, Padding.H), w = Extent(x[3], Window.W, Stride.W, Padding.W);
        return h >= 1 && w >= 1
            ? [x[0], x[1], h, w] : throw Shapes.Expected($"an image at least as large as the {Window} window", x);
    }

    int Extent(int size, int window, int stride, int padding)
    {
        int room = size + (2 * padding) - window;
        if (room < 0)
            return 0;
        int extent = ((room + (CeilMode ? stride - 1 : 0)) / stride) + 1;
        return CeilMode && (extent - 1) * stride >= size + padding ? extent - 1 : extent;
    }
}

/// <summary>
/// Maximum over windows.   x [N, C, H, W] → y [N, C, OH, OW]. Padding never wins; NaN does.
/// </summary>
public sealed record MaxPool2dOp(PoolSettings Settings) : Op
{
    public override string Name => "MaxPool2d";

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Settings.Output(inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) =>
    [
        Tensor.Apply(new MaxPool2dGradient(Settings, y.Inputs[0].Shape),
            Tensor.Apply(new MaxPool2dIndex(Settings), y.Inputs[0]), dy),
    ];

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        var windows = new PoolWindows(Settings, tile.Shapes[0], tile.OutShape);
        for (int o = tile.From * tile.RowElements; o < tile.To * tile.RowElements; o++)
            tile.Out[o] = x[windows.Of(o).ArgMax(x)];
    }
}

/// <summary>
/// Where in its window a max pool found the maximum: the number of its first maximal pixel (the last NaN, if any), row
/// by row within the part of the window that lies on the image. It is a quarter of the image or less, so that the
/// gradient needs not keep the image.   x [N, C, H, W] → index [N, C, OH, OW]
/// </summary>
public sealed record MaxPool2dIndex(PoolSettings Settings) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Settings.Output(inputs[0]);

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        var windows = new PoolWindows(Settings, tile.Shapes[0], tile.OutShape);
        for (int o = tile.From * tile.RowElements; o < tile.To * tile.RowElements; o++)
        {
            var window = windows.Of(o);
            tile.Out[o] = window.Number(window.ArgMax(x));
        }
    }
}

/// <summary>
/// The gradient of a max pool: dy of a window goes to the pixel of its <see cref="MaxPool2dIndex"/>; windows add up in
/// row-major order.   index [N, C, OH, OW], dy [N, C, OH, OW] → dx [N, C, H, W]
/// </summary>
public sealed record MaxPool2dGradient(PoolSettings Settings, Shape InputShape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Settings.Output(InputShape).Equals(inputs[0]) && inputs[0].Equals(inputs[1]) ? InputShape
            : throw Shapes.Expected($"twice {Settings.Output(InputShape)}", inputs[0], inputs[1]);

    public override void Run(in Tile tile)
    {
        var index = tile.In(0);
        var dy = tile.In(1);
        var windows = new PoolWindows(Settings, InputShape, tile.Shapes[1]);
        tile.OutRows.Clear();
        int row = tile.Shapes[1].ElementsFrom(1);
        for (int o = tile.From * row; o < tile.To * row; o++)
            tile.Out[windows.Of(o).Pixel((int)index[o])] += dy[o];
    }
}

/// <summary>
/// Mean over windows: elements added in row-major order from +0, divided by their number — with count_include_pad the
/// padding counts
/// (but not what ceil mode adds beyond it).   x [N, C, H, W] → y [N, C, OH, OW]
/// </summary>
public sealed record AvgPool2dOp(PoolSettings Settings) : Op
{
    public override string Name => "AvgPool2d";

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Settings.Output(inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) =>
        [Tensor.Apply(new AvgPool2dGradient(Settings, y.Inputs[0].Shape), dy)];

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        var windows = new PoolWindows(Settings, tile.Shapes[0], tile.OutShape);
        for (int o = tile.From * tile.RowElements; o < tile.To * tile.RowElements; o++)
        {
            var window = windows.Of(o);
            tile.Out[o] = window.Sum(x) / window.Divisor;
        }
    }
}

/// <summary>The gradient of an average pool: dy / number to each element; windows add up in row-major order.</summary>
public sealed record AvgPool2dGradient(PoolSettings Settings, Shape InputShape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Settings.Output(InputShape) is var output && output.Equals(inputs[0])
            ? InputShape : throw Shapes.Expected($"{output}", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [Tensor.Apply(new AvgPool2dOp(Settings), dy)];

    public override void Run(in Tile tile)
    {
        var dy = tile.In(0);
        var windows = new PoolWindows(Settings, InputShape, tile.Shapes[0]);
        tile.OutRows.Clear();
        int row = tile.Shapes[0].ElementsFrom(1);
        for (int o = tile.From * row; o < tile.To * row; o++)
        {
            var window = windows.Of(o);
            window.Add(tile.Out, dy[o] / window.Divisor);
        }
    }
}

/// <summary>
/// Mean over bins that divide the image evenly: bin i of n covers ⌊i·H/n⌋ to ⌈(i+1)·H/n⌉.   x [N, C, H, W] → y [N, C,
/// Size.H, Size.W]
/// </summary>
public sealed record AdaptiveAvgPool2dOp(Pair Size) : Op
{
    public override string Name => "AdaptiveAvgPool2d";

    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank == 4 && Size.H >= 1 && Size.W >= 1
            ? [inputs[0][0], inputs[0][1], Size.H, Size.W] : throw Shapes.Expected("[N, C, H, W]", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) =>
        [Tensor.Apply(new AdaptiveAvgPool2dGradient(y.Inputs[0].Shape), dy)];

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        for (int o = tile.From * tile.RowElements; o < tile.To * tile.RowElements; o++)
        {
            var window = PoolWindow.Adaptive(o, tile.Shapes[0], tile.OutShape);
            tile.Out[o] = window.Sum(x) / window.Divisor;
        }
    }
}

/// <summary>The gradient of an adaptive average pool.   dy [N, C, OH, OW] → dx [N, C, H, W]</summary>
public sealed record AdaptiveAvgPool2dGradient(Shape InputShape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => InputShape;

    public override Tensor?[] Gradient(Tensor y, Tensor dy) =>
        [Tensor.Apply(new AdaptiveAvgPool2dOp(new(y.Inputs[0].Shape[2], y.Inputs[0].Shape[3])), dy)];

    public override void Run(in Tile tile)
    {
        var dy = tile.In(0);
        tile.OutRows.Clear();
        int row = tile.Shapes[0].ElementsFrom(1);
        for (int o = tile.From * row; o < tile.To * row; o++)
        {
            var window = PoolWindow.Adaptive(o, InputShape, tile.Shapes[0]);
            window.Add(tile.Out, dy[o] / window.Divisor);
        }
    }
}

/// <summary>The windows of a pool's scalar definition.</summary>
readonly struct PoolWindows(PoolSettings settings, Shape x, Shape y)
{
    /// <summary>The window of output element o, clipped to the image.</summary>
    public PoolWindow Of(int o)
    {
        int q = o % y[3], p = o / y[3] % y[2], plane = o / (y[2] * y[3]);
        int h = (p * settings.Stride.H) - settings.Padding.H, w = (q * settings.Stride.W) - settings.Padding.W;
        int endH = Math.Min(h + settings.Window.H, x[2] + settings.Padding.H);
        int endW = Math.Min(w + settings.Window.W, x[3] + settings.Padding.W), padded = (endH - h) * (endW - w);
        (h, w, endH, endW) = (Math.Max(h, 0), Math.Max(w, 0), Math.Min(endH, x[2]), Math.Min(endW, x[3]));
        int divisor = settings.CountIncludePad ? padded : (endH - h) * (endW - w);
        return new(plane * x[2] * x[3], x[3], h, endH, w, endW, divisor);
    }
}

/// <summary>A rectangle of one image plane.</summary>
readonly record struct PoolWindow(int Plane, int Width, int FromH, int ToH, int FromW, int ToW, int Divisor)
{
    public static PoolWindow Adaptive(int o, Shape x, Shape y)
    {
        int q = o % y[3], p = o / y[3] % y[2], plane = o / (y[2] * y[3]);
        int h = p * x[2] / y[2], endH = (((p + 1) * x[2]) + y[2] - 1) / y[2];
        int w = q * x[3] / y[3], endW = (((q + 1) * x[3]) + y[3] - 1) / y[3];
        return new(plane * x[2] * x[3], x[3], h, endH, w, endW, (endH - h) * (endW - w));
    }

    /// <summary>The number in the window of a pixel of the image.</summary>
    public int Number(int pixel)
    {
        int h = (pixel - Plane) / Width, w = (pixel - Plane) % Width;
        return ((h - FromH) * (ToW - FromW)) + w - FromW;
    }

    /// <summary>The pixel of the image that has this number in the window.</summary>
    public int Pixel(int number) =>
        Plane + ((FromH + (number / (ToW - FromW))) * Width) + FromW + (number % (ToW - FromW));

    public int ArgMax(ReadOnlySpan<float> x)
    {
        int best = Plane + (FromH * Width) + FromW;
        for (int h = FromH; h < ToH; h++)
        {
            for (int w = FromW; w < ToW; w++)
            {
                int i = Plane + (h * Width) + w;
                if (x[i] > x[best] || float.IsNaN(x[i]))
                    best = i;
            }
        }
        return best;
    }

    public float Sum(ReadOnlySpan<float> x)
    {
        float sum = 0;
        for (int h = FromH; h < ToH; h++)
        {
            for (int w = FromW; w < ToW; w++)
                sum += x[Plane + (h * Width) + w];
        }
        return sum;
    }

    public void Add(Span<float> to, float value)
    {
        for (int h = FromH; h < ToH; h++)
        {
            for (int w = FromW; w < ToW; w++)
                to[Plane + (h * Width) + w] += value;
        }
    }
}
