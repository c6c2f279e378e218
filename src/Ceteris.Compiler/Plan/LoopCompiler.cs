using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// A compiled fused loop: what it reads and writes, in the order of the nest's operands. One that runs on is a single
/// loop over all elements, in order.
/// </summary>
sealed record CompiledLoop(LoopNest Nest, IReadOnlyList<Tensor> Reads, IReadOnlyList<Tensor> Writes,
    IReadOnlyList<string> Operations, long UnitsPerTile, bool RunsOn);

/// <summary>Turns a group of tensors into a <see cref="LoopProgram"/> and the nest that drives it over
/// memory.</summary>
sealed class LoopCompiler
{
    /// <summary>Vectors in a tile: enough work to be worth a claim, few enough to stay in a first-level
    /// cache.</summary>
    const int VectorsPerTile = 2048;

    readonly Layouts layouts;
    readonly Func<Tensor, bool> isRead;
    readonly LoopGroup group;
    readonly Shape domain;
    readonly Layout layout;
    readonly AxisSet reduced;
    readonly List<Tensor> reads = [];
    readonly List<float> constants = [];
    readonly List<(IElementwise Op, Tensor[] Arguments, Tensor Result)> instructions = [];
    readonly HashSet<Tensor> seen = [];

    LoopCompiler(LoopGroup group, Layouts layouts, Func<Tensor, bool> isRead)
    {
        (this.group, this.layouts, this.isRead) = (group, layouts, isRead);
        var first = group.Roots[0];
        domain = Fusion.Domain(first);
        layout = layouts[first.Op is LaneReduce ? first.Inputs[0] : first];
        foreach (var root in group.Roots)
        {
            if (root.Op is LaneReduce reduce)
                reduced = reduce.Axes;
        }
    }

    public static CompiledLoop Compile(LoopGroup group, Layouts layouts, Func<Tensor, bool> isRead) =>
        new LoopCompiler(group, layouts, isRead).Compile();

    CompiledLoop Compile()
    {
        foreach (var root in group.Roots)
            Visit(root.Op is LaneReduce ? root.Inputs[0] : root);
        var dims = Dimensions();
        var operands = reads.Concat(group.Roots).Select(Strides).ToList();
        Merge(dims, operands);
        if (layout == Layout.Plain)
        {
            // A single element is neither a vector nor stretched: results are written as the start of a vector.
            foreach (var result in operands.Skip(reads.Count))
                result[^1] = 1;
        }
        long inner = dims[^1];
        if (layout == Layout.Lanes)
            inner *= LoopProgram.Lanes;
        var loopOperands = operands.Select(o => new LoopOperand(Step(o[^1]), [.. o[..^1]])).ToArray();
        OperandKind[] kinds = [.. reads.Select((read, i) => Kind(read, operands[i][^1]))];
        var nest = new LoopNest(Kernel(kinds), [.. dims[..^1]], inner, loopOperands);
        long vectors = Math.Max(1, (inner + 15) / 16);
        long unitsPerTile = reduced.IsEmpty ? VectorsPerTile : Math.Max(1, VectorsPerTile / vectors);
        return new(nest, reads, group.Roots, [.. instructions.Select(i => i.Result.Op.Name)], unitsPerTile,
            RunsOn: dims.Count == 1 && reduced.IsEmpty);
    }

    /// <summary>Collects the program that computes a tensor: inputs, constants, instructions.</summary>
    void Visit(Tensor tensor)
    {
        if (!seen.Add(tensor))
            return;
        if (tensor.Op is Constant constant)
        {
            constants.Add(constant.Value);
            constantOf.Add(tensor);
        }
        else if (tensor.Op is IElementwise op && InLoop(tensor))
        {
            foreach (var input in tensor.Inputs)
                Visit(input);
            instructions.Add((op, [.. tensor.Inputs], tensor));
        }
        else
        {
            reads.Add(tensor);
        }
    }

    readonly List<Tensor> constantOf = [];

    /// <summary>Computed inside: a root of this loop, or an elementwise tensor over the same domain that is nowhere in
    /// memory.</summary>
    bool InLoop(Tensor tensor) => group.Roots.Contains(tensor) || !isRead(tensor);

    LoopKernel Kernel(OperandKind[] kinds)
    {
        var number = new Dictionary<Tensor, int>();
        foreach (var tensor in reads.Concat(constantOf).Concat(instructions.Select(i => i.Result)))
            number[tensor] = number.Count;
        int Argument(Tensor[] arguments, int i) => i < arguments.Length ? number[arguments[i]] : -1;
        var code = instructions.Select(i => new LoopInstruction(
            i.Op.Eval, Argument(i.Arguments, 0), Argument(i.Arguments, 1), Argument(i.Arguments, 2))).ToArray();
        var outputs = group.Roots.Select(root => root.Op is LaneReduce reduce
            ? new LoopOutput(number[root.Inputs[0]], reduce.Kind == ReduceKind.Sum ? OutputKind.Sum : OutputKind.Max)
            : new LoopOutput(number[root])).ToArray();
        return new LoopProgram(kinds, [.. constants], code, outputs).Compile();
    }

    /// <summary>The extents of the loops: outer ones, then the innermost. With a reduction the innermost are the
    /// reduced axes.</summary>
    List<long> Dimensions()
    {
        var dims = new List<long>();
        foreach (int axis in AxisOrder())
            dims.Add(axis == 0 && layout == Layout.Lanes ? (domain[0] + 15) / 16 : domain[axis]);
        if (dims.Count == 0 || (layout == Layout.Lanes && dims.Count == 1))
            dims.Add(1);
        return dims;
    }

    /// <summary>Axes in the order of the loops: kept ones, then reduced ones.</summary>
    IEnumerable<int> AxisOrder()
    {
        var axes = Enumerable.Range(0, domain.Rank);
        return axes.Where(a => !reduced.Contains(a)).Concat(axes.Where(reduced.Contains));
    }

    /// <summary>How far an operand moves along each loop, in floats; 0 where it is stretched or reduced.</summary>
    List<long> Strides(Tensor tensor)
    {
        bool lanes = layouts[tensor] == Layout.Lanes;
        int lead = domain.Rank - tensor.Shape.Rank;
        var own = Shapes.Strides(tensor.Shape);
        var strides = new List<long>();
        foreach (int axis in AxisOrder())
        {
            bool moves = axis >= lead && (tensor.Shape[axis - lead] > 1 || (lanes && axis == 0));
            strides.Add(moves ? own[axis - lead] * (lanes ? 16L : 1) : 0);
        }
        if (strides.Count == 0 || (layout == Layout.Lanes && strides.Count == 1))
            strides.Add(0);
        return strides;
    }

    /// <summary>Makes neighbouring loops one where every operand runs on; reduced loops only with each other.</summary>
    void Merge(List<long> dims, List<List<long>> operands)
    {
        int kept = AxisOrder().Count(a => !reduced.Contains(a));
        for (int d = dims.Count - 2; d >= 0; d--)
        {
            bool border = !reduced.IsEmpty && d + 1 == kept;
            if (border || !(dims[d] == 1 || dims[d + 1] == 1 || operands.All(o => o[d] == o[d + 1] * dims[d + 1])))
                continue;
            foreach (var strides in operands)
                strides.RemoveAt(dims[d + 1] == 1 ? d + 1 : d);
            dims[d + 1] *= dims[d];
            dims.RemoveAt(d);
            if (d + 1 < kept)
                kept--;
        }
        if (!reduced.IsEmpty && dims.Count != kept + 1)
            throw new InvalidOperationException($"expected one loop over the reduced axes {reduced} of {domain}");
    }

    long Step(long stride) => layout == Layout.Plain && stride == 1 ? 16 : stride;

    OperandKind Kind(Tensor tensor, long innerStride) =>
        layout == Layout.Lanes ? layouts[tensor] == Layout.Lanes ? OperandKind.Vector : OperandKind.Scalar
            : innerStride == 0 ? OperandKind.Scalar : OperandKind.Vector;
}
