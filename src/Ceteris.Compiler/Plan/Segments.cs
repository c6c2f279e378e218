namespace Ceteris.Compiler;

/// <summary>Which steps run block by block together: see <see cref="SegmentStep"/>.</summary>
static class Segments
{
    /// <summary>
    /// Joins neighbours of an ordered list into segments; <paramref name="kept"/> tensors must be whole at the end,
    /// <paramref name="inPlace"/> ones lie where a variable lies.
    /// </summary>
    public static List<Step> Join(
        List<Step> steps, Func<Tensor, bool> kept, IReadOnlyDictionary<Tensor, Tensor> inPlace)
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
            var open = steps[i] is BlockStep { Groups: > 0 } first
                ? Continued(steps, i, first, taken, again, inPlace) : [];
            joined.Add(open.Count <= 1 ? steps[i]
                : new SegmentStep(open, open.SelectMany(s => s.Writes).Where(w => Passes(w, open)).ToHashSet()));
        }
        return JoinSums(joined, readers, kept);

        bool Passes(Tensor tensor, List<BlockStep> open) =>
            !kept(tensor) && open[0].Cuts(tensor)
            && readers.TryGetValue(tensor, out var by) && (repeated.Contains(tensor) || by.All(open.Contains));
    }

    static Dictionary<Tensor, HashSet<Step>> Readers(List<Step> steps)
    {
        var readers = new Dictionary<Tensor, HashSet<Step>>();
        foreach (var step in steps)
        {
            foreach (var read in step.Reads.Select(StepOrder.Root))
                (readers.TryGetValue(read, out var set) ? set : readers[read] = []).Add(step);
        }
        return readers;
    }

    /// <summary>
    /// Puts what is cheaper to compute again than to keep before each of its readers, if all of them work by the same
    /// blocks, so that it needs no memory. <paramref name="again"/> gets the copies, each of which begins a segment.
    /// </summary>
    static List<Step> Repeated(
        List<Step> steps, Dictionary<Tensor, HashSet<Step>> readers, Func<Tensor, bool> kept, HashSet<Step> again)
    {
        var result = new List<Step>(steps);
        foreach (var step in steps.OfType<BlockStep>())
        {
            if (step.Again() is null)
                continue;
            var made = step.Writes[0];
            if (kept(made) || !readers.TryGetValue(made, out var by) || by.Count < 2
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

    /// <summary>
    /// A step and those soon after it that work on the same blocks, past others that they do not depend on. A variable
    /// is not overwritten before, or block by block with, another step that reads it.
    /// </summary>
    static List<BlockStep> Continued(List<Step> steps, int at, BlockStep first, HashSet<Step> taken,
        HashSet<Step> again, IReadOnlyDictionary<Tensor, Tensor> inPlace)
    {
        var open = new List<BlockStep> { first };
        var skipped = new HashSet<Tensor>();
        var read = first.Reads.Select(StepOrder.Root).ToHashSet();
        for (int i = at + 1; i < Math.Min(steps.Count, at + Reach); i++)
        {
            if (taken.Contains(steps[i]))
                continue;
            bool depends = steps[i].Reads.Any(r => skipped.Contains(StepOrder.Root(r)))
                || steps[i].Writes.Any(w => inPlace.TryGetValue(w, out var variable) && read.Contains(variable));
            read.UnionWith(steps[i].Reads.Select(StepOrder.Root));
            if (!depends && steps[i] is BlockStep next && !again.Contains(next) && Continues(open, next))
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
        if (next.Groups == 0
            || (next.Layout, next.Groups, next.Channels) != (open[0].Layout, open[0].Groups, open[0].Channels))
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
            IReadOnlyList<BlockStep> blocks = at < 0 ? [] : steps[at] switch
            {
                SegmentStep segment => segment.Blocks,
                BlockStep one => [one],
                _ => [],
            };
            bool suits = blocks.Count > 0 && blocks[0].Channels == gradient.Shape[1]
                && blocks[0].Groups == Sizes.Groups(gradient.Shape[0]) && !kept(gradient)
                && readers[gradient].All(r => r == sums || blocks.Contains(r))
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
