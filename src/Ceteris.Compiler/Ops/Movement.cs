using Ceteris.Kernels;

namespace Ceteris.Compiler;

// Operations that move numbers without changing them. A stretch of the same memory where the layout allows, else a
// copy.

/// <summary>The same elements in row-major order under another shape.</summary>
public sealed record Reshape(Shape Target) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Elements == Target.Elements
            ? Target : throw Shapes.Expected($"{Target.Elements} elements for {Target}", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [dy.Reshape(y.Inputs[0].Shape)];

    public override void Run(in Tile tile) =>
        tile.In(0).Slice(tile.From * tile.RowElements, tile.OutRows.Length).CopyTo(tile.OutRows);

    public override string ToString() => $"reshape {Target}";
}

/// <summary>Axis i of the result is axis Order[i] of the input.</summary>
public sealed record Transpose(Shape Order) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        if (Order.Rank != inputs[0].Rank || Order.Order().SequenceEqual(Enumerable.Range(0, Order.Rank)) == false)
            throw Shapes.Expected($"{Order.Rank} axes for the order {Order}", inputs[0]);
        var extents = new int[Order.Rank];
        for (int i = 0; i < extents.Length; i++)
            extents[i] = inputs[0][Order[i]];
        return Shape.Of(extents);
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        var inverse = new int[Order.Rank];
        for (int i = 0; i < inverse.Length; i++)
            inverse[Order[i]] = i;
        return [Tensor.Apply(new Transpose(Shape.Of(inverse)), dy)];
    }

    public override void Run(in Tile tile)
    {
        var strides = Shapes.Strides(tile.Shapes[0]);
        var x = tile.In(0);
        var y = tile.OutRows;
        for (int i = 0; i < y.Length; i++)
        {
            int rest = (tile.From * tile.RowElements) + i, from = 0;
            for (int axis = Order.Rank - 1; axis >= 0; axis--)
            {
                from += rest % tile.OutShape[axis] * strides[Order[axis]];
                rest /= tile.OutShape[axis];
            }
            y[i] = x[from];
        }
    }

    public override string ToString() => $"transpose {Order}";
}

/// <summary>Elements Start to Start + Length of one axis.</summary>
public sealed record Slice(int Axis, int Start, int Length) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        var x = inputs[0];
        if (Axis >= x.Rank || Start < 0 || Length < 0 || Start + Length > x[Axis])
            throw Shapes.Expected($"at least {Start + Length} elements along axis {Axis}", x);
        return [.. x[..Axis], Length, .. x[(Axis + 1)..]];
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        int extent = y.Inputs[0].Shape[Axis];
        return [Tensor.Apply(new Pad(Axis, Start, extent - Start - Length), dy)];
    }

    public override void Run(in Tile tile) => Blocks.Copy(tile, Axis, 0, -Start);
}

/// <summary>Zeros (or another value) before and after along one axis.</summary>
public sealed record Pad(int Axis, int Before, int After, float Value = 0) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        var x = inputs[0];
        if (Axis >= x.Rank || Before < 0 || After < 0)
            throw Shapes.Expected($"an axis {Axis} to pad by {Before} and {After} ≥ 0", x);
        return [.. x[..Axis], Before + x[Axis] + After, .. x[(Axis + 1)..]];
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [dy.Slice(Axis, Before, y.Inputs[0].Shape[Axis])];

    public override void Run(in Tile tile)
    {
        tile.OutRows.Fill(Value);
        Blocks.Copy(tile, Axis, 0, Before);
    }
}

/// <summary>Tensors one after another along an axis.</summary>
public sealed record ConcatOp(int Axis) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        int extent = 0;
        foreach (var x in inputs)
        {
            bool fits = Axis < x.Rank && x[..Axis].Equals(inputs[0][..Axis])
                && x[(Axis + 1)..].Equals(inputs[0][(Axis + 1)..]);
            if (!fits)
                throw Shapes.Expected($"shapes that agree but for axis {Axis}", inputs);
            extent += x[Axis];
        }
        return [.. inputs[0][..Axis], extent, .. inputs[0][(Axis + 1)..]];
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        var dx = new Tensor?[y.Inputs.Count];
        for (int i = 0, start = 0; i < dx.Length; start += y.Inputs[i++].Shape[Axis])
            dx[i] = dy.Slice(Axis, start, y.Inputs[i].Shape[Axis]);
        return dx;
    }

    public override void Run(in Tile tile)
    {
        for (int i = 0, start = 0; i < tile.Shapes.Length; start += tile.Shapes[i++][Axis])
            Blocks.Copy(tile, Axis, i, start);
    }
}

/// <summary>
/// Rows of a table: y[i, …] = table[index[i], …], index [N] holding whole numbers from 0 to the table's rows − 1;
/// another index gives
/// NaN. Its gradient adds up the rows in order of i.
/// </summary>
public sealed record Gather : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank >= 1 && inputs[1].Rank == 1 ? [inputs[1][0], .. inputs[0][1..]]
            : throw Shapes.Expected("a table [R, …] and an index [N]", inputs);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) =>
        [Tensor.Apply(new ScatterAdd(y.Inputs[0].Shape[0]), dy, y.Inputs[1]), null];

    public override void Run(in Tile tile)
    {
        var table = tile.In(0);
        var index = tile.In(1);
        var row = tile.RowElements;
        for (int i = tile.From; i < tile.To; i++)
        {
            var y = tile.Out.Slice(i * row, row);
            float at = index[i];
            if (at >= 0 && at < tile.Shapes[0][0] && at == MathF.Truncate(at))
                table.Slice((int)at * row, row).CopyTo(y);
            else
                y.Fill(float.NaN);
        }
    }
}

/// <summary>The gradient of <see cref="Gather"/>: y[index[i], …] += x[i, …] in order of i.   x [N, …], index [N] → y
/// [Rows, …]</summary>
public sealed record ScatterAdd(int Rows) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => [Rows, .. inputs[0][1..]];

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [Tensor.Apply(new Gather(), dy, y.Inputs[1]), null];

    public override void Run(in Tile tile)
    {
        var x = tile.In(0);
        var index = tile.In(1);
        var row = tile.RowElements;
        tile.OutRows.Clear();
        for (int i = 0; i < tile.Shapes[1][0]; i++)
        {
            float at = index[i];
            if (!(at >= tile.From && at < tile.To && at == MathF.Truncate(at)))
                continue;
            for (int j = 0; j < row; j++)
                tile.Out[((int)at * row) + j] += x[(i * row) + j];
        }
    }
}

static class Blocks
{
    /// <summary>Copies input i into the output with an offset along an axis, within the tile's rows.</summary>
    public static void Copy(in Tile tile, int axis, int input, int offset)
    {
        Shape from = tile.Shapes[input], to = tile.OutShape;
        int inner = to.ElementsFrom(axis + 1), extentIn = from[axis], extentOut = to[axis];
        int first = Math.Max(0, -offset), count = Math.Min(extentIn, extentOut - offset) - first;
        if (count <= 0)
            return;
        int outer = 1;
        for (int i = 0; i < axis; i++)
            outer *= to[i];
        int low = tile.From * tile.RowElements, high = tile.To * tile.RowElements;
        var x = tile.In(input);
        for (int o = 0; o < outer; o++)
        {
            int source = ((o * extentIn) + first) * inner, target = ((o * extentOut) + first + offset) * inner;
            int skip = Math.Max(0, low - target), length = Math.Min(count * inner, high - target) - skip;
            if (length > 0)
                x.Slice(source + skip, length).CopyTo(tile.Out[(target + skip)..]);
        }
    }
}
