namespace Ceteris.Compiler;

/// <summary>
/// A step over a tensor in lanes that can compute any block of it: some channels (axis 1) of one group of 16 samples.
/// What makes it worth
/// knowing: the next step can use the block while it is in a cache.
/// </summary>
interface IBlockStep
{
    int Groups { get; }

    int Channels { get; }

    /// <summary>About how many multiply-adds a channel of one group costs.</summary>
    long WorkPerChannel { get; }

    /// <summary>Groups that a block should have, and channels at least, where the tensor has them.</summary>
    (int Groups, int Channels) Grain => (1, 1);

    /// <summary>Whether a block needs of input <paramref name="read"/> only the block of the same groups and
    /// channels.</summary>
    bool IsBlockLocal(int read);

    void RunBlock(in Block block, int worker);
}

/// <summary>Some channels of some groups of 16 samples.</summary>
readonly record struct Block(int GroupFrom, int GroupTo, int From, int To);

/// <summary>
/// How a tensor is cut into blocks of about equal size, by extents alone: groups as the grain says, channels in
/// <paramref name="parts"/>, fewer if the grain does not allow so many.
/// </summary>
readonly struct BlockCut(int groups, int channels, long parts, (int Groups, int Channels) grain)
{
    readonly int groupParts = Parts(groups, grain.Groups);
    readonly int channelParts = (int)Math.Clamp(parts, 1, Parts(channels, grain.Channels));

    public int Count => groupParts * channelParts;

    public Block this[int index]
    {
        get
        {
            int group = index / channelParts, part = index % channelParts;
            return new(Part(groups, group, groupParts), Part(groups, group + 1, groupParts),
                Part(channels, part, channelParts), Part(channels, part + 1, channelParts));
        }
    }

    static int Parts(int count, int size) => Math.Max(1, (count + size - 1) / size);

    static int Part(int count, int part, int parts) => (int)((long)count * part / parts);
}

/// <summary>
/// Steps that run block by block, depth first: a convolution, its bias, its activation and its pool, or a gradient and
/// the sums over it, meet
/// each block while it is in a cache instead of one passing it to the next through memory. The bits are those of the
/// steps one after another.
/// </summary>
sealed class SegmentStep : Step
{
    const long WorkPerTile = 1 << 20, BytesPerTile = 1 << 18;

    readonly IBlockStep[] blocks;
    readonly BlockCut cut;

    public SegmentStep(IReadOnlyList<Step> steps) : base(
        [.. steps.SelectMany(s => s.Reads).Except(steps.SelectMany(s => s.Writes))], [.. steps.SelectMany(s => s.Writes)])
    {
        Parts = steps;
        blocks = [.. steps.Cast<IBlockStep>()];
        long bytes = Writes.Sum(w => 64L * w.Shape.ElementsFrom(1)), work = blocks.Sum(b => b.WorkPerChannel) * blocks[0].Channels;
        cut = new(blocks[0].Groups, blocks[0].Channels, Math.Max(work / WorkPerTile, bytes / BytesPerTile),
            (blocks.Max(b => b.Grain.Groups), blocks.Max(b => b.Grain.Channels)));
    }

    public override IReadOnlyList<Step> Parts { get; }

    public override int Tiles => cut.Count;

    public override long ScratchFloats => Parts.Max(p => p.ScratchFloats);

    public override string Name => string.Join(" | ", Parts.Select(p => p.Name));

    public override void Bind(IMemory memory)
    {
        foreach (var part in Parts)
            part.Bind(memory);
    }

    public override void Run(int tile, int worker)
    {
        foreach (var block in blocks)
            block.RunBlock(cut[tile], worker);
    }

    /// <summary>Joins neighbours of an ordered list into segments.</summary>
    public static List<Step> Join(List<Step> steps)
    {
        var joined = new List<Step>();
        var open = new List<Step>();
        foreach (var step in steps)
        {
            if (!Continues(open, step))
            {
                Close(joined, open);
                open = [];
            }
            open.Add(step);
        }
        Close(joined, open);
        return joined;
    }

    static bool Continues(List<Step> open, Step step)
    {
        if (open.Count == 0)
            return true;
        if (step is not IBlockStep next || open[0] is not IBlockStep first || next.Groups == 0 || next.Groups != first.Groups || next.Channels != first.Channels)
            return false;
        var made = open.SelectMany(s => s.Writes).ToHashSet();
        bool touches = false;
        for (int i = 0; i < step.Reads.Count; i++)
        {
            if (!made.Contains(StepOrder.Root(step.Reads[i])))
                continue;
            if (step.Reads[i].Op is Reshape || !next.IsBlockLocal(i))
                return false;
            touches = true;
        }
        return touches;
    }

    static void Close(List<Step> joined, List<Step> open)
    {
        if (open.Count > 1)
            joined.Add(new SegmentStep(open));
        else
            joined.AddRange(open);
    }
}
