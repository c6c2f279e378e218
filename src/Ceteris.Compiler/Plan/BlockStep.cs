using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>Some channels of some groups of 16 samples, or some rows (axis 0) of a plain tensor, one group.</summary>
readonly record struct Block(int GroupFrom, int GroupTo, int From, int To);

/// <summary>
/// A step that can compute any block of a tensor: of one in lanes some channels (axis 1) of some groups of 16 samples,
/// of a plain one some rows (axis 0), which are then called its channels, of a single group. What makes it worth
/// knowing: the next step can use the block while it is in a cache, and a block that nobody else wants need never leave
/// it.
/// </summary>
abstract class BlockStep(IReadOnlyList<Tensor> reads, IReadOnlyList<Tensor> writes) : Step(reads, writes)
{
    /// <summary>For every worker where the operands lie, those that are read and those that are written.</summary>
    Floats[][] operands = [];

    /// <summary>The operands that exist only by blocks.</summary>
    (int Operand, BlockPlace Place)[] passing = [];

    /// <summary>How the tensors that are cut into blocks lie.</summary>
    public virtual Layout Layout => Layout.Lanes;

    /// <summary>0: the step has no blocks.</summary>
    public abstract int Groups { get; }

    public abstract int Channels { get; }

    /// <summary>About how many multiply-adds a channel of one group costs.</summary>
    public abstract long WorkPerChannel { get; }

    /// <summary>
    /// Groups that a block should have, and channels at least, where the tensor has them; rows begin at a multiple.
    /// </summary>
    public virtual (int Groups, int Channels) Grain => (1, 1);

    /// <summary>Whether a block needs of input <paramref name="read"/> only the block of the same groups and
    /// channels.</summary>
    public abstract bool IsBlockLocal(int read);

    /// <summary>Whether blocks of a tensor are those of this step.</summary>
    public bool Cuts(Tensor tensor)
    {
        int axis = Layout == Layout.Lanes ? 1 : 0;
        return tensor.Shape.Rank > axis && tensor.Shape[axis] == Channels;
    }

    /// <summary>
    /// The same step once more, if its result is cheaper to compute again for another segment than to keep; else null.
    /// </summary>
    public virtual BlockStep? Again() => null;

    public override void Bind(IMemory memory)
    {
        Tensor[] all = [.. Reads, .. Writes];
        Floats[] whole = [.. all.Select(t => memory.Place(t) is null ? memory[t] : default)];
        operands = [.. Enumerable.Range(0, memory.Workers).Select(_ => whole.ToArray())];
        passing = [.. all.Index().Where(t => memory.Place(t.Item) is not null)
            .Select(t => (t.Index, memory.Place(t.Item)!.Value))];
    }

    public void RunBlock(in Block block, int worker)
    {
        var mine = operands[worker];
        foreach (var (operand, place) in passing)
            mine[operand] = place.At(block, worker);
        RunBlock(mine, block, worker);
    }

    protected abstract void RunBlock(Floats[] operands, in Block block, int worker);
}

/// <summary>
/// Where blocks of a tensor lie that nobody needs for longer than a segment runs: in the scratch memory of each worker.
/// </summary>
readonly record struct BlockPlace(Floats[] Scratch, long Offset, long GroupFloats, long ChannelFloats, long Length)
{
    /// <summary>The tensor as if it lay whole in memory; only the block is there.</summary>
    public Floats At(in Block block, int worker) =>
        Scratch[worker].Window(Offset - (block.GroupFrom * GroupFloats) - (block.From * ChannelFloats), Length);
}
