namespace Ceteris.Compiler;

/// <summary>
/// Where every tensor of a program lies in its arena: tensors that are never alive together share memory, and a loop writes its result
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

    /// <summary>Plans for steps in order; <paramref name="external"/> tensors lie elsewhere, <paramref name="kept"/> ones live to the end.</summary>
    public static MemoryPlan Make(List<Step> steps, Func<Tensor, long> size, Func<Tensor, bool> external, IEnumerable<Tensor> kept)
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
            var ending = step.Reads.Select(StepOrder.Root).Distinct().Where(t => lastUse[t] == i && !external(t)).ToList();
            foreach (var written in step.Writes)
            {
                if (external(written))
                    continue;
                long length = Padded(size(written));
                var victim = written == step.Writes[0] ? plan.Overwritable(step, ending, written, size) : null;
                if (victim is not null)
                {
                    plan.offsets[written] = plan.offsets[victim];
                    ending.Remove(victim);
                }
                else
                {
                    plan.offsets[written] = plan.Take(length);
                    live += length;
                }
            }
            plan.LargestLiveFloats = Math.Max(plan.LargestLiveFloats, live);
            foreach (var tensor in ending.Concat(step.Writes.Where(w => !external(w) && lastUse[w] == i)))
            {
                plan.Release(plan.offsets[tensor], Padded(size(tensor)));
                live -= Padded(size(tensor));
            }
        }
        return plan;
    }

    Tensor? Overwritable(Step step, List<Tensor> ending, Tensor written, Func<Tensor, long> size)
    {
        for (int i = 0; i < step.Reads.Count; i++)
        {
            // Only a tensor read in its own shape: a reshaped one could be read in another order elsewhere in the same loop.
            var read = step.Reads[i];
            if (read.Op is not Reshape && ending.Contains(read) && step.CanOverwrite(i) && size(read) == size(written)
                && step.Reads.Count(r => StepOrder.Root(r) == read) == 1)
            {
                return read;
            }
        }
        return null;
    }

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
