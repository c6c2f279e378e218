using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// The JSON header of a safetensors file, read strictly: no unknown key, no name twice, every size checked.
/// </summary>
sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    const int MaxRank = 16, Alignment = 8;

    public sealed record Entry(string Name, TensorType Type, Shape Shape, long Begin, long End);

    public List<Entry> Entries { get; } = [];

    public OrderedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string file, long start)
    {
        if (json is not [(byte)'{', ..])
            throw new DataException("expected the header to begin with '{'", file, start);
        var header = new SafetensorsHeader();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            header.Parse(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException(
                $"the header is not the JSON of a safetensors file: {e.Message}", file, start + reader.BytesConsumed,
                e);
        }
        catch (HeaderFault e)
        {
            throw new DataException(e.Message, file, start + reader.TokenStartIndex);
        }
        return header;
    }

    public static byte[] Format(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                WriteNumbers(json, "shape", tensor.Shape.Select(extent => (long)extent));
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Data.Length]);
                json.WriteEndObject();
                offset += tensor.Data.Length;
            }
            json.WriteEndObject();
        }
        int length = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        byte[] padded = new byte[length];
        padded.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    static void WriteNumbers(Utf8JsonWriter json, string key, IEnumerable<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    void Parse(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } name)
        {
            if (!names.Add(name))
                throw new HeaderFault($"the name '{name}' occurs twice");
            if (name == MetadataKey)
                ParseMetadata(ref reader);
            else
                Entries.Add(ParseEntry(ref reader, name));
        }
        if (reader.Read())
            throw new HeaderFault("expected the end of the header");
    }

    void ParseMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } key)
        {
            Expect(ref reader, JsonTokenType.String);
            if (!Metadata.TryAdd(key, reader.GetString()!))
                throw new HeaderFault($"the metadata key '{key}' occurs twice");
        }
    }

    static Entry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        TensorType? type = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String);
                    type = ParseType(reader.GetString()!, name);
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, 2);
                    break;
                default:
                    throw new HeaderFault(
                        $"expected dtype, shape and data_offsets of '{name}', each once, got '{key}'");
            }
        }
        if (type is null || shape is null || offsets is not [long begin, long end])
            throw new HeaderFault($"expected dtype, shape and two data_offsets of '{name}'");
        long bytes = NamedTensor.SizeOf(type.Value);
        foreach (long extent in shape)
        {
            if (extent > int.MaxValue || (bytes *= extent) > int.MaxValue)
            {
                throw new HeaderFault(
                    $"expected at most {int.MaxValue} bytes of '{name}', got shape [{string.Join(", ", shape)}]");
            }
        }
        if (end - begin != bytes)
        {
            throw new HeaderFault(
                $"expected {bytes} bytes of '{name}' [{string.Join(", ", shape)}], got data_offsets [{begin}, {end}]");
        }
        return new(name, type.Value, Shape.Of([.. shape.Select(extent => (int)extent)]), begin, end);
    }

    static TensorType ParseType(string text, string name)
    {
        foreach (TensorType type in Enum.GetValues<TensorType>())
        {
            if (text == type.ToString())
                return type;
        }
        throw new HeaderFault(
            $"expected '{name}' to be one of {string.Join(", ", Enum.GetNames<TensorType>())}, got '{text}'");
    }

    static List<long> ParseNumbers(ref Utf8JsonReader reader, int most)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isNumber = reader.TokenType == JsonTokenType.Number;
            if (numbers.Count == most || !isNumber || !reader.TryGetInt64(out long number) || number < 0)
                throw new HeaderFault($"expected at most {most} whole numbers from 0 on");
            numbers.Add(number);
        }
        return numbers;
    }

    static string? NextKey(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject))
            throw new HeaderFault("expected a name or '}'");
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new HeaderFault($"expected {type}, got {reader.TokenType}");
    }

    sealed class HeaderFault(string message) : Exception(message);
}
