namespace Ceteris.Compiler;

/// <summary>
/// Where every tensor of a program lies in its arena: tensors that are never alive together share memory, and a loop
/// writes its result
/// over an input that nobody needs any more.
/// </summary>
sealed class MemoryPlan
{
    const int Alignment = 16;

    readonly Dictionary<Tensor, long> offsets = [];
    readonly List<(long Start, long Length)> free = [];

    /// <summary>Floats in the arena.</summary>
    public long ArenaFloats { get; private set; }

    /// <summary>Floats of the largest set of tensors that are alive together.</summary>
    public long LargestLiveFloats { get; private set; }

    public long Offset(Tensor tensor) => offsets[tensor];

    /// <summary>Plans for steps in order; <paramref name="external"/> tensors lie elsewhere, <paramref name="kept"/>
    /// ones live to the end.</summary>
    public static MemoryPlan Make(
        List<Step> steps, Func<Tensor, long> size, Func<Tensor, bool> external, IEnumerable<Tensor> kept)
    {
        var plan = new MemoryPlan();
        var lastUse = new Dictionary<Tensor, int>();
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (var tensor in steps[i].Reads.Concat(steps[i].Writes))
                lastUse[StepOrder.Root(tensor)] = i;
        }
        foreach (var tensor in kept)
            lastUse[StepOrder.Root(tensor)] = int.MaxValue;
        long live = 0;
        for (int i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var ending = step.Reads.Concat(step.Writes).Select(StepOrder.Root)
                .Where(t => lastUse[t] == i && !external(t)).ToHashSet();
            foreach (var part in step.Parts)
            {
                foreach (var written in part.Writes)
                {
                    if (external(written))
                        continue;
                    if (written == part.Writes[0] && Overwritable(step, part, ending, written, size) is { } victim)
                    {
                        plan.offsets[written] = plan.offsets[victim];
                        ending.Remove(victim);
                    }
                    else
                    {
                        long length = Padded(size(written));
                        plan.offsets[written] = plan.Take(length);
                        live += length;
                    }
                }
            }
            plan.LargestLiveFloats = Math.Max(plan.LargestLiveFloats, live);
            foreach (var tensor in ending)
            {
                plan.Release(plan.offsets[tensor], Padded(size(tensor)));
                live -= Padded(size(tensor));
            }
        }
        return plan;
    }

    /// <summary>
    /// A tensor whose memory a result may take: nobody reads it later, and it is read element by element. Among steps
    /// that run block by block
    /// only one made by them: another could still be read for a later block.
    /// </summary>
    static Tensor? Overwritable(Step step, Step part, HashSet<Tensor> ending, Tensor written, Func<Tensor, long> size)
    {
        bool single = step.Parts.Count == 1;
        for (int i = 0; i < part.Reads.Count; i++)
        {
            // Only a tensor read in its own shape: a reshaped one could be read in another order elsewhere in the same
            // loop.
            var read = part.Reads[i];
            if (read.Op is not Reshape && ending.Contains(read) && part.CanOverwrite(i) && size(read) == size(written)
                && part.Reads.Count(r => StepOrder.Root(r) == read) == 1
                && (single || (step.Writes.Contains(read) && LastReader(step, read) == part)))
            {
                return read;
            }
        }
        return null;
    }

    static Step LastReader(Step step, Tensor tensor) =>
        step.Parts.Last(p => p.Reads.Any(r => StepOrder.Root(r) == tensor));

    static long Padded(long floats) => (floats + Alignment - 1) / Alignment * Alignment;

    /// <summary>The smallest gap that fits, else new memory at the end.</summary>
    long Take(long length)
    {
        int best = -1;
        for (int i = 0; i < free.Count; i++)
        {
            if (free[i].Length >= length && (best < 0 || free[i].Length < free[best].Length))
                best = i;
        }
        if (best >= 0)
        {
            var (start, room) = free[best];
            free.RemoveAt(best);
            if (room > length)
                free.Insert(best, (start + length, room - length));
            return start;
        }
        if (free.Count > 0 && free[^1].Start + free[^1].Length == ArenaFloats)
        {
            long start = free[^1].Start;
            free.RemoveAt(free.Count - 1);
            ArenaFloats = start + length;
            return start;
        }
        ArenaFloats += length;
        return ArenaFloats - length;
    }

    void Release(long start, long length)
    {
        int at = free.FindIndex(f => f.Start > start);
        if (at < 0)
            at = free.Count;
        free.Insert(at, (start, length));
        if (at + 1 < free.Count && start + length == free[at + 1].Start)
        {
            free[at] = (start, length + free[at + 1].Length);
            free.RemoveAt(at + 1);
        }
        if (at > 0 && free[at - 1].Start + free[at - 1].Length == start)
        {
            free[at - 1] = (free[at - 1].Start, free[at - 1].Length + free[at].Length);
            free.RemoveAt(at);
        }
    }
}
