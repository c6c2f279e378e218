using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// A symbolic value in a traced graph: an operation, its inputs and the shape that follows. It holds no numbers; a
/// <see cref="Program"/> computes them. Immutable, compared by identity. Every element is an IEEE-754 binary32.
/// </summary>
public sealed class Tensor
{
    internal Tensor(Op op, Tensor[] inputs, string path)
    {
        Op = op;
        Inputs = inputs;
        Path = path;
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = inputs[i].Shape;
        try
        {
            Shape = op.Infer(shapes);
        }
        catch (ShapeException e) when (e.Path is null && path.Length > 0)
        {
            throw new ShapeException($"{path}: {e.Message}") { Path = path };
        }
    }

    public Op Op { get; }

    public IReadOnlyList<Tensor> Inputs { get; }

    public Shape Shape { get; }

    /// <summary>The layer in which the tensor was traced, for error messages and plans; empty outside any
    /// layer.</summary>
    public string Path { get; }

    /// <summary>The result of an operation on some inputs. <see cref="ShapeException"/> when the shapes do not
    /// fit.</summary>
    public static Tensor Apply(Op op, params Tensor[] inputs) => new(op, inputs, TracePath.Current);

    /// <summary>Applies a unary elementwise primitive.</summary>
    public Tensor Map<T>() where T : struct, IUnary => Apply(new Map<T>(), this);

    /// <summary>Applies a binary elementwise primitive, broadcasting as NumPy does.</summary>
    public Tensor Map<T>(Tensor b) where T : struct, IBinary => Apply(new Map2<T>(), this, b);

    /// <summary>Applies a ternary elementwise primitive, broadcasting as NumPy does.</summary>
    public Tensor Map<T>(Tensor b, Tensor c) where T : struct, ITernary => Apply(new Map3<T>(), this, b, c);

    public static implicit operator Tensor(float value) => Apply(new Constant(value));

    public static Tensor operator +(Tensor a, Tensor b) => a.Map<Add>(b);

    public static Tensor operator -(Tensor a, Tensor b) => a.Map<Subtract>(b);

    public static Tensor operator *(Tensor a, Tensor b) => a.Map<Multiply>(b);

    public static Tensor operator /(Tensor a, Tensor b) => a.Map<Divide>(b);

    public static Tensor operator -(Tensor a) => a.Map<Negate>();

    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => a.Map<Greater>(b);

    /// <summary>1 where a &lt; b, else 0.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => b.Map<Greater>(a);

    public override string ToString() => $"{Op} {Shape}";
}

/// <summary>Shapes that do not fit: what was expected, what came, and in which layer.</summary>
public sealed class ShapeException(string message) : ArgumentException(message)
{
    internal string? Path { get; init; }
}

/// <summary>Where tracing is: set by layers while they trace, so that a tensor knows the layer it came from.</summary>
public static class TracePath
{
    [ThreadStatic]
    static string? current;

    public static string Current => current ?? "";

    /// <summary>Makes <paramref name="path"/> current until the result is disposed.</summary>
    public static Restore Enter(string path)
    {
        var restore = new Restore(Current);
        current = path;
        return restore;
    }

    public readonly struct Restore(string previous) : IDisposable
    {
        public void Dispose() => current = previous;
    }
}
