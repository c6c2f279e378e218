using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>
/// A float32 tensor outside the engine: its path (<c>conv1.weight</c>), shape, and values in row-major order.
/// </summary>
public sealed record NamedTensor
{
    public NamedTensor(string name, Shape shape, float[] values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (values.Length != shape.Elements)
            throw new ArgumentException($"{name}: expected {shape.Elements} values for {shape}, got {values.Length}");
        (Name, Shape, Values) = (name, shape, values);
    }

    public string Name { get; }

    public Shape Shape { get; }

    public float[] Values { get; }

    /// <summary>True if any value is NaN.</summary>
    public bool HasNaN => Values.AsSpan().ContainsNaN();

    /// <summary>The tensors in ordinal order of their names, the order of files and hashes.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public static IReadOnlyList<NamedTensor> Sorted(IEnumerable<NamedTensor> tensors)
    {
        NamedTensor[] sorted = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Name == sorted[i - 1].Name)
                throw new ArgumentException(
                    $"expected every tensor to have its own name, got '{sorted[i].Name}' twice");
        }
        return sorted;
    }
}

static class FloatSpans
{
    public static bool ContainsNaN(this Span<float> values)
    {
        foreach (float value in values)
        {
            if (float.IsNaN(value))
                return true;
        }
        return false;
    }
}
