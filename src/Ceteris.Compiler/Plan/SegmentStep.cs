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

    /// <summary>The fewest channels that are worth a block: as many as the kernel computes side by side.</summary>
    int ChannelsPerBlock => 1;

    /// <summary>Whether a block needs of input <paramref name="read"/> only the block of the same group and
    /// channels.</summary>
    bool IsBlockLocal(int read);

    void RunBlock(int group, int from, int to);
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
    readonly int groups, channels, parts;

    public SegmentStep(IReadOnlyList<Step> steps) : base(
        [.. steps.SelectMany(s => s.Reads).Except(steps.SelectMany(s => s.Writes))], [.. steps.SelectMany(s => s.Writes)])
    {
        Parts = steps;
        blocks = [.. steps.Cast<IBlockStep>()];
        (groups, channels) = (blocks[0].Groups, blocks[0].Channels);
        long bytes = Writes.Sum(w => 64L * w.Shape.ElementsFrom(1)), work = blocks.Sum(b => b.WorkPerChannel) * channels;
        long wanted = Math.Max(work / WorkPerTile, bytes / BytesPerTile);
        parts = (int)Math.Clamp(wanted, 1, Math.Max(1, channels / blocks.Max(b => b.ChannelsPerBlock)));
    }

    public override IReadOnlyList<Step> Parts { get; }

    public override int Tiles => groups * parts;

    public override long ScratchFloats => Parts.Max(p => p.ScratchFloats);

    public override string Name => string.Join(" | ", Parts.Select(p => p.Name));

    public override void Bind(IMemory memory)
    {
        foreach (var part in Parts)
            part.Bind(memory);
    }

    public override void Run(int tile, int worker)
    {
        int group = tile / parts, part = tile % parts;
        int from = (int)((long)channels * part / parts), to = (int)((long)channels * (part + 1) / parts);
        foreach (var block in blocks)
            block.RunBlock(group, from, to);
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
