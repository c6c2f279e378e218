using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Networks;

public enum VariableKind
{
    /// <summary>A weight: has a gradient, is changed by the optimiser, belongs to the exported weights.</summary>
    Parameter,

    /// <summary>A running statistic: changed by a layer in training, belongs to the exported weights.</summary>
    Buffer,

    /// <summary>An optimiser's memory: belongs to a checkpoint, not to the weights.</summary>
    State,
}

/// <summary>A variable that tracing met: its path (PyTorch's name), kind and initial value.</summary>
public sealed record TracedVariable(string Path, VariableKind Kind, Init Init, Tensor Tensor)
{
    public Shape Shape => Tensor.Shape;

    /// <summary>The path of the layer that owns it: <c>conv1</c> of <c>conv1.weight</c>.</summary>
    public string LayerPath => Path[..Math.Max(0, Path.LastIndexOf('.'))];
}

/// <summary>A layer that tracing went through; a container is a layer that went through others.</summary>
public sealed record TracedLayer(string Path, Layer Layer, Tensor Input, Tensor Output, bool IsContainer);

/// <summary>
/// What tracing a network collects beside the graph: the variables in order, their updates, and the layers in the order
/// in which they were entered.
/// </summary>
public sealed class Trace(bool training, Initialisation? initialisation = null)
{
    const string OptimiserPrefix = "optimiser/";

    readonly Dictionary<string, TracedVariable> byPath = new(StringComparer.Ordinal);
    readonly Dictionary<string, Tensor> shared = new(StringComparer.Ordinal);
    readonly HashSet<string> masks = new(StringComparer.Ordinal);
    readonly HashSet<Tensor> updated = [];
    readonly List<TracedVariable> variables = [];
    readonly List<(Tensor, Tensor)> updates = [];
    readonly List<TracedLayer?> layers = [];

    /// <summary>Whether layers behave as in training (batch statistics, dropout) or as in evaluation.</summary>
    public bool Training { get; } = training;

    public Initialisation Initialisation { get; } = initialisation ?? Initialisation.Default;

    public IReadOnlyList<TracedVariable> Variables => variables;

    public IReadOnlyList<(Tensor Variable, Tensor Value)> Updates => updates;

    public IReadOnlyList<TracedLayer> Layers => [.. layers.OfType<TracedLayer>()];

    /// <summary>The outermost scope, where a network is applied.</summary>
    public Scope Root => new(this, "");

    /// <summary>Where the optimiser keeps its memory of a parameter. No layer can have this path.</summary>
    public Scope OptimiserOf(TracedVariable parameter) => new(this, OptimiserPrefix + parameter.Path);

    /// <summary>Whether a path is that of an optimiser's step rather than of a layer.</summary>
    public static bool IsOfOptimiser(string path) => path.StartsWith(OptimiserPrefix, StringComparison.Ordinal);

    /// <summary>
    /// Adds the variables that the store does not have yet, with their initial values. The draws of a variable depend
    /// on the seed and its path alone: like-named parameters of two networks start alike.
    /// </summary>
    public void Initialise(VariableStore store, ulong seed)
    {
        foreach (var variable in variables)
        {
            if (!store.Contains(variable.Path))
            {
                var key = StreamKey.For(seed, "init", variable.Path);
                variable.Init.Fill(store.Add(variable.Path, variable.Shape), variable.Shape, key);
            }
            else if (!store.Shape(variable.Path).Equals(variable.Shape))
            {
                var stored = store.Shape(variable.Path);
                throw new ShapeException($"{variable.Path}: expected {variable.Shape}, got {stored} in the store");
            }
        }
    }

    internal Tensor Add(string path, VariableKind kind, Shape shape, Init init)
    {
        var variable = new TracedVariable(path, kind, init, Tensor.Apply(new Variable(path, shape)));
        if (!byPath.TryAdd(path, variable))
            throw new ArgumentException(
                $"expected each variable once, got {path} twice: give the layers names of their own");
        variables.Add(variable);
        return variable.Tensor;
    }

    internal Tensor Update(Tensor variable, Tensor value)
    {
        if (variable.Op is not Variable { Label: var path } || !byPath.TryGetValue(path, out var known)
            || known.Tensor != variable)
            throw new ArgumentException($"expected a variable of this trace to assign to, got {variable}");
        if (!value.Shape.Equals(variable.Shape))
            throw new ShapeException($"{path}: expected a new value {variable.Shape}, got {value.Shape}");
        if (!updated.Add(variable))
            throw new ArgumentException($"expected at most one new value for {path}, got two");
        updates.Add((variable, value));
        return value;
    }

    internal Tensor Shared(string name, Init init, Func<Tensor, Tensor> next)
    {
        if (!shared.TryGetValue(name, out var value))
        {
            var old = Add(OptimiserPrefix + name, VariableKind.State, Shape.Scalar, init);
            shared[name] = value = Update(old, next(old));
        }
        return value;
    }

    internal Tensor Mask(string key, float keep, Shape shape) =>
        masks.Add(key) ? Tensor.Apply(new Bernoulli(key, keep, shape))
            : throw new ArgumentException(
                $"expected each random mask once, got {key} twice: give the masks names of their own");

    internal Tensor Enter(Layer layer, Scope at, Tensor x, Func<Scope, Tensor, Tensor> forward)
    {
        int slot = layers.Count;
        layers.Add(null);
        try
        {
            var y = forward(at, x);
            layers[slot] = new(at.Path, layer, x, y, IsContainer: layers.Count > slot + 1);
            return y;
        }
        catch (ShapeSizeException e)
        {
            throw new ShapeException($"{at.Path}: {e.Message}");
        }
    }
}
