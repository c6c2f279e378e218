using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Steps that run block by block, depth first: a convolution, its bias, its activation and its pool, or a gradient and
/// the sums over it, meet each block while it is in a cache instead of one passing it to the next through memory. What
/// only they need has no place in the arena, but room for one block in the scratch memory of every worker. The bits are
/// those of the steps one after another.
/// </summary>
sealed class SegmentStep : Step
{
    const long WorkPerTile = 1 << 20, BytesPerTile = 1 << 18;

    readonly BlockStep[] blocks;
    readonly BlockCut cut;

    /// <summary>Where in the scratch memory the blocks of the passing tensors begin.</summary>
    readonly Dictionary<Tensor, long> offsets = [];
    long scratchFloats;

    SegmentStep(IReadOnlyList<BlockStep> steps, IReadOnlySet<Tensor> passing) : base(
        [.. steps.SelectMany(s => s.Reads).Except(steps.SelectMany(s => s.Writes))],
        [.. steps.SelectMany(s => s.Writes).Where(w => !passing.Contains(w))])
    {
        Parts = blocks = [.. steps];
        Passing = passing;
        var written = steps.SelectMany(s => s.Writes).ToList();
        long bytes = written.Sum(w => 64L * w.Shape.ElementsFrom(1)), work = blocks.Sum(b => b.WorkPerChannel) * blocks[0].Channels;
        cut = new(blocks[0].Groups, blocks[0].Channels, Math.Max(work / WorkPerTile, bytes / BytesPerTile),
            (blocks.Max(b => b.Grain.Groups), blocks.Max(b => b.Grain.Channels)));
        scratchFloats = steps.Max(p => p.ScratchFloats);
        foreach (var tensor in written.Where(passing.Contains))
            offsets[tensor] = Overwritten(tensor) is { } read ? offsets[read] : Take(BlockFloats(tensor));
    }

    public override IReadOnlyList<Step> Parts { get; }

    /// <summary>Tensors that exist only by blocks.</summary>
    public IReadOnlySet<Tensor> Passing { get; }

    public override int Tiles => cut.Count;

    public override long ScratchFloats => scratchFloats;

    public override string Name => string.Join(" | ", Parts.Select(p => p.Name));

    public override void Bind(IMemory memory)
    {
        var scratch = Enumerable.Range(0, memory.Workers).Select(memory.Scratch).ToArray();
        var places = offsets.ToDictionary(o => o.Key, o => new BlockPlace(
            scratch, o.Value, GroupFloats(o.Key), ChannelFloats(o.Key), GroupFloats(o.Key) * Sizes.Groups(o.Key.Shape[0])));
        var within = new BlockMemory(memory, places);
        foreach (var part in Parts)
            part.Bind(within);
    }

    public override void Run(int tile, int worker)
    {
        var block = cut[tile];
        foreach (var step in blocks)
            step.RunBlock(block, worker);
    }

    static long GroupFloats(Tensor tensor) => 16L * tensor.Shape.ElementsFrom(1);

    static long ChannelFloats(Tensor tensor) => 16L * tensor.Shape.ElementsFrom(2);

    /// <summary>From the first float of the largest block to its last.</summary>
    long BlockFloats(Tensor tensor) => ((cut.MostGroups - 1) * GroupFloats(tensor)) + (cut.MostChannels * ChannelFloats(tensor));

    long Take(long floats)
    {
        long start = scratchFloats;
        scratchFloats += (floats + 15) / 16 * 16;
        return start;
    }

    /// <summary>A passing tensor in whose place the result of a loop can lie: read element by element, by nobody later.</summary>
    Tensor? Overwritten(Tensor result)
    {
        var writer = Parts.First(p => p.Writes.Contains(result));
        if (writer.Writes[0] != result)
            return null;
        for (int i = 0; i < writer.Reads.Count; i++)
        {
            var read = writer.Reads[i];
            if (offsets.ContainsKey(read) && writer.CanOverwrite(i) && writer.Reads.Count(r => r == read) == 1
                && Parts.Last(p => p.Reads.Contains(read)) == writer)
                return read;
        }
        return null;
    }

    /// <summary>The memory as the steps of a segment see it.</summary>
    sealed class BlockMemory(IMemory memory, Dictionary<Tensor, BlockPlace> places) : IMemory
    {
        public Floats this[Tensor tensor] => memory[tensor];

        public BlockPlace? Place(Tensor tensor) => places.TryGetValue(tensor, out var place) ? place : null;

        public Floats Scratch(int worker) => memory.Scratch(worker);

        public int Workers => memory.Workers;

        public DrawAddress Draws => memory.Draws;
    }

    /// <summary>Joins neighbours of an ordered list into segments; <paramref name="kept"/> tensors must be whole at the
    /// end.</summary>
    public static List<Step> Join(List<Step> steps, Func<Tensor, bool> kept)
    {
        var readers = new Dictionary<Tensor, HashSet<Step>>();
        foreach (var step in steps)
        {
            foreach (var read in step.Reads)
                (readers.TryGetValue(StepOrder.Root(read), out var set) ? set : readers[StepOrder.Root(read)] = []).Add(step);
        }
        var joined = new List<Step>();
        var open = new List<BlockStep>();
        foreach (var step in steps)
        {
            if (step is not BlockStep block || !Continues(open, block))
                Close();
            if (step is BlockStep next)
                open.Add(next);
            else
                joined.Add(step);
        }
        Close();
        return joined;

        void Close()
        {
            if (open.Count > 1)
                joined.Add(new SegmentStep(open, open.SelectMany(s => s.Writes).Where(Passes).ToHashSet()));
            else
                joined.AddRange(open);
            open.Clear();
        }

        bool Passes(Tensor tensor) => !kept(tensor) && tensor.Shape.Rank > 1 && tensor.Shape[1] == open[0].Channels
            && readers.TryGetValue(tensor, out var by) && by.All(s => open.Contains(s));
    }

    static bool Continues(List<BlockStep> open, BlockStep next)
    {
        if (open.Count == 0)
            return true;
        if (next.Groups == 0 || next.Groups != open[0].Groups || next.Channels != open[0].Channels)
            return false;
        var made = open.SelectMany(s => s.Writes).ToHashSet();
        bool touches = false;
        for (int i = 0; i < next.Reads.Count; i++)
        {
            if (!made.Contains(StepOrder.Root(next.Reads[i])))
                continue;
            if (next.Reads[i].Op is Reshape || !next.IsBlockLocal(i))
                return false;
            touches = true;
        }
        return touches;
    }
}
