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

/// <summary>A kernel that works on a range of output channels of one group of 16 samples.</summary>
abstract class ChannelStep : BlockStep
{
    const long WorkPerTile = 1 << 20;

    readonly BlockCut cut;

    protected ChannelStep(Tensor tensor, long workPerChannel, int channelsPerBlock = 1)
        : this(tensor.Inputs, [tensor], workPerChannel, channelsPerBlock)
    {
    }

    protected ChannelStep(
        IReadOnlyList<Tensor> reads, IReadOnlyList<Tensor> writes, long workPerChannel, int channelsPerBlock = 1)
        : base(reads, writes)
    {
        WorkPerChannel = workPerChannel;
        Groups = Sizes.Groups(Tensor.Shape[0]);
        Channels = Tensor.Shape[1];
        Grain = (1, channelsPerBlock);
        cut = new(Groups, Channels, Channels * workPerChannel / WorkPerTile, (1, Math.Max(6, channelsPerBlock)));
    }

    public override (int Groups, int Channels) Grain { get; }

    public override int Groups { get; }

    public override int Channels { get; }

    public override long WorkPerChannel { get; }

    protected Tensor Tensor => Writes[0];

    public override int Tiles => cut.Count;

    /// <summary>A pool looks at its own channel; a convolution at all of its input.</summary>
    public override bool IsBlockLocal(int read) => true;

    public override string Name =>
        $"{Tensor.Op.Name}{ConvShapes.BiasOf(Tensor)} {Tensor.Inputs[0].Shape} -> {Tensor.Shape}";

    public override void Run(int tile, int worker) => RunBlock(cut[tile], worker);

    protected override void RunBlock(Floats[] operands, in Block block, int worker)
    {
        for (int group = block.GroupFrom; group < block.GroupTo; group++)
            RunGroup(new(operands, this, group), block.From, block.To);
    }

    protected abstract void RunGroup(in GroupViews views, int from, int to);

    /// <summary>The parts of the operands that belong to one group; weights are whole.</summary>
    protected readonly ref struct GroupViews(Floats[] operands, ChannelStep step, int group)
    {
        /// <summary>The first result.</summary>
        public Floats Out => Result(0);

        /// <summary>Result i: one group's part.</summary>
        public Floats Result(int i) => Part(step.Reads.Count + i, step.Writes[i].Shape);

        /// <summary>Input i: one group's part of a tensor in lanes.</summary>
        public Floats In(int i) => Part(i, step.Reads[i].Shape);

        /// <summary>Input i, whole.</summary>
        public Floats Whole(int i) => operands[i];

        /// <summary>Input i, whole; empty if there is none.</summary>
        public Floats Optional(int i) => i < step.Reads.Count ? operands[i] : default;

        Floats Part(int operand, Shape shape)
        {
            long length = 16L * shape.ElementsFrom(1);
            return operands[operand].Slice(group * length, length);
        }
    }
}

sealed class ConvForwardStep(Tensor tensor, ConvShape shape)
    : ChannelStep(tensor, shape.WeightLength / shape.Filters * shape.OutputLength / shape.Filters,
        Convolution.FiltersPerBlock(shape, Sizes.Groups(tensor.Shape[0])))
{
    public override bool IsBlockLocal(int read) => false;

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        Convolution.Forward(shape, views.In(0), views.Whole(1), views.Out, from, to, bias: views.Optional(2));
}

sealed class ConvInputGradientStep(Tensor tensor, ConvShape shape)
    : ChannelStep(tensor, shape.WeightLength / shape.Channels * shape.OutputLength / shape.Filters,
        Convolution.ChannelsPerBlock(shape, Sizes.Groups(tensor.Shape[0])))
{
    public override bool IsBlockLocal(int read) => false;

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        Convolution.InputGradient(shape, views.Whole(1), views.In(0), views.Out, from, to);
}

/// <summary>The maxima of windows, where they lie, or both in one look.</summary>
/// <param name="x">The images.</param>
/// <param name="settings">The windows.</param>
/// <param name="max">The maxima, if anybody wants them.</param>
/// <param name="index">Where they lie, if anybody wants that.</param>
sealed class MaxPoolStep(Tensor x, PoolSettings settings, Tensor? max = null, Tensor? index = null)
    : ChannelStep([x], [.. new[] { max, index }.OfType<Tensor>()], 64L * x.Shape.ElementsFrom(2))
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

sealed class MaxPoolGradientStep(Tensor tensor) : ChannelStep(tensor, 64L * tensor.Shape.ElementsFrom(2))
{
    readonly PoolShape shape = ConvShapes.Of(((MaxPool2dGradient)tensor.Op).Settings, tensor.Shape);

    public override BlockStep Again() => new MaxPoolGradientStep(Tensor);

    protected override void RunGroup(in GroupViews views, int from, int to) =>
        MaxPool.InputGradient(shape, views.In(0), views.In(1), views.Out, from, to);
}

/// <summary>Average pools, with windows or adaptive.</summary>
sealed class AvgPoolStep(Tensor tensor, PoolShape shape) : ChannelStep(tensor, 64L * shape.Height * shape.Width)
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

sealed class AvgPoolGradientStep(Tensor tensor, PoolShape shape) : ChannelStep(tensor, 64L * shape.Height * shape.Width)
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
