namespace Ceteris.Compiler;

/// <summary>
/// The order of the steps: what is read is written before, and a variable is overwritten in place only after its last
/// reader. Among
/// the possible orders the one closest to the traced order, which keeps few tensors alive.
/// </summary>
sealed class StepOrder
{
    readonly List<Step> steps;
    readonly Dictionary<Tensor, Step> writer = [];

    StepOrder(List<Step> steps)
    {
        this.steps = steps;
        foreach (var step in steps)
        {
            foreach (var written in step.Writes)
                writer[written] = step;
        }
    }

    /// <summary>
    /// The ordered steps, and the updates that are made in place (the value is written where the variable lies). An
    /// update that cannot
    /// be — another value still needs the old one — is left out, to be copied at the end.
    /// </summary>
    public static (List<Step> Steps, Dictionary<Tensor, Tensor> InPlace) Make(
        List<Step> steps, IEnumerable<(Tensor Variable, Tensor Value)> updates, Func<Tensor, int> position)
    {
        var schedule = new StepOrder(steps);
        var inPlace = new Dictionary<Tensor, Tensor>();
        foreach (var (variable, value) in updates)
        {
            if (value.Op is IElementwise && schedule.writer.ContainsKey(value) && !inPlace.ContainsKey(value))
                inPlace[value] = variable;
        }
        while (true)
        {
            var (order, stuck) = schedule.Order(inPlace, position);
            if (stuck is null)
                return (order, inPlace);
            inPlace.Remove(stuck);
        }
    }

    (List<Step> Order, Tensor? Stuck) Order(Dictionary<Tensor, Tensor> inPlace, Func<Tensor, int> position)
    {
        var before = steps.ToDictionary(s => s, s => new HashSet<Step>());
        var readers = new Dictionary<string, List<Step>>();
        foreach (var step in steps)
        {
            if (step.After is { } first)
                before[step].Add(first);
            foreach (var read in step.Reads)
            {
                if (writer.TryGetValue(Root(read), out var producer) && producer != step)
                    before[step].Add(producer);
                if (Root(read).Op is Variable variable)
                    (readers.TryGetValue(variable.Label, out var list) ? list : readers[variable.Label] = []).Add(step);
            }
        }
        foreach (var (value, variable) in inPlace)
        {
            foreach (var reader in readers.GetValueOrDefault(((Variable)variable.Op).Label, []))
            {
                if (reader != writer[value])
                    before[writer[value]].Add(reader);
            }
        }
        // A gradient that only an update reads waits with it, so that both can run block by block (Segments).
        foreach (var step in steps.Where(s => s is BlockStep { Layout: Layout.Plain, Groups: > 0 }
            && !s.Reads.Any(r => Root(r).Op is Variable)))
        {
            var by = steps.Where(s => s.Reads.Any(r => step.Writes.Contains(Root(r)))).ToList();
            if (by is [var update] && update.Writes.Any(inPlace.ContainsKey))
                before[step].UnionWith(before[update].Where(s => s != step));
        }
        var left = steps.OrderBy(s => s.Writes.Append(s.Anchor).Min(position)).ToList();
        var order = new List<Step>();
        while (left.Count > 0)
        {
            int next = left.FindIndex(s => before[s].Count == 0);
            if (next < 0)
                return (order, inPlace.Keys.First(v => left.Contains(writer[v])));
            var step = left[next];
            left.RemoveAt(next);
            order.Add(step);
            foreach (var other in left)
                before[other].Remove(step);
        }
        return (order, null);
    }

    /// <summary>The tensor whose memory this one is: a reshape lies where its input lies.</summary>
    public static Tensor Root(Tensor tensor)
    {
        while (tensor.Op is Reshape)
            tensor = tensor.Inputs[0];
        return tensor;
    }
}
