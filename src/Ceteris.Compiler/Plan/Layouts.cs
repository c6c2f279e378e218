using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>The same numbers in another layout. Inserted by <see cref="Layouts"/>.</summary>
sealed record Convert(Layout To) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];

    public override void Run(in Tile tile) =>
        tile.In(0).Slice(tile.From * tile.RowElements, tile.OutRows.Length).CopyTo(tile.OutRows);

    public override string ToString() => $"to {To}";
}

/// <summary>
/// Decides how every tensor lies in memory, by the graph alone. What follows from a batched input, sample by sample,
/// keeps the batch in
/// lanes; what is summed over the batch, weights and all else are plain. Operations over the batch become those that
/// define their
/// bits for lanes (<see cref="LaneReduce"/>, <see cref="BatchReduce"/>, <see cref="BatchMatMul"/>), and conversions
/// are inserted where layouts meet.
/// </summary>
sealed class Layouts
{
    readonly Dictionary<Tensor, Tensor> placed = [];
    readonly Dictionary<Tensor, Layout> layouts = [];
    readonly Dictionary<Tensor, Tensor> converted = [];
    readonly Dictionary<(Op, Tensor), Tensor> made = [];

    public Layout this[Tensor tensor] => layouts[tensor];

    /// <summary>The graph with layouts; every output is plain.</summary>
    public static (Layouts Layouts, List<Tensor> Outputs) Assign(IReadOnlyList<Tensor> outputs)
    {
        var layouts = new Layouts();
        foreach (var tensor in Graph.Order(outputs))
            layouts.placed[tensor] = layouts.Place(tensor);
        return (layouts, [.. outputs.Select(o => layouts.In(Layout.Plain, layouts.placed[o]))]);
    }

    Tensor Place(Tensor tensor)
    {
        var inputs = tensor.Inputs.Select(i => placed[i]).ToArray();
        switch (tensor.Op)
        {
            case Input input:
                return New(tensor, input, [], input.Batched ? Layout.Lanes : Layout.Plain);
            case Bernoulli:
                return New(tensor, tensor.Op, [], Layout.Lanes);
            case IElementwise:
                return PlaceElementwise(tensor, inputs);
            case Reduce reduce when layouts[inputs[0]] == Layout.Lanes:
                return PlaceReduce(tensor, reduce, inputs[0]);
            case Reshape reshape when layouts[inputs[0]] == Layout.Lanes && reshape.Target.Rank > 0
                && reshape.Target[0] == inputs[0].Shape[0]:
            case Transpose { Order: [0, ..] } when layouts[inputs[0]] == Layout.Lanes:
            case Slice { Axis: > 0 } or Pad { Axis: > 0 } when layouts[inputs[0]] == Layout.Lanes:
                return New(tensor, tensor.Op, inputs, Layout.Lanes);
            case ConcatOp { Axis: > 0 } when inputs.Any(i => layouts[i] == Layout.Lanes):
            case MaxPool2dOp or MaxPool2dIndex or MaxPool2dGradient or AvgPool2dOp or AvgPool2dGradient
                or AdaptiveAvgPool2dOp or AdaptiveAvgPool2dGradient:
                return New(tensor, tensor.Op, [.. inputs.Select(i => In(Layout.Lanes, i))], Layout.Lanes);
            case Conv2dOp or Conv2dInputGradient:
                return New(tensor, tensor.Op,
                    [In(Layout.Lanes, inputs[0]), .. inputs[1..].Select(i => In(Layout.Plain, i))], Layout.Lanes);
            case Conv2dWeightGradient:
                return New(tensor, tensor.Op, [In(Layout.Lanes, inputs[0]), In(Layout.Lanes, inputs[1])], Layout.Plain);
            case MatMul matmul:
                return PlaceMatMul(tensor, matmul, inputs);
            default:
                return New(tensor, tensor.Op, [.. inputs.Select(i => In(Layout.Plain, i))], Layout.Plain);
        }
    }

    /// <summary>In lanes if an input is and all align with it: the same batch as axis 0, or stretched along
    /// it.</summary>
    Tensor PlaceElementwise(Tensor tensor, Tensor[] inputs)
    {
        var shape = tensor.Shape;
        bool IsBatch(Tensor x) => x.Shape.Rank == shape.Rank && shape.Rank > 0 && x.Shape[0] == shape[0];
        bool lanes = inputs.Any(i => layouts[i] == Layout.Lanes)
            && inputs.All(i => layouts[i] == Layout.Plain || IsBatch(i));
        if (!lanes)
            return New(tensor, tensor.Op, [.. inputs.Select(i => In(Layout.Plain, i))], Layout.Plain);
        Tensor[] all = [.. inputs.Select(i => IsBatch(i) && i.Shape[0] > 1 ? In(Layout.Lanes, i) : i)];
        return New(tensor, tensor.Op, all, Layout.Lanes);
    }

    Tensor PlaceReduce(Tensor tensor, Reduce reduce, Tensor x)
    {
        var y = x;
        var inner = reduce.Axes.Without(0);
        if (inner.Count(x.Shape) > 1)
            y = LaneReduced(tensor, new LaneReduce(reduce.Kind, inner), x);
        if (reduce.Axes.Contains(0))
            y = Once(tensor, new BatchReduce(reduce.Kind), y, Layout.Plain);
        return y;
    }

    /// <summary>A reduction is one loop, so axes that are not neighbours are brought together first.</summary>
    Tensor LaneReduced(Tensor tensor, LaneReduce op, Tensor x)
    {
        var axes = Enumerable.Range(0, x.Shape.Rank).ToList();
        var spanned = axes.Where(a => op.Axes.Contains(a) && x.Shape[a] > 1).ToList();
        if (!axes.Exists(a => a > spanned[0] && a < spanned[^1] && !op.Axes.Contains(a) && x.Shape[a] > 1))
            return Once(tensor, op, x, Layout.Lanes);
        int[] order = [.. axes.Where(a => !op.Axes.Contains(a)), .. axes.Where(a => op.Axes.Contains(a))];
        var moved = Once(tensor, new Transpose(Shape.Of(order)), x, Layout.Lanes);
        uint mask = 0;
        for (int i = order.Length - axes.Count(a => op.Axes.Contains(a)); i < order.Length; i++)
            mask |= 1u << i;
        var reduced = Once(tensor, new LaneReduce(op.Kind, new(mask)), moved, Layout.Lanes);
        Shape target = tensor.Shape[0] == x.Shape[0] ? tensor.Shape : [x.Shape[0], .. tensor.Shape[1..]];
        return Once(tensor, new Reshape(target), reduced, Layout.Lanes);
    }

    Tensor PlaceMatMul(Tensor tensor, MatMul op, Tensor[] inputs)
    {
        Tensor a = inputs[0], b = inputs[1];
        bool lanesA = layouts[a] == Layout.Lanes, lanesB = layouts[b] == Layout.Lanes;
        if (lanesA && !op.TransposeA && !lanesB)
            return New(tensor, op, [a, b], Layout.Lanes);
        if (lanesA && op.TransposeA && !op.TransposeB && lanesB)
        {
            // What is fed is turned once, when it is fed, and so is what is multiplied by many blocks; the rest where
            // it is multiplied.
            bool once = StepOrder.Root(b).Op is Input || BatchMatMulStep.IsByRows(a.Shape, b.Shape);
            return New(tensor, new BatchMatMul(), [a, once ? In(Layout.Plain, b) : b], Layout.Plain);
        }
        a = In(Layout.Plain, a);
        b = In(Layout.Plain, b);
        if (op.TransposeB)
            b = Once(tensor, new Transpose([1, 0]), b, Layout.Plain);
        return New(tensor, op with { TransposeB = false }, [a, b], Layout.Plain);
    }

    /// <summary>The tensor in a layout, converted at most once.</summary>
    Tensor In(Layout layout, Tensor tensor)
    {
        if (layouts[tensor] == layout)
            return tensor;
        if (!converted.TryGetValue(tensor, out var other))
            converted[tensor] = other = New(tensor, new Convert(layout), [tensor], layout);
        return other;
    }

    Tensor Once(Tensor origin, Op op, Tensor input, Layout layout)
    {
        if (!made.TryGetValue((op, input), out var tensor))
            made[(op, input)] = tensor = New(origin, op, [input], layout);
        return tensor;
    }

    Tensor New(Tensor origin, Op op, Tensor[] inputs, Layout layout)
    {
        var tensor = new Tensor(op, inputs, origin.Path);
        layouts[tensor] = layout;
        return tensor;
    }
}
