using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// A fused loop: elementwise operations and reductions over one domain in one pass. <paramref name="Roots"/> leave the
/// loop through
/// memory; what else they need is recomputed inside.
/// </summary>
sealed record LoopGroup(IReadOnlyList<Tensor> Roots);

/// <summary>
/// Decides which tensors are computed in one pass over memory. A tensor in the middle of a chain never reaches memory.
/// One that a later
/// pass needs again is recomputed there when that is cheaper than storing it. The rule is by shape and graph alone.
/// </summary>
sealed class Fusion
{
    const int CheapCost = 8, CheapSources = 2, SmallDomain = 4096, SmallOperands = 24;

    readonly List<Tensor> order;
    readonly Layouts layouts;
    readonly Dictionary<Tensor, List<Tensor>> consumers = [];
    readonly Dictionary<Tensor, int> stages = [];
    readonly HashSet<Tensor> stored = [];

    /// <summary>
    /// Stored ones that loops do not read but compute again: they follow cheaply from a tensor that such loops mostly
    /// read anyway. Perhaps only a pool in the same segment then needs them at all.
    /// </summary>
    readonly HashSet<Tensor> repeated = [];

    /// <summary>Reductions that read their input from memory, because what it is computed from does not run along with
    /// them.</summary>
    readonly HashSet<Tensor> alone = [];
    readonly Dictionary<Tensor, (int Cost, HashSet<Tensor> Sources)> inlined = [];

    Fusion(List<Tensor> order, Layouts layouts, IReadOnlyCollection<Tensor> kept, bool fuse)
    {
        (this.order, this.layouts) = (order, layouts);
        foreach (var tensor in order)
        {
            consumers[tensor] = [];
            foreach (var input in tensor.Inputs)
                consumers[input].Add(tensor);
        }
        foreach (var tensor in order)
            stages[tensor] = Stage(tensor);
        foreach (var tensor in order)
        {
            if (!IsLoop(tensor) || (fuse && !kept.Contains(tensor) && !MustStore(tensor)))
                continue;
            stored.Add(tensor);
            bool canRepeat = tensor.Op is IElementwise && consumers[tensor].All(c => !IsLoop(c) || CanFuse(tensor, c));
            if (fuse && canRepeat && IsCheap(tensor, 1))
                repeated.Add(tensor);
        }
        foreach (var tensor in order)
        {
            if (tensor.Op is LaneReduce reduce && !Mergeable(tensor.Inputs[0], reduce.Axes) && IsLoop(tensor.Inputs[0]))
            {
                stored.Add(tensor.Inputs[0]);
                repeated.Remove(tensor.Inputs[0]);
                alone.Add(tensor);
            }
        }
    }

    /// <summary>
    /// The fused loops of a graph, and which tensors a loop reads from memory when they are not its own;
    /// <paramref name="kept"/> must be in memory whatever is fused.
    /// </summary>
    public static (List<LoopGroup> Groups, Func<Tensor, bool> IsRead) Run(
        List<Tensor> order, Layouts layouts, IReadOnlyCollection<Tensor> kept, bool fuse)
    {
        var fusion = new Fusion(order, layouts, kept, fuse);
        var groups = fuse ? fusion.Group() : [.. order.Where(IsLoop).Select(t => new LoopGroup([t]))];
        return (groups, t => !IsLoop(t) || fusion.IsRead(t));
    }

    public static bool IsLoop(Tensor tensor) => tensor.Op is IElementwise or LaneReduce;

    /// <summary>The shape over which a loop runs.</summary>
    public static Shape Domain(Tensor tensor) => tensor.Op is LaneReduce ? tensor.Inputs[0].Shape : tensor.Shape;

    /// <summary>Passes that must have ended before this tensor can be computed.</summary>
    int Stage(Tensor tensor)
    {
        int stage = 0;
        foreach (var input in tensor.Inputs)
            stage = Math.Max(stage, stages[input] + (CanFuse(input, tensor) || IsLeaf(input) ? 0 : 1));
        return stage;
    }

    static bool IsLeaf(Tensor tensor) => tensor.Op is Input or Variable or Constant;

    bool CanFuse(Tensor producer, Tensor consumer) =>
        producer.Op is IElementwise && IsLoop(consumer) && layouts[producer] == DomainLayout(consumer)
            && producer.Shape.Equals(Domain(consumer));

    Layout DomainLayout(Tensor tensor) => layouts[tensor.Op is LaneReduce ? tensor.Inputs[0] : tensor];

    bool MustStore(Tensor tensor)
    {
        if (tensor.Op is LaneReduce || consumers[tensor].Any(c => !CanFuse(tensor, c)))
            return true;
        return consumers[tensor].Any(c => stages[c] > stages[tensor]) && !IsCheap(tensor, CheapSources);
    }

    bool IsCheap(Tensor tensor, int mostSources)
    {
        var (cost, sources) = Inline(tensor);
        return cost <= CheapCost && sources.Count <= mostSources;
    }

    /// <summary>Whether loops other than its own read the tensor from memory.</summary>
    bool IsRead(Tensor tensor) => stored.Contains(tensor) && !repeated.Contains(tensor);

    /// <summary>What computing a tensor inside a later loop would take: operations, and full-size tensors
    /// read.</summary>
    (int Cost, HashSet<Tensor> Sources) Inline(Tensor tensor)
    {
        if (inlined.TryGetValue(tensor, out var known))
            return known;
        int cost = Cost(tensor.Op);
        var sources = new HashSet<Tensor>();
        foreach (var input in tensor.Inputs)
        {
            if (CanFuse(input, tensor) && !IsRead(input))
            {
                var (inner, from) = Inline(input);
                cost += inner;
                sources.UnionWith(from);
            }
            else if (input.Shape.Elements == tensor.Shape.Elements && input.Shape.Elements > 1)
            {
                sources.Add(input);
            }
        }
        return inlined[tensor] = (cost, sources);
    }

    static int Cost(Op op) => op switch
    {
        Broadcast => 0,
        Map2<Add> or Map2<Subtract> or Map2<Multiply> or Map<Negate> or Map<Square> or Map<Abs> => 1,
        Map2<Greater> or Map2<GreaterOrEqual> or Map2<Equal> or Map3<Where> or Map2<Maximum> or Map2<Minimum> => 1,
        Map<Relu> or Map2<ReluGradient> => 1,
        Map2<Divide> or Map<Sqrt> => 3,
        _ => CheapCost,
    };

    /// <summary>Whether the reduced axes can be one loop for everything that goes into the reduction: each source
    /// spans all or none.</summary>
    bool Mergeable(Tensor x, AxisSet axes)
    {
        var over = Enumerable.Range(0, x.Shape.Rank).Where(i => axes.Contains(i) && x.Shape[i] > 1).ToList();
        if (over.Count <= 1)
            return true;
        return Inputs(x).All(source =>
        {
            int lead = x.Shape.Rank - source.Shape.Rank;
            int spanned = over.Count(i => i >= lead && source.Shape[i - lead] > 1);
            return spanned == 0 || spanned == over.Count;
        });
    }

    /// <summary>The stored tensors that the inlined computation of a tensor reads.</summary>
    IEnumerable<Tensor> Inputs(Tensor tensor)
    {
        foreach (var input in tensor.Inputs)
        {
            if (!CanFuse(input, tensor) || IsRead(input))
                yield return input;
            else
            {
                foreach (var inner in Inputs(input))
                    yield return inner;
            }
        }
    }

    List<LoopGroup> Group()
    {
        var groups = new List<LoopGroup>();
        var roots = order.Where(t => stored.Contains(t) && IsLoop(t)).ToList();
        foreach (var pass in roots.GroupBy(t => (Stage: stages[t], Layout: DomainLayout(t), Domain: Domain(t))))
        {
            // Reductions over different axes need different loops; plain results go with the first of them, which runs
            // first.
            var reductions = pass.Where(t => t.Op is LaneReduce)
                .GroupBy(t => (((LaneReduce)t.Op).Axes, Alone: alone.Contains(t))).ToList();
            var along = reductions.Find(
                r => !r.Key.Alone && pass.All(t => t.Op is LaneReduce || Mergeable(t, r.Key.Axes)));
            List<Tensor> first = [.. pass.Where(t => t.Op is not LaneReduce || (along?.Contains(t) ?? false))];
            groups.AddRange(Split(first, pass.Key.Domain));
            groups.AddRange(reductions.Where(r => r != along).Select(r => new LoopGroup([.. r])));
        }
        return groups;
    }

    /// <summary>Splits roots of one pass so that those which share something stay together and unrelated large ones do
    /// not.</summary>
    IEnumerable<LoopGroup> Split(List<Tensor> roots, Shape domain)
    {
        var parts = new List<(List<Tensor> Roots, HashSet<Tensor> Touched)>();
        foreach (var root in roots)
        {
            var touched = Touched(root).ToHashSet();
            var joined = parts.Where(p => p.Touched.Overlaps(touched)).ToList();
            if (joined.Count == 0 && domain.Elements <= SmallDomain)
                joined = parts.Where(p => p.Touched.Count + touched.Count <= SmallOperands).Take(1).ToList();
            List<Tensor> together = [.. joined.SelectMany(p => p.Roots), root];
            foreach (var part in joined)
            {
                touched.UnionWith(part.Touched);
                parts.Remove(part);
            }
            parts.Add((together, touched));
        }
        return parts.Select(p => new LoopGroup([.. p.Roots.OrderBy(order.IndexOf)]));
    }

    /// <summary>The root, and what it reads at full size: what makes two roots worth one pass.</summary>
    IEnumerable<Tensor> Touched(Tensor root) =>
        Inputs(root).Where(i => i.Shape.Elements == Domain(root).Elements && i.Op is not Constant).Append(root);
}
