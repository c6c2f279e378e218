using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// Reads the members of a JSON object one by one; says where in the document something is missing or of the wrong type,
/// and, at <see cref="End"/>, what is there that was not asked for.
/// </summary>
sealed class JsonFields(JsonObject members, string place)
{
    /// <summary>Letters of a value in a message: enough for a hash.</summary>
    const int Shown = 66;

    readonly HashSet<string> asked = [];

    public static JsonFields Of(JsonNode? node, string place) => new(
        node as JsonObject ?? throw new InvalidDataException($"{place}: expected an object, got {Kind(node)}"), place);

    public bool Has(string key) => members.TryGetPropertyValue(key, out JsonNode? node) && node is not null;

    public JsonFields Object(string key) => Of(Node(key), $"{place}.{key}");

    public JsonObject RawObject(string key) => Node(key) as JsonObject ?? throw Wrong(key, "an object");

    public IEnumerable<JsonFields> Objects(string key) =>
        Array(key).Select((node, i) => Of(node, $"{place}.{key}[{i}]"));

    public JsonArray Array(string key) => Node(key) as JsonArray ?? throw Wrong(key, "an array");

    public string String(string key) => Value<string>(key, JsonValueKind.String, "a string");

    public string? OptionalString(string key) => Optional(key) is null ? null : String(key);

    public bool Boolean(string key) =>
        Node(key).GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(key, "true or false"),
        };

    public long Integer(string key) => Value<long>(key, JsonValueKind.Number, "a whole number");

    public int Int32(string key)
    {
        long value = Integer(key);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Wrong(key, "a 32-bit number");
    }

    /// <summary>The counterpart of <see cref="CanonicalJson.Number"/>.</summary>
    public double Number(string key)
    {
        if (Node(key) is JsonValue value)
        {
            if (value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number)
                && double.IsFinite(number))
                return number;
            if (value.GetValueKind() == JsonValueKind.String)
            {
                switch (value.GetValue<string>())
                {
                    case "NaN": return double.NaN;
                    case "Infinity": return double.PositiveInfinity;
                    case "-Infinity": return double.NegativeInfinity;
                }
            }
        }
        throw Wrong(key, "a number");
    }

    public double? OptionalNumber(string key) => Optional(key) is null ? null : Number(key);

    /// <summary>A SHA-256: 64 lower-case hexadecimal digits.</summary>
    public string Hash(string key)
    {
        string text = String(key);
        return Sha256Text.IsValid(text) ? text : throw Wrong(key, "64 lower-case hexadecimal digits");
    }

    /// <summary>Refuses members that were not asked for.</summary>
    public void End()
    {
        foreach ((string key, _) in members)
        {
            if (!asked.Contains(key))
            {
                string known = string.Join(", ", asked.Order(StringComparer.Ordinal));
                throw new InvalidDataException($"{place}: unknown key '{key}'; expected {known}");
            }
        }
    }

    public InvalidDataException Wrong(string key, string expected)
    {
        string got = members.TryGetPropertyValue(key, out JsonNode? node) ? Kind(node) : "nothing";
        return new($"{place}.{key}: expected {expected}, got {got}");
    }

    static string Kind(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "null";
        return text.Length <= Shown ? text : $"{text[..Shown]}...{(text[0] == '"' ? "\"" : "")}";
    }

    JsonNode? Optional(string key)
    {
        asked.Add(key);
        return members.TryGetPropertyValue(key, out JsonNode? node) ? node : null;
    }

    JsonNode Node(string key) => Optional(key) ?? throw Wrong(key, "a value");

    T Value<T>(string key, JsonValueKind kind, string expected) =>
        Node(key) is JsonValue value && value.GetValueKind() == kind && value.TryGetValue(out T? result)
            ? result : throw Wrong(key, expected);
}
