using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>The weight gradient of a convolution: blocks of it and chunks of the batch side by side, then the tree over
/// the chunks.</summary>
sealed class ConvWeightGradientStep : Step
{
    /// <summary>With fewer tiles blocks are halved, by shape alone: Winograd's, and those of the direct way.</summary>
    const int LeastTiles = 8, LeastDirectTiles = 2;

    /// <summary>Along rows a tile transforms all pixels of its chunk: with fewer chunks they are halved.</summary>
    const int LeastRowChunks = 4;

    readonly Tensor tensor;
    readonly ConvShape shape;
    readonly BatchChunks chunks;
    readonly bool winograd, isByRows;
    readonly BlockCut cut;
    readonly NativeBuffer? partial;
    IMemory memory = null!;
    Floats x, dy, dw;

    public ConvWeightGradientStep(Tensor tensor) : this(tensor,
        ConvShapes.Of(((Conv2dWeightGradient)tensor.Op).Settings, tensor.Inputs[0].Shape, tensor.Shape))
    {
    }

    ConvWeightGradientStep(Tensor tensor, ConvShape shape) : this(
        tensor, shape, Conv2dWeightGradient.Chunks(shape, tensor.Inputs[0].Shape[0]))
    {
    }

    ConvWeightGradientStep(Tensor tensor, ConvShape shape, BatchChunks chunks)
        : base(tensor.Inputs, chunks.Count > 1 ? [] : [tensor])
    {
        (this.tensor, this.shape, this.chunks) = (tensor, shape, chunks);
        (winograd, isByRows) = (Winograd.Suits(shape), RowWinograd.Suits(shape));
        var (filters, channels) = winograd ? (Winograd.Block, Winograd.Block)
            : isByRows ? (chunks.Count < LeastRowChunks ? (shape.Filters + 1) / 2 : shape.Filters, shape.Channels)
            : Convolution.SumsPerBlock(shape);
        cut = Blocks(filters, channels);
        if (winograd && cut.Count * chunks.Count < LeastTiles)
            cut = Blocks(filters / 2, channels / 2);
        if (!winograd && !isByRows && cut.Count * chunks.Count < LeastDirectTiles)
            cut = Blocks((Math.Min(filters, shape.Filters) + 1) / 2, channels);
        if (chunks.Count > 1)
            partial = new NativeBuffer((long)chunks.Count * tensor.Shape.Elements, "parts of a gradient");
    }

    public override int Tiles => cut.Count * chunks.Count;

    public override long ScratchFloats => winograd ? Winograd.ScratchFloats
        : isByRows ? RowWinograd.ScratchFloats(shape) : Convolution.WeightGradientScratch(shape);

    public NativeBuffer? Partial => partial;

    public int Chunks => chunks.Count;

    public override Tensor Anchor => tensor;

    public override string Name =>
        $"Conv2dWeightGradient{(winograd ? " by Winograd" : isByRows ? " by Winograd along rows" : "")} "
        + $"{tensor.Inputs[0].Shape} -> {tensor.Shape}";

    public override void Bind(IMemory memory)
    {
        this.memory = memory;
        x = memory[tensor.Inputs[0]];
        dy = memory.Place(tensor.Inputs[1]) is null ? memory[tensor.Inputs[1]] : default;
        dw = partial is null ? memory[tensor] : default;
    }

    /// <summary>
    /// Whether blocks of dy can be taken as they are made, group by group: nothing of them is needed twice.
    /// </summary>
    public bool TakesBlocks => !winograd && !isByRows && shape.Groups == 1 && cut.MostGroups == shape.Channels
        && tensor.Inputs[0].Shape[0] % 16 == 0
        && Convolution.SumsAtOnce(shape, cut.MostChannels);

    /// <summary>The filters of the largest tile.</summary>
    public int MostFilters => cut.MostChannels;

    /// <summary>The filters of a tile, and its groups.</summary>
    public Block BlockOf(int tile)
    {
        int chunk = tile / cut.Count;
        var filters = cut[tile % cut.Count];
        return new(chunks.FirstGroup(chunk), chunks.FirstGroup(chunk + 1), filters.From, filters.To);
    }

    /// <summary>Adds one group of a tile, the groups in order; the last writes the result.</summary>
    public void Add(int tile, int group, Floats dy, Floats scratch)
    {
        int chunk = tile / cut.Count;
        var block = BlockOf(tile);
        Convolution.WeightGradient(shape, x, dy, Target(chunk), block.From, block.To, group, group + 1, scratch,
            continues: group > block.GroupFrom, isContinued: group + 1 < block.GroupTo);
    }

    Floats Target(int chunk) =>
        partial is null ? dw : partial.Slice((long)chunk * tensor.Shape.Elements, tensor.Shape.Elements);

    public override void Run(int tile, int worker)
    {
        int chunk = tile / cut.Count, groupFrom = chunks.FirstGroup(chunk), groupTo = chunks.FirstGroup(chunk + 1);
        var block = cut[tile % cut.Count];
        var target = Target(chunk);
        var scratch = memory.Scratch(worker);
        if (winograd)
        {
            Winograd.WeightGradient(shape, x, dy, target, block.From, block.To, block.GroupFrom, block.GroupTo,
                groupFrom, groupTo, scratch);
        }
        else if (isByRows)
        {
            RowWinograd.WeightGradient(shape, x, dy, target, block.From, block.To, block.GroupFrom, block.GroupTo,
                groupFrom, groupTo, scratch);
        }
        else
        {
            Convolution.WeightGradient(shape, x, dy, target, block.From, block.To, block.GroupFrom, block.GroupTo,
                groupFrom, groupTo, scratch);
        }
    }

    /// <summary>Filters as a block's channels, channels as its groups.</summary>
    BlockCut Blocks(int filters, int channels) =>
        new(tensor.Shape[1], shape.Filters, shape.Filters, (Math.Min(channels, tensor.Shape[1]), filters));
}
