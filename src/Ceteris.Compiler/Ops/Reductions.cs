using Ceteris.Kernels;

namespace Ceteris.Compiler;

public enum ReduceKind
{
    /// <summary>Sum.</summary>
    Sum,

    /// <summary>Maximum; NaN if any element is NaN; of equal values (+0 and −0) the first.</summary>
    Max,
}

/// <summary>
/// Reduces some axes to extent 1. Definition of the bits: the reduced elements in row-major order, r = 0, 1, …, are
/// dealt to 64
/// accumulators, r mod 64, each a chain in order from the identity; then i with i + 16, i + 32 with i + 48, the two
/// results, and the 16
/// that remain by the tree of <see cref="LaneTree"/>. A batched tensor is reduced as <see cref="LaneReduce"/> and
/// <see cref="BatchReduce"/> say.
/// </summary>
public sealed record Reduce(ReduceKind Kind, AxisSet Axes) : Op
{
    public override string Name => Kind.ToString();

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Axes.Reduce(inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => ReduceRules.Gradient(Kind, Axes, y, dy);

    public override void Run(in Tile tile) =>
        Rows(Kind, new ReduceWalk(tile.Shapes[0], Axes), tile.In(0), tile.Out,
            tile.From * tile.RowElements, tile.To * tile.RowElements);

    /// <summary>Computes elements from to to (exclusive) of the result.</summary>
    internal static void Rows(ReduceKind kind, ReduceWalk walk, ReadOnlySpan<float> x, Span<float> y, int from, int to)
    {
        Span<float> lanes = stackalloc float[64];
        for (int o = from; o < to; o++)
        {
            lanes.Fill(ReduceRules.Identity(kind));
            int start = walk.Start(o);
            for (int r = 0; r < walk.Count; r++)
                ReduceRules.Accumulate(kind, ref lanes[r % 64], x[start + walk.Offset(r)]);
            for (int i = 0; i < 16; i++)
            {
                lanes[i] = ReduceRules.Combine(kind,
                    ReduceRules.Combine(kind, lanes[i], lanes[16 + i]),
                    ReduceRules.Combine(kind, lanes[32 + i], lanes[48 + i]));
            }
            y[o] = LaneTree.Combine(kind, lanes[..16]);
        }
    }
}

/// <summary>
/// Reduces axes other than the batch of a batched tensor [N, …] to extent 1. Definition of the bits: the reduced
/// elements of each
/// sample in row-major order are dealt to 4 accumulators, r mod 4, each a chain in order, combined as (0 ∘ 1) ∘ (2 ∘
/// 3).
/// </summary>
public sealed record LaneReduce(ReduceKind Kind, AxisSet Axes) : Op
{
    public override string Name => Kind.ToString();

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Axes.Reduce(inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => ReduceRules.Gradient(Kind, Axes, y, dy);

    public override void Run(in Tile tile)
    {
        var walk = new ReduceWalk(tile.Shapes[0], Axes);
        var x = tile.In(0);
        Span<float> stripes = stackalloc float[4];
        for (int o = tile.From * tile.RowElements; o < tile.To * tile.RowElements; o++)
        {
            stripes.Fill(ReduceRules.Identity(Kind));
            int start = walk.Start(o);
            for (int r = 0; r < walk.Count; r++)
                ReduceRules.Accumulate(Kind, ref stripes[r % 4], x[start + walk.Offset(r)]);
            tile.Out[o] = ReduceRules.Combine(Kind,
                ReduceRules.Combine(Kind, stripes[0], stripes[1]), ReduceRules.Combine(Kind, stripes[2], stripes[3]));
        }
    }
}

/// <summary>
/// Reduces the batch, axis 0 of a batched tensor, to extent 1. Definition of the bits: samples in groups of 16 make
/// vectors (missing
/// samples of the last group count as the identity); the vectors are combined by a binary tree over the groups —
/// neighbours pairwise,
/// level by level, an odd one passing through — and the 16 lanes by the tree of <see cref="LaneTree"/>.
/// </summary>
public sealed record BatchReduce(ReduceKind Kind) : Op
{
    public override string Name => Kind.ToString();

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => new AxisSet(1).Reduce(inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => ReduceRules.Gradient(Kind, new AxisSet(1), y, dy);

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        int samples = tile.Shapes[0][0], row = tile.Shapes[0].ElementsFrom(1), groups = (samples + 15) / 16;
        var level = new float[groups * 16];
        for (int o = 0; o < row; o++)
        {
            level.AsSpan().Fill(ReduceRules.Identity(Kind));
            for (int n = 0; n < samples; n++)
                level[n] = x[(n * row) + o];
            for (int left = groups; left > 1; left = (left + 1) / 2)
            {
                for (int i = 0; i < left * 16; i++)
                {
                    int g = i / 16, lane = i % 16;
                    if (g % 2 == 0)
                    {
                        level[(g / 2 * 16) + lane] = g + 1 < left
                            ? ReduceRules.Combine(Kind, level[i], level[i + 16])
                            : level[i];
                    }
                }
            }
            tile.Out[o] = LaneTree.Combine(Kind, level.AsSpan(0, 16));
        }
    }
}

/// <summary>A set of axes as a bit mask, so that records compare by value.</summary>
public readonly record struct AxisSet(uint Mask)
{
    public static AxisSet Of(ReadOnlySpan<int> axes, int rank)
    {
        uint mask = 0;
        foreach (int axis in axes)
            mask |= 1u << Shapes.Axis(axis, rank);
        return new(mask);
    }

    public static AxisSet All(int rank) => new((1u << rank) - 1);

    public bool Contains(int axis) => (Mask >> axis & 1) != 0;

    public AxisSet Without(int axis) => new(Mask & ~(1u << axis));

    public bool IsEmpty => Mask == 0;

    /// <summary>The shape with these axes set to 1.</summary>
    public Shape Reduce(Shape shape)
    {
        if (Mask >> shape.Rank != 0)
        {
            int axes = 32 - System.Numerics.BitOperations.LeadingZeroCount(Mask);
            throw Shapes.Expected($"a tensor with at least {axes} axes", shape);
        }
        var extents = shape.ToArray();
        for (int i = 0; i < extents.Length; i++)
        {
            if (Contains(i))
                extents[i] = 1;
        }
        return Shape.Of(extents);
    }

    /// <summary>How many elements go into one.</summary>
    public int Count(Shape shape)
    {
        int count = 1;
        for (int i = 0; i < shape.Rank; i++)
            count *= Contains(i) ? shape[i] : 1;
        return count;
    }

    public override string ToString()
    {
        uint mask = Mask;
        return string.Join(",", Enumerable.Range(0, 32).Where(i => (mask >> i & 1) != 0));
    }
}

/// <summary>The tree over 16 lanes: i with i + 8, then i + 4, i + 2, i + 1.</summary>
static class LaneTree
{
    public static float Combine(ReduceKind kind, Span<float> lanes)
    {
        for (int half = 8; half >= 1; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] = ReduceRules.Combine(kind, lanes[i], lanes[i + half]);
        }
        return lanes[0];
    }
}

static class ReduceRules
{
    public static float Identity(ReduceKind kind) => kind == ReduceKind.Sum ? 0f : float.NegativeInfinity;

    public static float Combine(ReduceKind kind, float a, float b) =>
        kind == ReduceKind.Sum ? a + b : b > a || float.IsNaN(b) ? b : a;

    public static void Accumulate(ReduceKind kind, ref float to, float x) => to = Combine(kind, to, x);

    /// <summary>Sum: dy stretched. Max: dy to the maximal elements, in equal shares.</summary>
    public static Tensor?[] Gradient(ReduceKind kind, AxisSet axes, Tensor y, Tensor dy)
    {
        var x = y.Inputs[0];
        if (kind == ReduceKind.Sum)
            return [dy.BroadcastTo(x.Shape)];
        var isMaximal = x.Map<Equal>(y);
        return [isMaximal * (dy / Tensor.Apply(new Reduce(ReduceKind.Sum, axes), isMaximal))];
    }
}

/// <summary>Enumerates the elements that go into one element of a reduction, in row-major order of the reduced
/// axes.</summary>
sealed class ReduceWalk
{
    readonly int[] offsets;
    readonly Shape shape;
    readonly AxisSet axes;
    readonly int[] strides;

    public ReduceWalk(Shape shape, AxisSet axes)
    {
        (this.shape, this.axes) = (shape, axes);
        strides = Shapes.Strides(shape);
        offsets = new int[axes.Count(shape)];
        var index = new int[shape.Rank];
        for (int r = 0, offset = 0; r < offsets.Length; r++)
        {
            offsets[r] = offset;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                if (!axes.Contains(axis))
                    continue;
                offset += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                offset -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    public int Count => offsets.Length;

    public int Offset(int r) => offsets[r];

    /// <summary>Whether the elements are neighbours.</summary>
    public bool IsContiguous => offsets.Length == 0 || offsets[^1] == offsets.Length - 1;

    /// <summary>Where output element <paramref name="o"/> (row-major) starts in the input.</summary>
    public int Start(int o)
    {
        int offset = 0;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (axes.Contains(axis))
                continue;
            offset += o % shape[axis] * strides[axis];
            o /= shape[axis];
        }
        return offset;
    }
}
