using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// The numbers that outlive a run, by path, plain row-major: weights, running statistics, optimiser states. Several
/// programs — training,
/// a smaller last batch, evaluation — share one store.
/// </summary>
public sealed class VariableStore : IDisposable
{
    readonly Dictionary<string, (Shape Shape, NativeBuffer Buffer)> variables = new(StringComparer.Ordinal);

    /// <summary>The paths in the order of their creation.</summary>
    public IReadOnlyList<string> Paths => paths;

    readonly List<string> paths = [];

    /// <summary>Makes a variable of zeros. Refuses a path that exists.</summary>
    public Span<float> Add(string path, Shape shape)
    {
        var buffer = new NativeBuffer(shape.Elements, $"the variable {path}");
        if (!variables.TryAdd(path, (shape, buffer)))
            throw new ArgumentException($"expected each variable once, got {path} twice");
        paths.Add(path);
        return buffer.Span;
    }

    public bool Contains(string path) => variables.ContainsKey(path);

    public Shape Shape(string path) => Find(path).Shape;

    /// <summary>The numbers of a variable, to read or to set between runs.</summary>
    public Span<float> this[string path] => Find(path).Buffer.Span;

    internal NativeBuffer Buffer(string path) => Find(path).Buffer;

    public void Dispose()
    {
        foreach (var (_, buffer) in variables.Values)
            buffer.Dispose();
    }

    (Shape Shape, NativeBuffer Buffer) Find(string path) =>
        variables.TryGetValue(path, out var found) ? found : throw new KeyNotFoundException(
            $"expected one of the variables {string.Join(", ", paths)}; got {path}");
}
