using System.Runtime.InteropServices;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>A tensor of a safetensors file; its data little-endian and row-major.</summary>
public sealed record NamedTensor(string Name, TensorType Type, Shape Shape, ReadOnlyMemory<byte> Data)
{
    public static NamedTensor Of(string name, Shape shape, ReadOnlySpan<float> values) =>
        From(name, TensorType.F32, shape, values);

    public static NamedTensor Of(string name, Shape shape, ReadOnlySpan<double> values) =>
        From(name, TensorType.F64, shape, values);

    public static NamedTensor Of(string name, Shape shape, ReadOnlySpan<long> values) =>
        From(name, TensorType.I64, shape, values);

    public static NamedTensor Of(string name, Shape shape, ReadOnlySpan<byte> values) =>
        From(name, TensorType.U8, shape, values);

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(TensorType type) => type switch { TensorType.F32 => 4, TensorType.U8 => 1, _ => 8 };

    /// <summary>The values of an F32 tensor, or of any other rounded to it.</summary>
    public float[] ToSingles()
    {
        if (Type == TensorType.F32)
            return Values<float>();
        double[] values = ToDoubles();
        return Array.ConvertAll(values, value => (float)value);
    }

    /// <summary>The values as doubles: exact, except for integers beyond 2⁵³.</summary>
    public double[] ToDoubles() => Type switch
    {
        TensorType.F32 => Array.ConvertAll(Values<float>(), value => (double)value),
        TensorType.F64 => Values<double>(),
        TensorType.I64 => Array.ConvertAll(Values<long>(), value => (double)value),
        _ => Array.ConvertAll(Data.ToArray(), value => (double)value),
    };

    /// <summary>The values of an integer tensor.</summary>
    public long[] ToInt64s() => Type switch
    {
        TensorType.I64 => Values<long>(),
        TensorType.U8 => Array.ConvertAll(Data.ToArray(), value => (long)value),
        _ => throw new InvalidOperationException($"expected '{Name}' to hold integers, got {Type}"),
    };

    static NamedTensor From<T>(string name, TensorType type, Shape shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.Length != shape.Elements)
        {
            throw new ArgumentException(
                $"expected {shape.Elements} values for '{name}' {shape}, got {values.Length}", nameof(values));
        }
        return new(name, type, shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    // Every platform that .NET 10 runs on here is little-endian, as the file is.
    T[] Values<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data.Span).ToArray();
}
