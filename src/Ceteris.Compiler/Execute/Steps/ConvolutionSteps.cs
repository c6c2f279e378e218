using Ceteris.Kernels;

namespace Ceteris.Compiler;

static class ConvShapes
{
    public static ConvShape Of(ConvSettings s, Shape x, Shape w) =>
        new(x[1], x[2], x[3], w[0], (w[2], w[3]), (s.Stride.H, s.Stride.W), (s.Padding.H, s.Padding.W),
            (s.Dilation.H, s.Dilation.W), s.Groups);

    /// <summary>Says in plans that a convolution adds its bias.</summary>
    public static string BiasOf(Tensor tensor) => tensor is { Op: Conv2dOp, Inputs.Count: > 2 } ? " + bias" : "";

    public static PoolShape Of(PoolSettings s, Shape x) =>
        PoolShape.Windows(x[1], x[2], x[3], (s.Window.H, s.Window.W), (s.Stride.H, s.Stride.W),
            (s.Padding.H, s.Padding.W), s.CeilMode, s.CountIncludePad);
}

/// <summary>A kernel that works on a range of output channels of some groups of 16 samples.</summary>
abstract class ChannelStep : BlockStep
{
    const long WorkPerTile = 1 << 20;

    readonly BlockCut cut;

    protected ChannelStep(
        IReadOnlyList<Tensor> reads, IReadOnlyList<Tensor> writes, long workPerChannel, (int, int)? grain = null)
        : base(reads, writes)
    {
        WorkPerChannel = workPerChannel;
        Groups = Sizes.Groups(Tensor.Shape[0]);
        Channels = Tensor.Shape[1];
        Grain = grain ?? (1, 1);
        long work = Channels * workPerChannel * Grain.Groups;
        cut = new(Groups, Channels, work / WorkPerTile, (Grain.Groups, Math.Max(6, Grain.Channels)));
    }

    public override (int Groups, int Channels) Grain { get; }

    public override int Groups { get; }

    public override int Channels { get; }

    public override long WorkPerChannel { get; }

    protected Tensor Tensor => Writes[0];

    public override int Tiles => cut.Count;

    public override string Name =>
        $"{Tensor.Op.Name}{ConvShapes.BiasOf(Tensor)} {Tensor.Inputs[0].Shape} -> {Tensor.Shape}";

    public override void Run(int tile, int worker) => RunBlock(cut[tile], worker);
}

/// <summary>A convolution, or the gradient of one for its input.</summary>
sealed class ConvStep(Tensor tensor, ConvShape shape) : ChannelStep(tensor.Inputs, [tensor],
    shape.WeightLength / tensor.Shape[1] * shape.OutputLength / shape.Filters,
    Convolution.Together(shape, Sizes.Groups(tensor.Shape[0]), tensor.Op is Conv2dInputGradient))
{
    public override bool IsBlockLocal(int read) => false;

    protected override void RunBlock(Floats[] operands, in Block block, int worker)
    {
        var (groupFrom, groupTo, from, to) = block;
        var (source, weights, target) = (operands[0], operands[1], operands[^1]);
        var bias = Reads.Count > 2 ? operands[2] : default;
        if (Tensor.Op is Conv2dInputGradient)
            Convolution.InputGradient(shape, weights, source, target, groupFrom, groupTo, from, to);
        else
            Convolution.Forward(shape, source, weights, target, groupFrom, groupTo, from, to, bias: bias);
    }
}

/// <summary>A kernel that works on one group of 16 samples at a time and looks at each channel by itself.</summary>
abstract class PoolStep(IReadOnlyList<Tensor> reads, IReadOnlyList<Tensor> writes, long workPerChannel)
    : ChannelStep(reads, writes, workPerChannel)
{
    public override bool IsBlockLocal(int read) => true;

    protected override void RunBlock(Floats[] operands, in Block block, int worker)
    {
        for (int group = block.GroupFrom; group < block.GroupTo; group++)
            RunGroup(new(operands, this, group), block.From, block.To);
    }

    protected abstract void RunGroup(in GroupViews views, int from, int to);

    /// <summary>The parts of the operands that belong to one group.</summary>
    protected readonly ref struct GroupViews(Floats[] operands, PoolStep step, int group)
    {
        /// <summary>The first result.</summary>
        public Floats Out => Result(0);

        /// <summary>Result i: one group's part.</summary>
        public Floats Result(int i) => Part(step.Reads.Count + i, step.Writes[i].Shape);

        /// <summary>Input i: one group's part of a tensor in lanes.</summary>
        public Floats In(int i) => Part(i, step.Reads[i].Shape);

        Floats Part(int operand, Shape shape)
        {
            long length = 16L * shape.ElementsFrom(1);
            return operands[operand].Slice(group * length, length);
        }
    }
}

/// <summary>The maxima of windows, where they lie, or both in one look.</summary>
/// <param name="x">The images.</param>
/// <param name="settings">The windows.</param>
/// <param name="max">The maxima, if anybody wants them.</param>
/// <param name="index">Where they lie, if anybody wants that.</param>
sealed class MaxPoolStep(Tensor x, PoolSettings settings, Tensor? max = null, Tensor? index = null)
    : PoolStep([x], [.. new[] { max, index }.OfType<Tensor>()], 64L * x.Shape.ElementsFrom(2))
{
    readonly PoolShape shape = ConvShapes.Of(settings, x.Shape);
    readonly Tensor? max = max, index = index;

    /// <summary>What is looked at.</summary>
    public (Tensor Images, PoolSettings Windows) Sight => (x, settings);

    /// <summary>Both results in one look.</summary>
    public MaxPoolStep With(MaxPoolStep other) => new(x, settings, max ?? other.max, index ?? other.index);

    /// <summary>As early as the image is there, so that the image needs not be kept for the gradient.</summary>
    public override Tensor Anchor => index is null ? base.Anchor : x;

    protected override void RunGroup(in GroupViews views, int from, int to)
    {
        if (index is null)
            MaxPool.Forward(shape, views.In(0), views.Out, from, to);
        else if (max is null)
            MaxPool.Index(shape, views.In(0), views.Out, from, to);
        else
            MaxPool.ForwardAndIndex(shape, views.In(0), views.Out, views.Result(1), from, to);
    }
}

sealed class MaxPoolGradientStep(Tensor tensor)
    : PoolStep(tensor.Inputs, [tensor], 64L * tensor.Shape.ElementsFrom(2))
{
    readonly PoolShape shape = ConvShapes.Of(((MaxPool2dGradient)tensor.Op).Settings, tensor.Shape);

    public override BlockStep Again() => new MaxPoolGradientStep(Tensor);

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        MaxPool.InputGradient(shape, views.In(0), views.In(1), views.Out, from, to);
}

/// <summary>Average pools, with windows or adaptive.</summary>
sealed class AvgPoolStep(Tensor tensor, PoolShape shape)
    : PoolStep(tensor.Inputs, [tensor], 64L * shape.Height * shape.Width)
{
    public AvgPoolStep(Tensor tensor) : this(tensor, tensor.Op switch
    {
        AvgPool2dOp op => ConvShapes.Of(op.Settings, tensor.Inputs[0].Shape),
        AdaptiveAvgPool2dOp op => Adaptive(tensor.Inputs[0].Shape, op.Size),
        _ => throw new ArgumentException($"expected an average pool, got {tensor.Op.Name}"),
    })
    {
    }

    public static PoolShape Adaptive(Shape x, Pair size) => PoolShape.Adaptive(x[1], x[2], x[3], (size.H, size.W));

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        AveragePool.Forward(shape, views.In(0), views.Out, from, to);
}

sealed class AvgPoolGradientStep(Tensor tensor, PoolShape shape)
    : PoolStep(tensor.Inputs, [tensor], 64L * shape.Height * shape.Width)
{
    public AvgPoolGradientStep(Tensor tensor) : this(tensor, tensor.Op switch
    {
        AvgPool2dGradient op => ConvShapes.Of(op.Settings, tensor.Shape),
        AdaptiveAvgPool2dGradient =>
            AvgPoolStep.Adaptive(tensor.Shape, new(tensor.Inputs[0].Shape[2], tensor.Inputs[0].Shape[3])),
        _ => throw new ArgumentException($"expected the gradient of an average pool, got {tensor.Op.Name}"),
    })
    {
    }

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        AveragePool.InputGradient(shape, views.In(0), views.Out, from, to);
}
