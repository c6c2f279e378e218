using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// A fused loop. Over tensors in lanes it can be run block by block; over plain ones if it runs on, by rows that begin
/// with a vector.
/// </summary>
sealed class LoopStep : BlockStep
{
    readonly CompiledLoop loop;
    readonly Shape domain;
    Floats[] operands = [];
    readonly long unitsPerGroup, channelFloats;

    public LoopStep(CompiledLoop loop, Layout layout) : base(loop.Reads, loop.Writes)
    {
        this.loop = loop;
        domain = Fusion.Domain(loop.Writes[0]);
        Tiles = (int)((loop.Nest.Length + loop.UnitsPerTile - 1) / loop.UnitsPerTile);
        Layout = layout;
        if (layout == Layout.Plain)
        {
            if (!loop.RunsOn || domain.Rank == 0)
                return;
            (Groups, Channels, channelFloats) = (1, domain[0], domain.ElementsFrom(1));
            Grain = (1, Sizes.RowsOfVectors(channelFloats));
            return;
        }
        Groups = Sizes.Groups(domain[0]);
        bool reducesChannels = loop.Writes.Any(w => w.Op is LaneReduce reduce && reduce.Axes.Contains(1));
        Channels = domain.Rank > 1 && !reducesChannels ? domain[1] : 1;
        unitsPerGroup = loop.Nest.Length / Groups;
        channelFloats = unitsPerGroup / Channels * 16;
    }

    public override int Tiles { get; }

    public override string Name
    {
        get
        {
            string results = string.Join(", ", Writes.Select(w => w.Op.Name));
            return loop.Operations.Count == 0 ? $"{results} of {Reads[0].Shape}"
                : $"loop ({string.Join(" ", loop.Operations)}) -> {results}";
        }
    }

    public override Layout Layout { get; }

    public override (int Groups, int Channels) Grain { get; } = (1, 1);

    public override int Groups { get; }

    public override int Channels { get; } = 1;

    public override long WorkPerChannel => loop.Operations.Count
        * (Layout == Layout.Plain ? channelFloats : 16L * domain.ElementsFrom(1) / Channels);

    public override bool IsBlockLocal(int read) =>
        Layout == Layout.Plain ? Reads[read].Shape.Equals(domain)
            : Reads[read].Shape.Rank == domain.Rank && (Channels == 1 || Reads[read].Shape[1] == domain[1]);

    public override bool CanOverwrite(int read) =>
        Writes[0].Op is not LaneReduce && Reads[read].Shape.Equals(Writes[0].Shape);

    public override void Bind(IMemory memory)
    {
        base.Bind(memory);
        operands = [.. Reads.Concat(Writes).Select(t => memory.Place(t) is null ? memory[t] : default)];
    }

    public override void Run(int tile, int worker)
    {
        long from = tile * loop.UnitsPerTile;
        loop.Nest.Run(operands, from, Math.Min(loop.Nest.Length, from + loop.UnitsPerTile));
    }

    protected override void RunBlock(Floats[] operands, in Block block, int worker)
    {
        for (int group = block.GroupFrom; group < block.GroupTo; group++)
        {
            long start = group * unitsPerGroup;
            loop.Nest.Run(operands, start + Units(block.From), start + Units(block.To));
        }
    }

    /// <summary>Units of the channels before this one.</summary>
    long Units(int channel) => ((channel * channelFloats) + 15) / 16;
}
