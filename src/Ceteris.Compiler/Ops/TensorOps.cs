using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>The operations of a tensor by name, PyTorch's where both exist.</summary>
public static class TensorOps
{
    extension(Tensor x)
    {
        public Tensor Max(Tensor other) => x.Map<Maximum>(other);

        public Tensor Min(Tensor other) => x.Map<Minimum>(other);

        /// <summary>this ≠ 0 ? a : b, element by element.</summary>
        public Tensor Where(Tensor a, Tensor b) => x.Map<Where>(a, b);

        /// <summary>1 where equal, else 0.</summary>
        public Tensor EqualTo(Tensor other) => x.Map<Equal>(other);

        public Tensor Square() => x.Map<Square>();

        public Tensor Abs() => x.Map<Abs>();

        public Tensor Sqrt() => x.Map<Sqrt>();

        public Tensor Rsqrt() => x.Map<Rsqrt>();

        /// <summary>Sum over axes (all when none is given). Reduced axes stay with extent 1 when <paramref
        /// name="keepDims"/>.</summary>
        public Tensor Sum(ReadOnlySpan<int> axes = default, bool keepDims = false) =>
            x.Reduced(ReduceKind.Sum, axes, keepDims);

        /// <summary>Maximum over axes (all when none is given); NaN if any element is NaN.</summary>
        public Tensor Amax(ReadOnlySpan<int> axes = default, bool keepDims = false) =>
            x.Reduced(ReduceKind.Max, axes, keepDims);

        /// <summary>Sum over axes divided by the number of elements.</summary>
        public Tensor Mean(ReadOnlySpan<int> axes = default, bool keepDims = false)
        {
            var set = axes.IsEmpty ? AxisSet.All(x.Shape.Rank) : AxisSet.Of(axes, x.Shape.Rank);
            return x.Reduced(ReduceKind.Sum, axes, keepDims) / set.Count(x.Shape);
        }

        Tensor Reduced(ReduceKind kind, ReadOnlySpan<int> axes, bool keepDims)
        {
            var set = axes.IsEmpty ? AxisSet.All(x.Shape.Rank) : AxisSet.Of(axes, x.Shape.Rank);
            var y = set.IsEmpty ? x : Tensor.Apply(new Reduce(kind, set), x);
            return keepDims ? y : y.Reshape([.. x.Shape.Where((_, axis) => !set.Contains(axis))]);
        }

        /// <summary>Summed over the axes along which <paramref name="shape"/> was stretched: the inverse of
        /// broadcasting in a gradient.</summary>
        public Tensor SumTo(Shape shape)
        {
            if (x.Shape.Equals(shape))
                return x;
            int lead = x.Shape.Rank - shape.Rank;
            uint mask = 0;
            for (int i = 0; i < x.Shape.Rank; i++)
                mask |= i < lead || (shape[i - lead] == 1 && x.Shape[i] != 1) ? 1u << i : 0;
            return (mask == 0 ? x : Tensor.Apply(new Reduce(ReduceKind.Sum, new(mask)), x)).Reshape(shape);
        }

        public Tensor BroadcastTo(Shape shape) => x.Shape.Equals(shape) ? x : Tensor.Apply(new Broadcast(shape), x);

        public Tensor Reshape(Shape shape) => x.Shape.Equals(shape) ? x : Tensor.Apply(new Reshape(shape), x);

        /// <summary>[N, …] → [N, product of the rest]</summary>
        public Tensor Flatten() => x.Reshape([x.Shape[0], x.Shape.ElementsFrom(1)]);

        /// <summary>Axis i of the result is axis order[i] of this.</summary>
        public Tensor Permute(params ReadOnlySpan<int> order) => Tensor.Apply(new Transpose(Shape.Of(order)), x);

        /// <summary>[M, N] → [N, M]</summary>
        public Tensor T() => x.Permute(1, 0);

        public Tensor Slice(int axis, int start, int length) =>
            Tensor.Apply(new Slice(Shapes.Axis(axis, x.Shape.Rank), start, length), x);

        public Tensor Pad(int axis, int before, int after, float value = 0) =>
            Tensor.Apply(new Pad(Shapes.Axis(axis, x.Shape.Rank), before, after, value), x);

        /// <summary>Rows of this table by index.</summary>
        public Tensor Gather(Tensor index) => Tensor.Apply(new Gather(), x, index);

        public Tensor MatMul(Tensor b, bool transposeA = false, bool transposeB = false) =>
            Tensor.Apply(new MatMul(transposeA, transposeB), x, b);

        public Tensor Conv2d(Tensor weight, Pair stride, Pair padding, Pair dilation, int groups = 1) =>
            Tensor.Apply(new Conv2dOp(new(stride, padding, dilation, groups)), x, weight);

        public Tensor MaxPool2d(Pair window, Pair? stride = null, Pair padding = default, bool ceilMode = false) =>
            Tensor.Apply(new MaxPool2dOp(new(window, stride ?? window, padding, ceilMode)), x);

        public Tensor AvgPool2d(
            Pair window, Pair? stride = null, Pair padding = default, bool ceilMode = false,
            bool countIncludePad = true) =>
            Tensor.Apply(new AvgPool2dOp(new(window, stride ?? window, padding, ceilMode, countIncludePad)), x);

        public Tensor AdaptiveAvgPool2d(Pair size) => Tensor.Apply(new AdaptiveAvgPool2dOp(size), x);

        /// <summary>This value, with another gradient: <paramref name="rule"/> maps dy to the gradients of <paramref
        /// name="inputs"/>.</summary>
        public Tensor WithGradient(Tensor[] inputs, Func<Tensor, Tensor?[]> rule) =>
            Tensor.Apply(new CustomGradient(rule), [x, .. inputs]);
    }

    public static Tensor Concat(int axis, params Tensor[] parts) =>
        Tensor.Apply(new ConcatOp(Shapes.Axis(axis, parts[0].Shape.Rank)), parts);
}

/// <summary>
/// The first input, with a gradient of one's own for the other inputs: for a value that is a composition but whose
/// gradient is known in
/// a shorter form. It vanishes when the program is compiled.
/// </summary>
public sealed record CustomGradient(Func<Tensor, Tensor?[]> Rule) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [null, .. Rule(dy)];

    public override void Run(in Tile tile) =>
        tile.In(0).Slice(tile.From * tile.RowElements, tile.OutRows.Length).CopyTo(tile.OutRows);
}
