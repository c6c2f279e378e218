using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// One operation. A record, so that equal attributes mean equal operations. The cheapest way to a new operation is a
/// composition of others; next a struct that implements <see cref="IUnary"/> (or binary, ternary), which is fused by
/// itself;
/// last a record derived from this class: a shape rule, a gradient and a kernel over plain row-major memory.
/// </summary>
public abstract record Op
{
    /// <summary>The shape of the result. Throws <see cref="ShapeException"/> when the inputs do not fit.</summary>
    public abstract Shape Infer(ReadOnlySpan<Shape> inputs);

    /// <summary>
    /// The gradient of the loss with respect to each input (null: none) as tensors, given the result <paramref
    /// name="y"/>
    /// and the gradient <paramref name="dy"/> with respect to it. A gradient is a graph: it fuses and differentiates
    /// again.
    /// </summary>
    public virtual Tensor?[] Gradient(Tensor y, Tensor dy) =>
        throw new NotSupportedException($"{GetType().Name} has no gradient");

    /// <summary>
    /// The scalar definition: computes the rows <see cref="Tile.From"/> to <see cref="Tile.To"/> (along axis 0) of the
    /// result
    /// from plain row-major inputs. For operations that the compiler has a vector kernel for, this defines the
    /// kernel's bits.
    /// </summary>
    public abstract void Run(in Tile tile);

    /// <summary>Short name for plans and messages.</summary>
    public virtual string Name => GetType().Name;
}

/// <summary>
/// A piece of an operation's work: rows of the result, cut by shape alone, never by the number of threads, so that the
/// bits
/// do not depend on who computes it.
/// </summary>
public readonly ref struct Tile(
    ReadOnlySpan<Floats> inputs, ReadOnlySpan<Shape> shapes, Span<float> output, Shape outputShape, int from, int to)
{
    readonly ReadOnlySpan<Floats> inputs = inputs;

    /// <summary>The whole input <paramref name="i"/>, plain row-major.</summary>
    public ReadOnlySpan<float> In(int i) => inputs[i].Span;

    public ReadOnlySpan<Shape> Shapes { get; } = shapes;

    /// <summary>The whole output, plain row-major; write only the rows of this tile.</summary>
    public Span<float> Out { get; } = output;

    public Shape OutShape { get; } = outputShape;

    /// <summary>First row of the result to compute; a scalar has one row.</summary>
    public int From { get; } = from;

    /// <summary>One past the last row of the result to compute.</summary>
    public int To { get; } = to;

    /// <summary>Elements in one row of the result.</summary>
    public int RowElements => OutShape.Rank == 0 ? 1 : OutShape.ElementsFrom(1);

    /// <summary>The part of <see cref="Out"/> that this tile computes.</summary>
    public Span<float> OutRows => Out[(From * RowElements)..(To * RowElements)];
}

/// <summary>Shape rules used by several operations.</summary>
public static class Shapes
{
    public static ShapeException Expected(string expected, params ReadOnlySpan<Shape> got) =>
        new($"expected {expected}, got {string.Join(" and ", got.ToArray().Select(s => s.ToString()))}");

    /// <summary>NumPy's rule: aligned at the last axis, an extent of 1 stretches.</summary>
    public static Shape Broadcast(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var extents = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            int m = i < rank - a.Rank ? 1 : a[i - (rank - a.Rank)], n = i < rank - b.Rank ? 1 : b[i - (rank - b.Rank)];
            extents[i] = m == n || n == 1 ? m : m == 1 ? n : throw Expected("shapes that broadcast", a, b);
        }
        return Shape.Of(extents);
    }

    /// <summary>An axis counted from the end when negative; checked.</summary>
    public static int Axis(int axis, int rank) =>
        axis >= -rank && axis < rank ? (axis + rank) % rank
            : throw new ShapeException($"expected an axis from {-rank} to {rank - 1}, got {axis}");

    /// <summary>Element strides of a row-major shape.</summary>
    public static int[] Strides(Shape shape)
    {
        var strides = new int[shape.Rank];
        for (int i = shape.Rank - 1, stride = 1; i >= 0; stride *= shape[i--])
            strides[i] = stride;
        return strides;
    }

    /// <summary>Element strides with which <paramref name="shape"/> is read as the broadcast <paramref
    /// name="target"/>.</summary>
    public static int[] BroadcastStrides(Shape shape, Shape target)
    {
        var own = Strides(shape);
        var strides = new int[target.Rank];
        int lead = target.Rank - shape.Rank;
        for (int i = lead; i < target.Rank; i++)
            strides[i] = shape[i - lead] == 1 ? 0 : own[i - lead];
        return strides;
    }
}
