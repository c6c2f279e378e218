using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A convolution, or the gradient of one for its input, by <see cref="Winograd"/>.</summary>
sealed class WinogradStep : Step, IBlockStep
{
    /// <summary>
    /// Tiles that share the transformed weights, and blocks for threads to choose from. Where there are few of either
    /// the other gives way, by shape alone.
    /// </summary>
    const int TilesTogether = 2 * Winograd.TileBlock, LeastBlocks = 8;

    readonly Tensor tensor;
    readonly ConvShape shape;
    readonly BlockCut cut;
    IMemory memory = null!;
    Floats source, weights, target;

    public WinogradStep(Tensor tensor, ConvShape shape) : base(tensor.Inputs, [tensor])
    {
        (this.tensor, this.shape) = (tensor, shape);
        (Groups, Channels) = (Sizes.Groups(tensor.Shape[0]), tensor.Shape[1]);
        int tiles = Math.Max(1, tensor.Shape.ElementsFrom(2) / 16), together = Math.Clamp(TilesTogether / tiles, 1, Groups);
        Grain = (together, Winograd.Block);
        cut = new(Groups, Channels, Channels, Grain);
        if (cut.Count >= LeastBlocks)
            return;
        Grain = (together, Winograd.Block / 2);
        cut = new(Groups, Channels, Channels, Grain);
    }

    public int Groups { get; }

    public int Channels { get; }

    public (int Groups, int Channels) Grain { get; }

    public long WorkPerChannel => shape.WeightLength / 4 * tensor.Shape.ElementsFrom(2) / Channels;

    public override int Tiles => cut.Count;

    public override long ScratchFloats => Winograd.ScratchFloats;

    public override string Name => $"{tensor.Op.Name} by Winograd {tensor.Inputs[0].Shape} -> {tensor.Shape}";

    public bool IsBlockLocal(int read) => false;

    public override void Bind(IMemory memory)
    {
        this.memory = memory;
        (source, weights, target) = (memory[tensor.Inputs[0]], memory[tensor.Inputs[1]], memory[tensor]);
    }

    public override void Run(int tile, int worker) => RunBlock(cut[tile], worker);

    public void RunBlock(in Block block, int worker)
    {
        var (groupFrom, groupTo, from, to) = block;
        if (tensor.Op is Conv2dInputGradient)
            Winograd.InputGradient(shape, weights, source, target, groupFrom, groupTo, from, to, memory.Scratch(worker));
        else
            Winograd.Forward(shape, source, weights, target, groupFrom, groupTo, from, to, memory.Scratch(worker));
    }
}
