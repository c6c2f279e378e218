using System.Reflection;
using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A unary elementwise primitive: a formula on 16 lanes at once, and its gradient. Implemented by a
/// struct.</summary>
public interface IUnary
{
    /// <summary>The formula, lane by lane. Mark it AggressiveInlining; use no lane-crossing operation.</summary>
    static abstract V Eval(V x);

    /// <summary>The gradient with respect to x, given y = f(x) and dy.</summary>
    static abstract Tensor Gradient(Tensor x, Tensor y, Tensor dy);
}

/// <summary>A binary elementwise primitive.</summary>
public interface IBinary
{
    static abstract V Eval(V a, V b);

    /// <summary>The gradients with respect to a and b (null: none), before summing over broadcast axes.</summary>
    static abstract (Tensor? Da, Tensor? Db) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy);
}

/// <summary>A ternary elementwise primitive.</summary>
public interface ITernary
{
    static abstract V Eval(V a, V b, V c);

    static abstract (Tensor? Da, Tensor? Db, Tensor? Dc) Gradient(Tensor a, Tensor b, Tensor c, Tensor y, Tensor dy);
}

/// <summary>An operation that the compiler fuses with its neighbours: element i of the result needs element i of the
/// inputs.</summary>
interface IElementwise
{
    /// <summary>A static method of 1 to 3 vectors.</summary>
    MethodInfo Eval { get; }
}

/// <summary>y = f(x), element by element.</summary>
public sealed record Map<T> : Op, IElementwise where T : struct, IUnary
{
    static readonly MethodInfo eval = new Func<V, V>(T.Eval).Method;

    MethodInfo IElementwise.Eval => eval;

    public override string Name => typeof(T).Name;

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [T.Gradient(y.Inputs[0], y, dy)];

    public override void Run(in Tile tile)
    {
        var x = tile.In(0)[(tile.From * tile.RowElements)..];
        var y = tile.OutRows;
        for (int i = 0; i < y.Length; i++)
            y[i] = T.Eval(Vec.Of(x[i]))[0];
    }
}

/// <summary>y = f(a, b), element by element, broadcasting.</summary>
public sealed record Map2<T> : Op, IElementwise where T : struct, IBinary
{
    static readonly MethodInfo eval = new Func<V, V, V>(T.Eval).Method;

    MethodInfo IElementwise.Eval => eval;

    public override string Name => typeof(T).Name;

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Shapes.Broadcast(inputs[0], inputs[1]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor a = y.Inputs[0], b = y.Inputs[1];
        (Tensor? da, Tensor? db) = T.Gradient(a, b, y, dy);
        return [da?.SumTo(a.Shape), db?.SumTo(b.Shape)];
    }

    public override void Run(in Tile tile)
    {
        var a = new BroadcastReader(tile, 0);
        var b = new BroadcastReader(tile, 1);
        var y = tile.OutRows;
        for (int i = 0; i < y.Length; i++)
            y[i] = T.Eval(Vec.Of(a.Next()), Vec.Of(b.Next()))[0];
    }
}

/// <summary>y = f(a, b, c), element by element, broadcasting.</summary>
public sealed record Map3<T> : Op, IElementwise where T : struct, ITernary
{
    static readonly MethodInfo eval = new Func<V, V, V, V>(T.Eval).Method;

    MethodInfo IElementwise.Eval => eval;

    public override string Name => typeof(T).Name;

    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Shapes.Broadcast(Shapes.Broadcast(inputs[0], inputs[1]), inputs[2]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor a = y.Inputs[0], b = y.Inputs[1], c = y.Inputs[2];
        (Tensor? da, Tensor? db, Tensor? dc) = T.Gradient(a, b, c, y, dy);
        return [da?.SumTo(a.Shape), db?.SumTo(b.Shape), dc?.SumTo(c.Shape)];
    }

    public override void Run(in Tile tile)
    {
        var a = new BroadcastReader(tile, 0);
        var b = new BroadcastReader(tile, 1);
        var c = new BroadcastReader(tile, 2);
        var y = tile.OutRows;
        for (int i = 0; i < y.Length; i++)
            y[i] = T.Eval(Vec.Of(a.Next()), Vec.Of(b.Next()), Vec.Of(c.Next()))[0];
    }
}

/// <summary>x stretched to a larger shape by NumPy's rule.</summary>
public sealed record Broadcast(Shape Target) : Op, IElementwise
{
    static readonly MethodInfo eval = new Func<V, V>(Same).Method;

    MethodInfo IElementwise.Eval => eval;

    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Shapes.Broadcast(inputs[0], Target).Equals(Target)
            ? Target : throw Shapes.Expected($"a shape that stretches to {Target}", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [dy.SumTo(y.Inputs[0].Shape)];

    public override void Run(in Tile tile)
    {
        var x = new BroadcastReader(tile, 0);
        foreach (ref float y in tile.OutRows)
            y = x.Next();
    }

    static V Same(V x) => x;
}

/// <summary>Reads input i of a tile element by element in the order of the output, stretching it by NumPy's
/// rule.</summary>
ref struct BroadcastReader
{
    readonly ReadOnlySpan<float> data;
    readonly ReadOnlySpan<int> extents;
    readonly int[] strides;
    readonly int[] index;
    int offset;

    public BroadcastReader(in Tile tile, int input)
    {
        data = tile.In(input);
        extents = tile.OutShape.Extents;
        strides = Shapes.BroadcastStrides(tile.Shapes[input], tile.OutShape);
        index = new int[extents.Length];
        if (extents.Length > 0)
        {
            index[0] = tile.From;
            offset = tile.From * strides[0];
        }
    }

    public float Next()
    {
        float value = data[offset];
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            offset += strides[axis];
            if (++index[axis] < extents[axis])
                break;
            offset -= strides[axis] * extents[axis];
            index[axis] = 0;
        }
        return value;
    }
}

static class Vec
{
    public static V Of(float x) => System.Runtime.Intrinsics.Vector512.Create(x);
}
