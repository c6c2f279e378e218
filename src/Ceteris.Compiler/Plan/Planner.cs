namespace Ceteris.Compiler;

/// <summary>From a traced computation to a plan: simplify, lay out, fuse, order, place in memory.</summary>
static class Planner
{
    public static Plan Make(Computation computation, CompileOptions options)
    {
        foreach (var (variable, value) in computation.Updates)
        {
            if (variable.Op is not Variable || !variable.Shape.Equals(value.Shape))
                throw Shapes.Expected($"a variable to update with a value of shape {value.Shape}", variable.Shape);
        }
        // Last layers first: the gradient of the last weight is known first, so its update can free memory early.
        var updates = computation.Updates.Reverse().ToList();
        List<Tensor> roots = [.. computation.Outputs.Select(o => o.Value),
            .. updates.Select(u => u.Value), .. updates.Select(u => u.Variable)];
        var simple = Simplifier.Run(roots);
        var (layouts, placed) = Layouts.Assign(options.Fuse ? Biases.Join(simple) : simple);
        int count = computation.Outputs.Count;
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
            outputs.Add(computation.Outputs[i].Name, placed[i]);
        var pairs = updates
            .Select((_, i) => (Variable: placed[count + updates.Count + i], Value: placed[count + i])).ToList();

        var order = Graph.Order(placed);
        HashSet<Tensor> kept = [.. placed.Take(count + updates.Count)];
        var (groups, isRead) = Fusion.Run(order, layouts, kept, options.Fuse && !options.Definitions);
        Layout LayoutOf(Tensor root) => layouts[root.Op is LaneReduce ? root.Inputs[0] : root];
        var steps = new List<Step>();
        if (!options.Definitions)
        {
            steps.AddRange(groups.Select(
                g => new LoopStep(LoopCompiler.Compile(g, layouts, isRead), LayoutOf(g.Roots[0]))));
        }
        foreach (var tensor in order)
        {
            bool isLoop = Fusion.IsLoop(tensor) && !options.Definitions;
            if (tensor.Op is not (Input or Variable or Constant or Reshape) && !isLoop)
                steps.AddRange(StepFactory.Make(tensor, layouts, options.Definitions));
        }
        var positions = order.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i);
        var (ordered, inPlace) = StepOrder.Make(
            StepFactory.WithPoolsJoined(steps), pairs.Select(p => (p.Variable, p.Value)), t => positions[t]);
        foreach (var (variable, value) in pairs)
        {
            if (!inPlace.TryGetValue(value, out var target) || target != variable)
                ordered.Add(new CopyStep(value, variable));
        }
        List<Step> onFeed = [.. ordered.Where(Plan.IsFeedOnly)];
        kept.UnionWith(onFeed.SelectMany(s => s.Writes));
        ordered = [.. onFeed, .. StepFactory.WithZeroedPadding([.. ordered.Except(onFeed)], layouts)];
        bool IsExternal(Tensor t) => t.Op is Input or Variable or Constant || inPlace.ContainsKey(t);
        var keptRoots = kept.Select(StepOrder.Root).ToHashSet();
        if (options.Fuse && !options.Definitions)
            ordered = Segments.Join(ordered, t => keptRoots.Contains(t) || IsExternal(t), inPlace);
        var passing = ordered.OfType<SegmentStep>().SelectMany(s => s.Passing).ToHashSet();
        var memory = MemoryPlan.Make(ordered, t => Sizes.Floats(t.Shape, layouts[t]),
            t => IsExternal(t) || passing.Contains(t), keptRoots.Where(t => !IsExternal(t)));
        var inputs = order.Where(t => t.Op is Input).ToDictionary(t => ((Input)t.Op).Label, StringComparer.Ordinal);
        return new Plan(order, layouts, ordered, memory, inPlace, inputs, outputs);
    }
}
