using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>One layer after another; a layer without a name is called by its position.</summary>
public sealed record Sequential(IReadOnlyList<Layer> Layers) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        for (int i = 0; i < Layers.Count; i++)
            x = ApplyChild(Layers[i], at, $"{i}", x);
        return x;
    }

    public override IEnumerator<Layer> GetEnumerator() => Layers.GetEnumerator();

    public bool Equals(Sequential? other) => other is not null && Layers.SequenceEqual(other.Layers);

    public override int GetHashCode() => Layers.Count;

    public override string ToString() => $"[{string.Join(", ", Layers)}]";
}

/// <summary>
/// y = activation(body(x) + shortcut(x)) (He et al. 2015). The body adds no name to the path: its layers are named as
/// children of the block, as PyTorch's usually are; the shortcut is called <c>shortcut</c> unless it has a name.
/// </summary>
public sealed record Residual(Layer Body, Layer? Shortcut = null, Layer? Activation = null) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        var y = Body.Apply(at, x);
        var skipped = Shortcut is null ? x : ApplyChild(Shortcut, at, "shortcut", x);
        if (!y.Shape.Equals(skipped.Shape))
            throw at.Expected("body and shortcut of one shape", y.Shape, skipped.Shape);
        var sum = y + skipped;
        return Activation is null ? sum : ApplyChild(Activation, at, "activation", sum);
    }
}

/// <summary>
/// y = the results of several layers for the same x, one after another along the channels (Szegedy et al. 2014).   x
/// [N, C, …] → y [N, Σ Kᵢ, …]. A branch without a name is called by its position.
/// </summary>
public sealed record Concat(params IReadOnlyList<Layer> Layers) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        if (Layers.Count == 0)
            throw at.Expected("at least one branch", x.Shape);
        return TensorOps.Concat(1, [.. Layers.Select((layer, i) => ApplyChild(layer, at, $"{i}", x))]);
    }

    public bool Equals(Concat? other) => other is not null && Layers.SequenceEqual(other.Layers);

    public override int GetHashCode() => Layers.Count;

    public override string ToString() => $"Concat [{string.Join(", ", Layers)}]";
}

/// <summary>
/// y = x. Takes the place of a layer in an ablation, so that the others keep their names, hence their initial weights.
/// </summary>
public sealed record Identity : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) => x;
}

/// <summary>x [N, …] → [N, product of the rest]</summary>
public sealed record Flatten : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) =>
        x.Shape.Rank >= 1 ? x.Flatten() : throw at.Expected("[N, …]", x.Shape);
}
