using System.Buffers.Binary;
using System.Text.Json;

namespace Ceteris.Tests;

/// <summary>A golden file: named tensors as doubles, and the texts of its metadata.</summary>
sealed class GoldenFile
{
    readonly Dictionary<string, (int[] Shape, double[] Values)> tensors = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => tensors.Keys;

    public bool Has(string name) => tensors.ContainsKey(name);

    public double[] this[string name] => tensors[name].Values;

    public int[] Shape(string name) => tensors[name].Shape;

    public float[] Floats(string name) => [.. tensors[name].Values.Select(v => (float)v)];

    public static GoldenFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        using var json = JsonDocument.Parse(bytes.Slice(8, header).ToArray());
        var data = bytes[(8 + header)..];
        var file = new GoldenFile();
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var text in entry.Value.EnumerateObject())
                    file.Metadata[text.Name] = text.Value.GetString()!;
                continue;
            }
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt32())];
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(o => o.GetInt32())];
            var raw = data[offsets[0]..offsets[1]];
            var values = new double[shape.Aggregate(1, (a, b) => a * b)];
            string type = entry.Value.GetProperty("dtype").GetString()!;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = type switch
                {
                    "F32" => BinaryPrimitives.ReadSingleLittleEndian(raw[(i * 4)..]),
                    "F64" => BinaryPrimitives.ReadDoubleLittleEndian(raw[(i * 8)..]),
                    _ => throw new InvalidDataException($"expected F32 or F64 for {entry.Name}, got {type}"),
                };
            }
            file.tensors[entry.Name] = (shape, values);
        }
        return file;
    }
}
