using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// A convolution, or the gradient of one for its input, by <see cref="Winograd"/> or <see cref="RowWinograd"/>.
/// </summary>
sealed class WinogradStep : BlockStep
{
    /// <summary>
    /// Tiles that share the transformed weights, and blocks for threads to choose from. Where there are few of either
    /// the other gives way, by shape alone.
    /// </summary>
    const int TilesTogether = 2 * Winograd.TileBlock, LeastBlocks = 8;

    /// <summary>Along rows a block transforms all pixels of its groups: with fewer blocks they are halved.</summary>
    const int LeastRowBlocks = 4;

    const long WorkPerRowBlock = 1 << 20;

    readonly Tensor tensor;
    readonly ConvShape shape;
    readonly bool isByRows;
    readonly BlockCut cut;
    IMemory memory = null!;

    public WinogradStep(Tensor tensor, ConvShape shape) : base(tensor.Inputs, [tensor])
    {
        (this.tensor, this.shape, isByRows) = (tensor, shape, RowWinograd.Suits(shape));
        (Groups, Channels) = (Sizes.Groups(tensor.Shape[0]), tensor.Shape[1]);
        if (isByRows)
        {
            Grain = (1, Groups < LeastRowBlocks ? (Channels + 1) / 2 : Channels);
            cut = new(Groups, Channels, Channels * WorkPerChannel / WorkPerRowBlock, Grain);
            return;
        }
        int tiles = Math.Max(1, tensor.Shape.ElementsFrom(2) / 16);
        int together = Math.Clamp(TilesTogether / tiles, 1, Groups);
        Grain = (together, Winograd.Block);
        cut = new(Groups, Channels, Channels, Grain);
        if (cut.Count >= LeastBlocks)
            return;
        Grain = (together, Winograd.Block / 2);
        cut = new(Groups, Channels, Channels, Grain);
    }

    public override int Groups { get; }

    public override int Channels { get; }

    public override (int Groups, int Channels) Grain { get; }

    public override long WorkPerChannel => isByRows
        ? shape.WeightLength / shape.KernelWidth * 8 * 16 * RowWinograd.Tiles(shape) / Channels
        : shape.WeightLength / 4 * tensor.Shape.ElementsFrom(2) / Channels;

    public override int Tiles => cut.Count;

    public override long ScratchFloats => isByRows ? RowWinograd.ScratchFloats(shape) : Winograd.ScratchFloats;

    public override string Name => $"{tensor.Op.Name} by Winograd{(isByRows ? " along rows" : "")}"
        + $"{ConvShapes.BiasOf(tensor)} {tensor.Inputs[0].Shape} -> {tensor.Shape}";

    public override bool IsBlockLocal(int read) => false;

    public override void Bind(IMemory memory)
    {
        base.Bind(memory);
        this.memory = memory;
    }

    public override void Run(int tile, int worker) => RunBlock(cut[tile], worker);

    protected override void RunBlock(Floats[] operands, in Block block, int worker)
    {
        var (groupFrom, groupTo, from, to) = block;
        var (source, weights, target) = (operands[0], operands[1], operands[^1]);
        var bias = Reads.Count > 2 ? operands[2] : default;
        var scratch = memory.Scratch(worker);
        switch (tensor.Op is Conv2dInputGradient, isByRows)
        {
            case (false, false):
                Winograd.Forward(shape, source, weights, target, groupFrom, groupTo, from, to, scratch, bias);
                break;
            case (true, false):
                Winograd.InputGradient(shape, weights, source, target, groupFrom, groupTo, from, to, scratch);
                break;
            case (false, true):
                RowWinograd.Forward(shape, source, weights, target, groupFrom, groupTo, from, to, scratch, bias);
                break;
            case (true, true):
                RowWinograd.InputGradient(shape, weights, source, target, groupFrom, groupTo, from, to, scratch);
                break;
        }
    }
}
