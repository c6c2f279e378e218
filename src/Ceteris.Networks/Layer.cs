using System.Collections;
using System.Runtime.CompilerServices;
using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// A function of a tensor with parameters: an immutable description that owns no numbers. A collection expression is a
/// sequence: <c>Layer net =
/// [("conv1", new Conv2d(20, 5)), new MaxPool2d(2), new Flatten(), ("fc1", new Linear(10))]</c>; a layer without a name
/// is called by its position, as in PyTorch's nn.Sequential.
/// </summary>
[CollectionBuilder(typeof(Layer), nameof(Sequence))]
public abstract record Layer : IEnumerable<Layer>
{
    /// <summary>Short name for tables and messages.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The layer's result for x, in a scope. What a layer does is its <see cref="Forward"/>.</summary>
    public Tensor Apply(Scope at, Tensor x) => at.Enter(this, x, Forward);

    /// <summary>
    /// Traces the function: parameters from <paramref name="at"/>, operations on <paramref name="x"/>.
    /// </summary>
    protected abstract Tensor Forward(Scope at, Tensor x);

    public static Layer Sequence(ReadOnlySpan<Layer> layers) => new Sequential([.. layers]);

    public static implicit operator Layer((string Name, Layer Layer) named) => new Named(named.Name, named.Layer);

    /// <summary>The layers of a sequence, for <c>..</c>; any other layer is a sequence of itself.</summary>
    public virtual IEnumerator<Layer> GetEnumerator()
    {
        yield return this;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Applies a child under its own name, or <paramref name="name"/> when it has none.</summary>
    public static Tensor ApplyChild(Layer child, Scope at, string name, Tensor x) =>
        child is Named ? child.Apply(at, x) : child.Apply(at / name, x);
}

/// <summary>A layer with a name of its own instead of its position.</summary>
public sealed record Named(string Label, Layer Layer) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) => Layer.Apply(at / Label, x);
}
