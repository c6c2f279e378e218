using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A number.</summary>
public sealed record Constant(float Value) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape.Scalar;

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [];

    public override void Run(in Tile tile) => tile.Out[0] = Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>0, 1, …, Count − 1.   → [Count]</summary>
public sealed record Iota(int Count) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => [Count];

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [];

    public override void Run(in Tile tile)
    {
        for (int i = tile.From; i < tile.To; i++)
            tile.Out[i] = i;
    }

    public override string ToString() => $"iota {Count}";
}

/// <summary>
/// What is fed before each run: a batch of images, labels, a learning rate. A batched input has the batch as axis 0
/// and is kept
/// with 16 samples side by side in the lanes of a vector (<see cref="Layout.Lanes"/>), as is what follows from it.
/// </summary>
public sealed record Input(string Label, Shape Shape, bool Batched = false) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape;

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [];

    public override void Run(in Tile tile) => throw new InvalidOperationException("an input is fed, not computed");

    public override string ToString() => $"input {Label}";
}

/// <summary>
/// A tensor that outlives a run — a weight, a running statistic, an optimiser's state — named by its path. Its numbers
/// are in the
/// <see cref="VariableStore"/> that the program was compiled with.
/// </summary>
public sealed record Variable(string Label, Shape Shape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape;

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [];

    public override void Run(in Tile tile) => throw new InvalidOperationException("a variable is stored, not computed");

    public override string ToString() => Label;
}

/// <summary>
/// Random mask of a batch: 1 with probability <paramref name="Keep"/>, else 0. The draw for an element is a pure
/// function of (seed,
/// purpose, path, epoch, sample, element), so neither the batch's composition nor another mask moves it. Element e of
/// sample s
/// in epoch p: word e mod 4 of Philox at counter (e / 4, s, p, 0), kept when word · 2⁻³² &lt; Keep in 24 bits.
/// </summary>
public sealed record Bernoulli(string Key, float Keep, Shape Shape) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Keep is >= 0 and <= 1 ? Shape : throw new ShapeException($"expected a probability from 0 to 1, got {Keep}");

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => [];

    public override void Run(in Tile tile) => throw new InvalidOperationException("a mask is drawn by the program");

    public override string ToString() => $"bernoulli {Key} {Keep}";
}
