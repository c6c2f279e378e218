using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ceteris.Benchmarks;

/// <summary>
/// JSON that people can read and versions can be compared of: what fits in a line stands in one. Only what was measured
/// is written; what follows from it is not.
/// </summary>
static class JsonText
{
    const int Width = 160;

    static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        RespectRequiredConstructorParameters = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Of<T>(T value)
    {
        var text = new StringBuilder();
        Write(JsonSerializer.SerializeToNode(value, options), 0, text);
        return text.Append('\n').ToString();
    }

    /// <exception cref="JsonException">It is not the JSON of such a value.</exception>
    public static T Parse<T>(string text) => JsonSerializer.Deserialize<T>(text, options)
        ?? throw new JsonException("expected an object, got null");

    static void Write(JsonNode? node, int indent, StringBuilder text)
    {
        string line = node?.ToJsonString(options) ?? "null";
        if (line.Length + indent <= Width || node is not (JsonArray or JsonObject))
        {
            text.Append(line);
            return;
        }
        IEnumerable<(string Name, JsonNode? Value)> items = node is JsonObject fields
            ? fields.Select(field => ($"\"{field.Key}\": ", field.Value))
            : ((JsonArray)node).Select(item => ("", item));
        text.Append(node is JsonObject ? '{' : '[');
        string separator = "";
        foreach (var (name, value) in items)
        {
            text.Append(separator).Append('\n').Append(' ', indent + 2).Append(name);
            Write(value, indent + 2, text);
            separator = ",";
        }
        text.Append('\n').Append(' ', indent).Append(node is JsonObject ? '}' : ']');
    }
}
