using System.Buffers.Binary;

namespace Ceteris.Data;

/// <summary>
/// A safetensors file (huggingface/safetensors): the header's length as 8 little-endian bytes, a JSON header with type,
/// shape and place of every tensor, the data. Reads F32, F64, I64 and U8; writes any of them. What is written is
/// canonical: tensors and metadata in the order given, no blanks but those that align the data to 8 bytes.
/// </summary>
public sealed class Safetensors
{
    const int Prefix = 8, MaxHeader = 100_000_000;

    readonly OrderedDictionary<string, NamedTensor> tensors;

    /// <summary>A file to be: tensors and metadata in this order.</summary>
    public Safetensors(IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        this.tensors = new(StringComparer.Ordinal);
        foreach (NamedTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataKey || !this.tensors.TryAdd(tensor.Name, tensor))
            {
                throw new ArgumentException(
                    $"expected tensors with distinct names, got '{tensor.Name}' again", nameof(tensors));
            }
        }
        Metadata = new OrderedDictionary<string, string>(metadata ?? [], StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<NamedTensor> Tensors => [.. tensors.Values];

    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of this name. Errors: <see cref="KeyNotFoundException"/> that lists the names.</summary>
    public NamedTensor this[string name] => tensors.TryGetValue(name, out NamedTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"expected a tensor '{name}', got only {string.Join(", ", tensors.Keys)}");

    /// <summary>Reads a file. Errors: <see cref="DataException"/> with the offset.</summary>
    public static Safetensors Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > Array.MaxLength)
            throw new DataException($"expected a file of at most {Array.MaxLength} bytes, got {length}", path);
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads the bytes of a file; the tensors are views of them.</summary>
    public static Safetensors Parse(ReadOnlyMemory<byte> bytes, string file)
    {
        if (bytes.Length < Prefix)
            throw new DataException($"expected a safetensors file, got only {bytes.Length} bytes", file, 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length > MaxHeader || length > (ulong)(bytes.Length - Prefix))
        {
            throw new DataException(
                $"expected a header of at most {Math.Min(MaxHeader, bytes.Length - Prefix)} bytes, got length {length}",
                file, 0);
        }
        ReadOnlyMemory<byte> data = bytes[(Prefix + (int)length)..];
        SafetensorsHeader header = SafetensorsHeader.Parse(bytes.Slice(Prefix, (int)length).Span, file, Prefix);

        long end = 0;
        var tensors = new List<NamedTensor>();
        foreach (SafetensorsHeader.Entry entry in header.Entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != end)
            {
                throw new DataException(
                    $"expected the data of '{entry.Name}' to begin at {end}, without gap or overlap, got {entry.Begin}",
                    file);
            }
            if (entry.End > data.Length)
            {
                throw new DataException(
                    $"expected {entry.End} bytes of data up to the end of '{entry.Name}', got {data.Length}",
                    file, bytes.Length);
            }
            end = entry.End;
            tensors.Add(new(entry.Name, entry.Type, entry.Shape, data[(int)entry.Begin..(int)entry.End]));
        }
        if (end != data.Length)
        {
            throw new DataException($"expected {end} bytes of data, got {data.Length - end} more",
                file, bytes.Length - data.Length + end);
        }
        return new(tensors, header.Metadata);
    }

    /// <summary>
    /// Writes the file under a temporary name, flushes it to disk and renames it: under its name there is never half a
    /// file.
    /// </summary>
    public void Write(string path) => AtomicFile.Write(path, Write);

    public void Write(Stream stream)
    {
        byte[] header = SafetensorsHeader.Format(tensors.Values, Metadata);
        Span<byte> length = stackalloc byte[Prefix];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (NamedTensor tensor in tensors.Values)
            stream.Write(tensor.Data.Span);
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        Write(stream);
        return stream.ToArray();
    }
}
