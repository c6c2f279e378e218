using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A fused loop. Over tensors in lanes it can be run block by block.</summary>
sealed class LoopStep : Step, IBlockStep
{
    readonly CompiledLoop loop;
    readonly Shape domain;
    readonly Floats[] operands;
    readonly long unitsPerGroup, unitsPerChannel;

    public LoopStep(CompiledLoop loop, Layout layout) : base(loop.Reads, loop.Writes)
    {
        this.loop = loop;
        domain = Fusion.Domain(loop.Writes[0]);
        operands = new Floats[loop.Reads.Count + loop.Writes.Count];
        Tiles = (int)((loop.Nest.Length + loop.UnitsPerTile - 1) / loop.UnitsPerTile);
        if (layout == Layout.Plain)
            return;
        Groups = Sizes.Groups(domain[0]);
        bool reducesChannels = loop.Writes.Any(w => w.Op is LaneReduce reduce && reduce.Axes.Contains(1));
        Channels = domain.Rank > 1 && !reducesChannels ? domain[1] : 1;
        unitsPerGroup = loop.Nest.Length / Groups;
        unitsPerChannel = unitsPerGroup / Channels;
    }

    public override int Tiles { get; }

    public override string Name => $"loop ({string.Join(" ", loop.Operations)}) -> {string.Join(", ", Writes.Select(w => w.Op.Name))}";

    /// <summary>0 over plain tensors, which have no blocks.</summary>
    public int Groups { get; }

    public int Channels { get; } = 1;

    public long WorkPerChannel => 16L * domain.ElementsFrom(1) / Channels * loop.Operations.Count;

    public bool IsBlockLocal(int read) =>
        Reads[read].Shape.Rank == domain.Rank && (Channels == 1 || Reads[read].Shape[1] == domain[1]);

    public override bool CanOverwrite(int read) =>
        Writes[0].Op is not LaneReduce && Reads[read].Shape.Equals(Writes[0].Shape);

    public override void Bind(IMemory memory)
    {
        for (int i = 0; i < operands.Length; i++)
            operands[i] = memory[i < Reads.Count ? Reads[i] : Writes[i - Reads.Count]];
    }

    public override void Run(int tile, int worker)
    {
        long from = tile * loop.UnitsPerTile;
        loop.Nest.Run(operands, from, Math.Min(loop.Nest.Length, from + loop.UnitsPerTile));
    }

    public void RunBlock(in Block block, int worker)
    {
        for (int group = block.GroupFrom; group < block.GroupTo; group++)
        {
            long start = group * unitsPerGroup;
            loop.Nest.Run(operands, start + (block.From * unitsPerChannel), start + (block.To * unitsPerChannel));
        }
    }
}
