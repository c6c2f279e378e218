using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>
/// Where we are in a network: names variables, keys random draws, and knows training from evaluation. <c>at /
/// "conv1"</c> is the scope of a child.
/// </summary>
public sealed class Scope
{
    readonly Trace trace;

    internal Scope(Trace trace, string path) => (this.trace, Path) = (trace, path);

    /// <summary>Names from the root joined by dots, as in PyTorch: <c>features.0</c>. Empty at the root.</summary>
    public string Path { get; }

    /// <summary>Whether to behave as in training (batch statistics, dropout) or as in evaluation.</summary>
    public bool Training => trace.Training;

    public static Scope operator /(Scope at, string name) =>
        name.Length > 0 && !name.Contains('/') ? new(at.trace, at.PathOf(name))
            : throw new ArgumentException($"{at.Path}: expected a name without '/', got '{name}'");

    /// <summary>A weight, changed by the optimiser.</summary>
    public Tensor Param(string name, Shape shape, Init init) =>
        trace.Add(PathOf(name), VariableKind.Parameter, shape, init);

    /// <summary>A running statistic, changed by <see cref="Assign"/>.</summary>
    public Tensor Buffer(string name, Shape shape, Init init) =>
        trace.Add(PathOf(name), VariableKind.Buffer, shape, init);

    /// <summary>An optimiser's memory, changed by <see cref="Assign"/>.</summary>
    public Tensor State(string name, Shape shape, Init init) =>
        trace.Add(PathOf(name), VariableKind.State, shape, init);

    /// <summary>
    /// A number that the optimiser keeps for all parameters together. The first parameter makes it; every one gets the
    /// new value.
    /// </summary>
    public Tensor Shared(string name, Init init, Func<Tensor, Tensor> next) => trace.Shared(name, init, next);

    /// <summary>
    /// The weight of a linear or convolutional layer: <paramref name="init"/>, or the network's initialiser when null.
    /// </summary>
    public Tensor Weight(Shape shape, Init? init = null) => Param("weight", shape, init ?? trace.Initialisation.Weight);

    /// <summary>
    /// The bias [units] of a layer: <paramref name="init"/>, or the network's initialiser, or PyTorch's, uniform within
    /// ±1/√fan_in.
    /// </summary>
    public Tensor Bias(int units, int fanIn, Init? init = null)
    {
        float bound = (float)(1 / Math.Sqrt(fanIn));
        return Param("bias", [units], init ?? trace.Initialisation.Bias ?? Init.Uniform(-bound, bound));
    }

    /// <summary>
    /// Sets a variable to a new value at the end of the run. Within it every reader sees the old one.
    /// </summary>
    /// <returns>The new value.</returns>
    public Tensor Assign(Tensor variable, Tensor value) => trace.Update(variable, value);

    /// <summary>
    /// A random mask for a batch, 1 with probability <paramref name="keep"/>, else 0, by seed, path, epoch and sample.
    /// A layer that draws several gives them names.
    /// </summary>
    public Tensor Bernoulli(float keep, Shape shape, string name = "") =>
        trace.Mask(name.Length == 0 ? Path : PathOf(name), keep, shape);

    /// <summary>An error that says where: path, what was expected, what came.</summary>
    public ShapeException Expected(string expected, params ReadOnlySpan<Shape> got) =>
        new($"{(Path.Length > 0 ? Path + ": " : "")}{Shapes.Expected(expected, got).Message}");

    internal Tensor Enter(Layer layer, Tensor x, Func<Scope, Tensor, Tensor> forward)
    {
        using var _ = TracePath.Enter(Path);
        return trace.Enter(layer, this, x, forward);
    }

    string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
