using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Steps that run block by block, depth first: a convolution, its bias, its activation and its pool, or a gradient and
/// the sums over it, meet each block while it is in a cache instead of one passing it to the next through memory. What
/// only they need has no place in the arena, but room for one block in the scratch memory of every worker. The bits are
/// those of the steps one after another. At the end there may be the weight gradient of a convolution that takes the
/// blocks as they are made, so that the gradient of a first layer's output, the largest tensor of many a network, is
/// nowhere whole.
/// </summary>
sealed class SegmentStep : Step
{
    const long WorkPerTile = 1 << 20, BytesPerTile = 1 << 18;

    readonly BlockStep[] blocks;
    readonly BlockCut cut;
    readonly ConvWeightGradientStep? sums;
    readonly long sumsOffset;
    BlockPlace gradient;
    Floats[] scratch = [];

    /// <summary>Where in the scratch memory the blocks of the passing tensors begin.</summary>
    readonly Dictionary<Tensor, long> offsets = [];
    long scratchFloats;

    SegmentStep(IReadOnlyList<BlockStep> steps, IReadOnlySet<Tensor> passing, ConvWeightGradientStep? sums = null) : base(
        [.. AllOf(steps, sums).SelectMany(s => s.Reads).Except(steps.SelectMany(s => s.Writes))],
        [.. AllOf(steps, sums).SelectMany(s => s.Writes).Where(w => !passing.Contains(w))])
    {
        blocks = [.. steps];
        Parts = AllOf(blocks, sums);
        Passing = passing;
        this.sums = sums;
        var written = steps.SelectMany(s => s.Writes).ToList();
        long bytes = written.Sum(w => 64L * w.Shape.ElementsFrom(1)), work = blocks.Sum(b => b.WorkPerChannel) * blocks[0].Channels;
        cut = new(blocks[0].Groups, blocks[0].Channels, Math.Max(work / WorkPerTile, bytes / BytesPerTile),
            (blocks.Max(b => b.Grain.Groups), blocks.Max(b => b.Grain.Channels)));
        if (sums is not null)
            cut = new(blocks[0].Groups, blocks[0].Channels, long.MaxValue, (1, sums.MostFilters));
        scratchFloats = steps.Max(p => p.ScratchFloats);
        sumsOffset = Take(sums?.ScratchFloats ?? 0);
        foreach (var tensor in written.Where(passing.Contains))
            offsets[tensor] = Overwritten(tensor) is { } read ? offsets[read] : Take(BlockFloats(tensor));
    }

    public override IReadOnlyList<Step> Parts { get; }

    /// <summary>Tensors that exist only by blocks.</summary>
    public IReadOnlySet<Tensor> Passing { get; }

    /// <summary>The steps that run block by block.</summary>
    public IReadOnlyList<BlockStep> Blocks => blocks;

    public override int Tiles => sums?.Tiles ?? cut.Count;

    public override long ScratchFloats => scratchFloats;

    public override string Name => string.Join(" | ", Parts.Select(p => p.Name));

    public override void Bind(IMemory memory)
    {
        scratch = [.. Enumerable.Range(0, memory.Workers).Select(memory.Scratch)];
        var places = offsets.ToDictionary(o => o.Key, o => new BlockPlace(
            scratch, o.Value, GroupFloats(o.Key), ChannelFloats(o.Key), GroupFloats(o.Key) * Sizes.Groups(o.Key.Shape[0])));
        var within = new BlockMemory(memory, places);
        foreach (var part in Parts)
            part.Bind(within);
        if (sums is not null)
            gradient = places[sums.Reads[1]];
    }

    public override void Run(int tile, int worker)
    {
        if (sums is null)
        {
            Run(cut[tile], worker);
            return;
        }
        var all = sums.BlockOf(tile);
        var room = scratch[worker].Slice(sumsOffset, sums.ScratchFloats);
        for (int group = all.GroupFrom; group < all.GroupTo; group++)
        {
            Block block = new(group, group + 1, all.From, all.To);
            Run(block, worker);
            sums.Add(tile, group, gradient.At(block, worker), room);
        }
    }

    void Run(in Block block, int worker)
    {
        foreach (var step in blocks)
            step.RunBlock(block, worker);
    }

    static IReadOnlyList<Step> AllOf(IReadOnlyList<BlockStep> blocks, ConvWeightGradientStep? sums) =>
        sums is null ? blocks : [.. blocks, sums];

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
        var readers = Readers(steps);
        HashSet<Step> again = [];
        steps = Repeated(steps, readers, kept, again);
        readers = Readers(steps);
        var repeated = again.SelectMany(s => s.Writes).ToHashSet();
        var joined = new List<Step>();
        var taken = new HashSet<Step>();
        for (int i = 0; i < steps.Count; i++)
        {
            if (taken.Contains(steps[i]))
                continue;
            var open = steps[i] is BlockStep { Groups: > 0 } first ? Continued(steps, i, first, taken, again) : [];
            joined.Add(open.Count > 1 ? new SegmentStep(open, open.SelectMany(s => s.Writes).Where(w => Passes(w, open)).ToHashSet()) : steps[i]);
        }
        return JoinSums(joined, readers, kept);

        bool Passes(Tensor tensor, List<BlockStep> open) => !kept(tensor) && tensor.Shape.Rank > 1 && tensor.Shape[1] == open[0].Channels
            && readers.TryGetValue(tensor, out var by) && (repeated.Contains(tensor) || by.All(open.Contains));
    }

    static Dictionary<Tensor, HashSet<Step>> Readers(List<Step> steps)
    {
        var readers = new Dictionary<Tensor, HashSet<Step>>();
        foreach (var step in steps)
        {
            foreach (var read in step.Reads)
                (readers.TryGetValue(StepOrder.Root(read), out var set) ? set : readers[StepOrder.Root(read)] = []).Add(step);
        }
        return readers;
    }

    /// <summary>
    /// Puts what is cheaper to compute again than to keep before each of its readers, if all of them work by the same
    /// blocks, so that it needs no memory. <paramref name="again"/> gets the copies, each of which begins a segment.
    /// </summary>
    static List<Step> Repeated(List<Step> steps, Dictionary<Tensor, HashSet<Step>> readers, Func<Tensor, bool> kept, HashSet<Step> again)
    {
        var result = new List<Step>(steps);
        foreach (var step in steps.OfType<BlockStep>())
        {
            var made = step.Writes[0];
            if (step.Again() is null || kept(made) || !readers.TryGetValue(made, out var by) || by.Count < 2
                || !by.All(r => r is BlockStep reader && Continues([step], reader)))
                continue;
            foreach (var reader in by.Where(r => result.IndexOf(r) != result.IndexOf(step) + 1))
            {
                var repeated = step.Again()!;
                again.Add(repeated);
                result.Insert(result.IndexOf(reader), repeated);
            }
        }
        return result;
    }

    /// <summary>How far a step may be moved forward to the segment that it continues.</summary>
    const int Reach = 16;

    /// <summary>A step and those soon after it that work on the same blocks, past others that they do not depend on.</summary>
    static List<BlockStep> Continued(List<Step> steps, int at, BlockStep first, HashSet<Step> taken, HashSet<Step> again)
    {
        var open = new List<BlockStep> { first };
        var skipped = new HashSet<Tensor>();
        for (int i = at + 1; i < Math.Min(steps.Count, at + Reach); i++)
        {
            if (taken.Contains(steps[i]))
                continue;
            if (steps[i] is BlockStep next && !again.Contains(next) && Continues(open, next) && !next.Reads.Any(r => skipped.Contains(StepOrder.Root(r))))
            {
                open.Add(next);
                taken.Add(next);
            }
            else
                skipped.UnionWith(steps[i].Writes);
        }
        return open;
    }

    static bool Continues(List<BlockStep> open, BlockStep next)
    {
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

    /// <summary>Lets weight gradients take the blocks of what only they, or their segment, read.</summary>
    static List<Step> JoinSums(List<Step> steps, Dictionary<Tensor, HashSet<Step>> readers, Func<Tensor, bool> kept)
    {
        foreach (var sums in steps.OfType<ConvWeightGradientStep>().Where(s => s.TakesBlocks).ToList())
        {
            var gradient = sums.Reads[1];
            int at = steps.FindIndex(s => s.Writes.Contains(gradient));
            IReadOnlyList<BlockStep> blocks = at < 0 ? [] : steps[at] is SegmentStep segment ? segment.Blocks : steps[at] is BlockStep one ? [one] : [];
            bool suits = blocks.Count > 0 && blocks[0].Channels == gradient.Shape[1] && blocks[0].Groups == Sizes.Groups(gradient.Shape[0])
                && !kept(gradient) && readers[gradient].All(r => r == sums || blocks.Contains(r))
                && !steps.Skip(at).Any(s => s.Writes.Contains(StepOrder.Root(sums.Reads[0])));
            if (!suits)
                continue;
            HashSet<Tensor> passing = [gradient];
            if (steps[at] is SegmentStep joined)
                passing.UnionWith(joined.Passing);
            steps[at] = new SegmentStep(blocks, passing, sums);
            steps.Remove(sums);
        }
        return steps;
    }
}
