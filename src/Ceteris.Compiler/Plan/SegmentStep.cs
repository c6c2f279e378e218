using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Steps that run block by block, depth first: a convolution, its activation and its pool, or a gradient and
/// the sums over it, or the gradient of a weight and its update, meet each block while it is in a cache instead of one
/// passing it to the next through memory. What only they need has no place in the arena, but room for one block in the
/// scratch memory of every worker. The bits are those of the steps one after another. At the end there may be the
/// weight gradient of a convolution that takes the blocks as they are made, so that the gradient of a first layer's
/// output, the largest tensor of many a network, is nowhere whole.
/// </summary>
sealed class SegmentStep : Step
{
    const long WorkPerTile = 1 << 20, BytesPerTile = 1 << 18;

    readonly BlockStep[] blocks;
    readonly Layout layout;
    readonly BlockCut cut;
    readonly ConvWeightGradientStep? sums;
    readonly long sumsOffset;
    BlockPlace gradient;
    Floats[] scratch = [];

    /// <summary>Where in the scratch memory the blocks of the passing tensors begin.</summary>
    readonly Dictionary<Tensor, long> offsets = [];
    long scratchFloats;

    /// <param name="steps">What runs block by block, in order.</param>
    /// <param name="passing">What they write that is to exist only by blocks.</param>
    /// <param name="sums">The weight gradient that takes the blocks, if any.</param>
    public SegmentStep(
        IReadOnlyList<BlockStep> steps, IReadOnlySet<Tensor> passing, ConvWeightGradientStep? sums = null)
        : base(
            [.. AllOf(steps, sums).SelectMany(s => s.Reads).Except(steps.SelectMany(s => s.Writes))],
            [.. AllOf(steps, sums).SelectMany(s => s.Writes).Where(w => !passing.Contains(w))])
    {
        blocks = [.. steps];
        Parts = AllOf(blocks, sums);
        Passing = passing;
        this.sums = sums;
        var written = steps.SelectMany(s => s.Writes).ToList();
        layout = blocks[0].Layout;
        long bytes = written.Sum(w => sizeof(float) * GroupFloats(w));
        (int Groups, int Channels) grain = (blocks.Max(b => b.Grain.Groups), blocks.Max(b => b.Grain.Channels));
        long work = blocks.Sum(b => b.WorkPerChannel) * blocks[0].Channels * grain.Groups;
        long parts = Math.Max(work / WorkPerTile, bytes / BytesPerTile);
        int unit = layout == Layout.Lanes ? 1 : grain.Channels;
        cut = new(blocks[0].Groups, blocks[0].Channels, parts, grain, unit);
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
            scratch, o.Value, GroupFloats(o.Key), ChannelFloats(o.Key), Sizes.Floats(o.Key.Shape, layout)));
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

    long GroupFloats(Tensor tensor) =>
        layout == Layout.Lanes ? 16L * tensor.Shape.ElementsFrom(1) : tensor.Shape.Elements;

    long ChannelFloats(Tensor tensor) =>
        layout == Layout.Lanes ? 16L * tensor.Shape.ElementsFrom(2) : tensor.Shape.ElementsFrom(1);

    /// <summary>From the first float of the largest block to its last.</summary>
    long BlockFloats(Tensor tensor) =>
        ((cut.MostGroups - 1) * GroupFloats(tensor)) + (cut.MostChannels * ChannelFloats(tensor));

    long Take(long floats)
    {
        long start = scratchFloats;
        scratchFloats += (floats + 15) / 16 * 16;
        return start;
    }

    /// <summary>
    /// A passing tensor in whose place the result of a loop can lie: read element by element, by nobody later.
    /// </summary>
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
}
