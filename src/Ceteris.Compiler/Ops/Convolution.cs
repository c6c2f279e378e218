using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>Something for each of the two axes of an image.</summary>
public readonly record struct Pair(int H, int W)
{
    public static implicit operator Pair(int both) => new(both, both);

    public override string ToString() => H == W ? $"{H}" : $"{H}x{W}";
}

/// <summary>Stride, zero padding, dilation and groups of a 2-d convolution, and the shapes that follow.</summary>
public sealed record ConvSettings(Pair Stride, Pair Padding, Pair Dilation, int Groups = 1)
{
    public static ConvSettings Default { get; } = new(1, 0, 1);

    /// <summary>x [N, C, H, W], w [K, C / Groups, R, S] → y [N, K, OH, OW], OH = ⌊(H + 2·pad − dilation·(R − 1) − 1) /
    /// stride⌋ + 1</summary>
    public Shape Output(Shape x, Shape w)
    {
        if (x.Rank != 4 || w.Rank != 4)
            throw Shapes.Expected("[N, C, H, W] and a weight [K, C, R, S]", x, w);
        if (Stride.H < 1 || Stride.W < 1 || Padding.H < 0 || Padding.W < 0 || Dilation.H < 1 || Dilation.W < 1
            || Groups < 1)
        {
            throw new ShapeException($"expected stride ≥ 1, padding ≥ 0, dilation ≥ 1 and groups ≥ 1, got {this}");
        }
        if (x[1] != w[1] * Groups || w[0] % Groups != 0)
            throw Shapes.Expected($"{w[1] * Groups} channels in {Groups} group(s) for the weight {w}", x);
        int h = Extent(x[2], w[2], Stride.H, Padding.H, Dilation.H);
        int width = Extent(x[3], w[3], Stride.W, Padding.W, Dilation.W);
        if (h < 1 || width < 1)
        {
            throw Shapes.Expected(
                $"an image at least as large as the {w[2]}x{w[3]} window (padding {Padding}, dilation {Dilation})", x);
        }
        return [x[0], w[0], h, width];
    }

    static int Extent(int size, int window, int stride, int padding, int dilation)
    {
        int room = size + (2 * padding) - (dilation * (window - 1)) - 1;
        return room < 0 ? 0 : (room / stride) + 1;
    }
}

/// <summary>
/// 2-d cross-correlation.   x [N, C, H, W], w [K, C/G, R, S] → y [N, K, OH, OW],
/// y[n,k,p,q] = Σ_{c,r,s} x[n, c, p·stride + r·dilation − pad, q·stride + s·dilation − pad] · w[k,c,r,s].
/// Definition of the bits: one chain of fused multiply-adds over (c, r, s) in order from +0, then + 0; where
/// <see cref="Winograd.Suits"/> says so, <see cref="WinogradDefinition.Correlate"/>, and where
/// <see cref="RowWinograd.Suits"/> does, <see cref="RowWinogradDefinition.Forward"/>. If there is a third input, a bias
/// b [K], then + b[k] after all that.
/// </summary>
public sealed record Conv2dOp(ConvSettings Settings) : Op
{
    public override string Name => "Conv2d";

    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        var y = Settings.Output(inputs[0], inputs[1]);
        return inputs.Length == 2 || inputs[2].SequenceEqual([y[1]])
            ? y : throw Shapes.Expected($"a bias [{y[1]}]", inputs[2]);
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor x = y.Inputs[0], w = y.Inputs[1];
        return
        [
            Tensor.Apply(new Conv2dInputGradient(Settings, x.Shape), dy, w),
            Tensor.Apply(new Conv2dWeightGradient(Settings, w.Shape), x, dy),
            .. y.Inputs.Skip(2).Select(_ => dy.Sum([0, 2, 3])),
        ];
    }

    public override void Run(in Tile tile)
    {
        Correlate(tile);
        if (tile.Shapes.Length == 2)
            return;
        var bias = tile.In(2);
        var y = tile.OutRows;
        int plane = tile.OutShape.ElementsFrom(2);
        for (int i = 0; i < y.Length; i++)
            y[i] += bias[i / plane % bias.Length];
    }

    void Correlate(in Tile tile)
    {
        var g = new ConvGeometry(Settings, tile.Shapes[0], tile.Shapes[1], tile.OutShape);
        var x = tile.In(0);
        var w = tile.In(1);
        if (g.IsWinograd)
        {
            WinogradDefinition.Correlate(x, tile.Shapes[0], tile.Out, tile.OutShape, g.Origin,
                WinogradDefinition.Windows(w, tile.Shapes[1], turned: false), tile.From, tile.To);
            return;
        }
        if (g.IsRowWinograd)
        {
            RowWinogradDefinition.Forward(
                Settings, x, tile.Shapes[0], w, tile.Shapes[1], tile.Out, tile.OutShape, tile.From, tile.To);
            return;
        }
        for (int n = tile.From; n < tile.To; n++)
        {
            for (int k = 0; k < g.K; k++)
            {
                for (int p = 0; p < g.OH; p++)
                {
                    for (int q = 0; q < g.OW; q++)
                    {
                        float sum = 0;
                        for (int c = 0; c < g.CPerGroup; c++)
                        {
                            int channel = g.FirstC(k) + c;
                            for (int t = 0; t < g.R * g.S; t++)
                            {
                                if (g.Inside(p, q, t, out int h, out int v))
                                    sum = MathF.FusedMultiplyAdd(w[g.W(k, c, t)], x[g.X(n, channel, h, v)], sum);
                            }
                        }
                        tile.Out[g.Y(n, k, p, q)] = sum + 0f;
                    }
                }
            }
        }
    }
}

/// <summary>
/// The gradient of a convolution with respect to its input.   dy [N, K, OH, OW], w [K, C/G, R, S] → dx [N, C, H, W].
/// Definition of the bits: one chain of fused multiply-adds over (k, r, s) in order from +0, then + 0; where
/// <see cref="Winograd.Suits"/> says so, <see cref="WinogradDefinition.Correlate"/> with windows turned by half a turn,
/// and where <see cref="RowWinograd.Suits"/> does, <see cref="RowWinogradDefinition.InputGradient"/>.
/// </summary>
public sealed record Conv2dInputGradient(ConvSettings Settings, Shape InputShape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Settings.Output(InputShape, inputs[1]) is var output && output.Equals(inputs[0])
            ? InputShape : throw Shapes.Expected($"{output}", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor g = y.Inputs[0], w = y.Inputs[1];
        return
        [
            Tensor.Apply(new Conv2dOp(Settings), dy, w),
            Tensor.Apply(new Conv2dWeightGradient(Settings, w.Shape), dy, g),
        ];
    }

    public override void Run(in Tile tile)
    {
        var g = new ConvGeometry(Settings, InputShape, tile.Shapes[1], tile.Shapes[0]);
        var dy = tile.In(0);
        var w = tile.In(1);
        var dx = tile.Out;
        if (g.IsWinograd)
        {
            WinogradDefinition.Correlate(dy, tile.Shapes[0], dx, InputShape, g.TurnedOrigin,
                WinogradDefinition.Windows(w, tile.Shapes[1], turned: true), tile.From, tile.To);
            return;
        }
        if (g.IsRowWinograd)
        {
            RowWinogradDefinition.InputGradient(
                Settings, dy, tile.Shapes[0], w, tile.Shapes[1], dx, InputShape, tile.From, tile.To);
            return;
        }
        tile.OutRows.Clear();
        for (int n = tile.From; n < tile.To; n++)
        {
            // Scattering with k, r, s outermost meets each element of dx in the order of its chain.
            for (int k = 0; k < g.K; k++)
            {
                for (int t = 0; t < g.R * g.S; t++)
                {
                    for (int p = 0; p < g.OH; p++)
                    {
                        for (int q = 0; q < g.OW; q++)
                        {
                            if (!g.Inside(p, q, t, out int h, out int v))
                                continue;
                            for (int c = 0; c < g.CPerGroup; c++)
                            {
                                ref float to = ref dx[g.X(n, g.FirstC(k) + c, h, v)];
                                to = MathF.FusedMultiplyAdd(w[g.W(k, c, t)], dy[g.Y(n, k, p, q)], to);
                            }
                        }
                    }
                }
            }
        }
        foreach (ref float value in tile.OutRows)
            value += 0f;
    }
}

/// <summary>
/// The gradient of a convolution with respect to its weight.   x [N, C, H, W], dy [N, K, OH, OW] → dw [K, C/G, R, S].
/// Definition of the bits: the samples are cut as <see cref="BatchChunks"/> says; in a chunk, lane n mod 16 is one
/// chain of fused
/// multiply-adds over (group n / 16, p, q) in order from +0, taps outside the image and missing samples contributing
/// nothing, then + 0;
/// the lanes by <see cref="LaneTree"/>, the chunks by the tree of <see cref="BatchChunks"/>. Where
/// <see cref="Winograd.Suits"/> says so, <see cref="WinogradDefinition.WindowGradient"/> for each chunk, with a tile
/// counting as a sample, and the same tree; where <see cref="RowWinograd.Suits"/> does,
/// <see cref="RowWinogradDefinition.WindowGradient"/>, with a tile counting as two, so that chunks are few groups.
/// </summary>
public sealed record Conv2dWeightGradient(ConvSettings Settings, Shape WeightShape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Settings.Output(inputs[0], WeightShape) is var output && output.Equals(inputs[1])
            ? WeightShape : throw Shapes.Expected($"{output}", inputs[1]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor x = y.Inputs[0], g = y.Inputs[1];
        return
        [
            Tensor.Apply(new Conv2dInputGradient(Settings, x.Shape), g, dy),
            Tensor.Apply(new Conv2dOp(Settings), x, dy),
        ];
    }

    public override void Run(in Tile tile)
    {
        var g = new ConvGeometry(Settings, tile.Shapes[0], WeightShape, tile.Shapes[1]);
        var x = tile.In(0);
        var dy = tile.In(1);
        if (g.IsWinograd || g.IsRowWinograd)
        {
            RunWinograd(tile, g);
            return;
        }
        int samples = tile.Shapes[0][0];
        var chunks = new BatchChunks(samples);
        var sums = new float[chunks.Count];
        Span<float> lanes = stackalloc float[16];
        for (int k = tile.From; k < tile.To; k++)
        {
            for (int c = 0; c < g.CPerGroup; c++)
            {
                int channel = g.FirstC(k) + c;
                for (int t = 0; t < g.R * g.S; t++)
                {
                    for (int chunk = 0; chunk < chunks.Count; chunk++)
                    {
                        lanes.Clear();
                        int end = Math.Min(samples, chunks.FirstGroup(chunk + 1) * 16);
                        for (int n = chunks.FirstGroup(chunk) * 16; n < end; n++)
                        {
                            ref float lane = ref lanes[n % 16];
                            for (int p = 0; p < g.OH; p++)
                            {
                                for (int q = 0; q < g.OW; q++)
                                {
                                    if (g.Inside(p, q, t, out int h, out int v))
                                        lane = MathF.FusedMultiplyAdd(
                                            dy[g.Y(n, k, p, q)], x[g.X(n, channel, h, v)], lane);
                                }
                            }
                        }
                        foreach (ref float lane in lanes)
                            lane += 0f;
                        sums[chunk] = LaneTree.Combine(ReduceKind.Sum, lanes);
                    }
                    tile.Out[g.W(k, c, t)] = BatchChunks.Tree(sums);
                }
            }
        }
    }

    /// <summary>How the batch is cut.</summary>
    internal static BatchChunks Chunks(ConvShape shape, int samples) =>
        new(samples, Winograd.Suits(shape) ? Winograd.Tiles(shape)
            : RowWinograd.Suits(shape) ? 2 * RowWinograd.Tiles(shape) : 1);

    void RunWinograd(in Tile tile, in ConvGeometry g)
    {
        var x = tile.In(0);
        var dy = tile.In(1);
        var chunks = Chunks(g.Shape, tile.Shapes[0][0]);
        int taps = g.R * g.S;
        var windows = new float[taps * chunks.Count];
        var sums = new float[chunks.Count];
        for (int k = tile.From; k < tile.To; k++)
        {
            for (int c = 0; c < g.CPerGroup; c++)
            {
                for (int chunk = 0; chunk < chunks.Count; chunk++)
                {
                    int from = chunks.FirstGroup(chunk), to = chunks.FirstGroup(chunk + 1);
                    var window = windows.AsSpan(taps * chunk, taps);
                    if (g.IsWinograd)
                    {
                        WinogradDefinition.WindowGradient(
                            x, tile.Shapes[0], dy, tile.Shapes[1], g.Origin, k, c, from, to, window);
                    }
                    else
                    {
                        RowWinogradDefinition.WindowGradient(
                            Settings, x, tile.Shapes[0], dy, tile.Shapes[1], WeightShape, k, c, from, to, window);
                    }
                }
                for (int t = 0; t < taps; t++)
                {
                    for (int chunk = 0; chunk < chunks.Count; chunk++)
                        sums[chunk] = windows[(taps * chunk) + t];
                    tile.Out[g.W(k, c, t)] = BatchChunks.Tree(sums);
                }
            }
        }
    }
}

/// <summary>Index arithmetic of a convolution's scalar definitions; a tap t stands for (r, s) = (t / S, t mod
/// S).</summary>
readonly struct ConvGeometry(ConvSettings settings, Shape x, Shape w, Shape y)
{
    public ConvShape Shape { get; } = ConvShapes.Of(settings, x, w);

    public bool IsWinograd => Winograd.Suits(Shape);

    public bool IsRowWinograd => RowWinograd.Suits(Shape);

    /// <summary>Where output (0, 0) meets x through tap (0, 0).</summary>
    public Pair Origin => new(-settings.Padding.H, -settings.Padding.W);

    /// <summary>Where pixel (0, 0) of x meets the output through the last tap, for stride 1.</summary>
    public Pair TurnedOrigin => new(settings.Padding.H - w[2] + 1, settings.Padding.W - w[3] + 1);

    public int K => w[0];

    public int CPerGroup => w[1];

    public int R => w[2];

    public int S => w[3];

    public int OH => y[2];

    public int OW => y[3];

    /// <summary>The first input channel that output channel k sees.</summary>
    public int FirstC(int k) => k / (w[0] / settings.Groups) * w[1];

    public bool Inside(int p, int q, int tap, out int h, out int v)
    {
        h = (p * settings.Stride.H) + (tap / w[3] * settings.Dilation.H) - settings.Padding.H;
        v = (q * settings.Stride.W) + (tap % w[3] * settings.Dilation.W) - settings.Padding.W;
        return (uint)h < (uint)x[2] && (uint)v < (uint)x[3];
    }

    public int X(int n, int c, int h, int v) => (((((n * x[1]) + c) * x[2]) + h) * x[3]) + v;

    public int Y(int n, int k, int p, int q) => (((((n * y[1]) + k) * y[2]) + p) * y[3]) + q;

    public int W(int k, int c, int tap) => (((k * w[1]) + c) * w[2] * w[3]) + tap;
}
