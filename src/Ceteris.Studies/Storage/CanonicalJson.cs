using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Ceteris.Studies;

/// <summary>
/// One text for one value, so that a hash of the text is a hash of the value. The rules, after RFC 8785:
/// <list type="bullet">
/// <item>Keys in ordinal (UTF-16) order, none twice. UTF-8 without byte-order mark.</item>
/// <item>Numbers as ECMAScript prints them: the fewest digits that read back as the same double, <c>1e-7</c>,
/// <c>0.000001</c>, <c>1e+21</c>; a whole number exactly, beyond 2⁵³ too; no minus zero.</item>
/// <item>Strings escape only <c>" \</c> and what is below U+0020, the short way where there is one.</item>
/// <item>Unlike RFC 8785 it can be read: two spaces of indentation, line feeds, one at the end of the file, a blank
/// after a colon and a comma; an array or object without an array or object in it stands on one line.</item>
/// </list>
/// </summary>
public static class CanonicalJson
{
    const int MaximumDepth = 32;

    public static string Text(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.Append('\n').ToString();
    }

    public static byte[] Bytes(JsonNode? node) => new UTF8Encoding(false, true).GetBytes(Text(node));

    /// <summary>SHA-256 of <see cref="Bytes"/>, 64 lower-case hexadecimal digits.</summary>
    public static string Sha256(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(Bytes(node)));

    /// <summary>Reads JSON, canonical or not: no comments, no key twice, depth at most 32.</summary>
    /// <exception cref="InvalidDataException">With source, line and column.</exception>
    public static JsonNode Parse(ReadOnlySpan<byte> utf8, string source)
    {
        if (utf8.TrimEnd(" \t\r\n"u8).IsEmpty)
            throw new InvalidDataException($"{source}: expected JSON, got an empty file");

        // The parser would find out only when a text is asked for.
        if (!Utf8.IsValid(utf8))
            throw new InvalidDataException($"{source}: expected UTF-8, got bytes that are none");
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };
            return JsonNode.Parse(utf8, null, options)
                ?? throw new InvalidDataException($"{source}: expected a value, got null");
        }
        catch (JsonException e)
        {
            string place = string.Create(CultureInfo.InvariantCulture,
                $"{source}({e.LineNumber + 1},{e.BytePositionInLine + 1})");
            string problem = e.Message.Split([" LineNumber: ", " Path: "], StringSplitOptions.None)[0];
            throw new InvalidDataException($"{place}: not valid JSON: {problem}", e);
        }
    }

    /// <summary>A double; JSON has no infinity and no NaN, so these become strings.</summary>
    public static JsonNode Number(double value) => double.IsFinite(value)
        ? JsonValue.Create(value)
        : JsonValue.Create(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");

    static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        if (depth > MaximumDepth)
            throw new ArgumentException($"expected JSON of depth at most {MaximumDepth}");
        switch (node)
        {
            case JsonObject members:
                KeyValuePair<string, JsonNode?>[] sorted = [.. members];
                Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
                AppendContainer(text, '{', '}', sorted.Length, sorted.All(m => IsScalar(m.Value)), depth, i =>
                {
                    AppendString(text, sorted[i].Key);
                    text.Append(": ");
                    Append(text, sorted[i].Value, depth + 1);
                });
                break;
            case JsonArray items:
                AppendContainer(text, '[', ']', items.Count, items.All(IsScalar), depth, i =>
                    Append(text, items[i], depth + 1));
                break;
            case null:
                text.Append("null");
                break;
            default:
                AppendScalar(text, node.AsValue());
                break;
        }
    }

    static bool IsScalar(JsonNode? node) => node is null or JsonValue;

    static void AppendContainer(StringBuilder text, char open, char close, int count, bool oneLine, int depth,
        Action<int> item)
    {
        text.Append(open);
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                text.Append(oneLine ? ", " : ",");
            if (!oneLine)
                text.Append('\n').Append(' ', 2 * (depth + 1));
            item(i);
        }
        if (!oneLine)
            text.Append('\n').Append(' ', 2 * depth);
        text.Append(close);
    }

    static void AppendScalar(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(NumberText(value.ToJsonString()));
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            string? escaped = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => null,
            };
            if (escaped is null)
                text.Append(c);
            else
                text.Append(escaped);
        }
        text.Append('"');
    }

    static string NumberText(string json)
    {
        if (!json.AsSpan().ContainsAny(".eE"))
            return json == "-0" ? "0" : json;
        return NumberText(double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>A finite double as ECMAScript's Number::toString prints it.</summary>
    internal static string NumberText(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"expected a finite number, got {value}");
        if (value == 0)
            return "0";
        (string digits, int point) = ShortestDigits(Math.Abs(value));
        string text = point switch
        {
            > 0 and <= 21 when digits.Length <= point => digits + new string('0', point - digits.Length),
            > 0 and <= 21 => digits[..point] + "." + digits[point..],
            > -6 and <= 0 => "0." + new string('0', -point) + digits,
            _ => digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (point > 0 ? "+" : "-")
                + Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture),
        };
        return value < 0 ? "-" + text : text;
    }

    /// <summary>
    /// The fewest digits that read back as the value, and how many of them stand before the decimal point.
    /// </summary>
    static (string Digits, int Point) ShortestDigits(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E');
        int exponent = e < 0 ? 0
            : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? text : text[..e];
        int dot = mantissa.IndexOf('.');
        int point = (dot < 0 ? mantissa.Length : dot) + exponent;
        string digits = mantissa.Replace(".", "");
        string significant = digits.TrimStart('0');
        return (significant.TrimEnd('0'), point - (digits.Length - significant.Length));
    }
}
