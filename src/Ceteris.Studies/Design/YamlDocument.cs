using System.Globalization;

using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Ceteris.Studies;

/// <summary>
/// A YAML document of plain values: no aliases, anchors or tags, a depth of at most 32, at most 1 MB. JSON is YAML too.
/// Errors are <see cref="StudyException"/>s that say where.
/// </summary>
static class YamlDocument
{
    const int MostCharacters = 1 << 20, MostDepth = 32;

    /// <summary>The map that a text is.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="source">The file, for errors.</param>
    public static YamlMap Read(string text, string source)
    {
        if (text.Length > MostCharacters)
            throw new StudyException($"expected at most {MostCharacters} characters, got {text.Length}", source);
        try
        {
            CheckEvents(text, source);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count != 1)
                throw new StudyException($"expected one document, got {stream.Documents.Count}", source);
            return YamlMap.Of(stream.Documents[0].RootNode, source);
        }
        catch (YamlException e)
        {
            throw new StudyException($"not valid YAML: {e.Message}", Place(source, e.Start));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // What the scanner did not expect.
            throw new StudyException($"not valid YAML: {e.Message}", source);
        }
    }

    internal static string Place(string source, in Mark mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{source}({mark.Line},{mark.Column})");

    /// <summary>What a parser would follow without end is refused before a tree is built.</summary>
    static void CheckEvents(string text, string source)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            ParsingEvent node = parser.Current!;
            depth += node.NestingIncrease;
            string? problem = node switch
            {
                AnchorAlias => "an alias (*)",
                NodeEvent { Anchor.IsEmpty: false } => "an anchor (&)",
                NodeEvent { Tag.IsEmpty: false } => "a tag (!)",
                _ when depth > MostDepth + 2 => $"a depth of more than {MostDepth}",
                _ => null,
            };
            if (problem is not null)
                throw new StudyException($"expected plain values, got {problem}", Place(source, node.Start));
        }
    }
}

/// <summary>
/// A YAML mapping whose keys are asked for one by one; <see cref="End"/> refuses those that were not.
/// </summary>
sealed class YamlMap
{
    readonly string source;
    readonly Dictionary<string, (YamlNode Key, YamlNode Value)> entries = new(StringComparer.Ordinal);
    readonly List<string> asked = [];

    YamlMap(YamlMappingNode node, string source)
    {
        (Node, this.source) = (node, source);
        foreach ((YamlNode key, YamlNode value) in node.Children)
            entries.Add(TextOf(key, source), (key, value));
    }

    public YamlMappingNode Node { get; }

    /// <summary>The keys that are there, in their order.</summary>
    public IEnumerable<string> Keys => Node.Children.Select(pair => ((YamlScalarNode)pair.Key).Value!);

    public static YamlMap Of(YamlNode node, string source) => node is YamlMappingNode map ? new(map, source)
        : throw Error(node, source, $"expected keys with values, got {Kind(node)}");

    public bool Has(string key) => Find(key) is not null;

    public string Text(string key) => TextOf(Get(key, "a text"), source);

    public string? OptionalText(string key) => Find(key) is { } node ? TextOf(node, source) : null;

    public double Number(string key)
    {
        string text = Text(key);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) ? number : throw Wrong(key, $"expected a number, got '{text}'");
    }

    public bool Flag(string key) => Find(key) is not { } node ? false : TextOf(node, source) switch
    {
        "true" => true,
        "false" => false,
        string other => throw Wrong(key, $"expected true or false, got '{other}'"),
    };

    public YamlMap Map(string key) => Of(Get(key, "keys with values"), source);

    /// <summary>The scalars of a list; one scalar is a list too.</summary>
    public IReadOnlyList<string> Texts(string key) => Get(key, "a list") is YamlSequenceNode list
        ? [.. list.Select(item => TextOf(item, source))] : [Text(key)];

    /// <summary>Whether a key holds a list.</summary>
    public bool IsList(string key) => Find(key) is YamlSequenceNode;

    /// <summary>The value of a key of a recipe: a scalar, or a list of them, which commas join.</summary>
    public string Setting(string key) => string.Join(',', Texts(key));

    public YamlMap End(string what)
    {
        foreach ((string key, (YamlNode Key, YamlNode) entry) in entries)
        {
            if (!asked.Contains(key))
                throw Error(entry.Key, source, $"unknown key '{key}' {what}: expected {string.Join(", ", asked)}"
                    + Nearest.Hint(key, asked));
        }
        return this;
    }

    /// <summary>An error at a key.</summary>
    public StudyException Wrong(string key, string problem) =>
        Error(entries.TryGetValue(key, out var entry) ? entry.Value : Node, source, $"{key}: {problem}");

    /// <summary>An error at this map.</summary>
    public StudyException Wrong(string problem) => Error(Node, source, problem);

    YamlNode? Find(string key)
    {
        if (!asked.Contains(key))
            asked.Add(key);
        return entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    YamlNode Get(string key, string expected) =>
        Find(key) ?? throw Error(Node, source, $"{key}: expected {expected}, got nothing");

    static string TextOf(YamlNode node, string source) => node is YamlScalarNode { Value: { } text } ? text
        : throw Error(node, source, $"expected a text or a number, got {Kind(node)}");

    static StudyException Error(YamlNode node, string source, string problem) =>
        new(problem, YamlDocument.Place(source, node.Start));

    static string Kind(YamlNode node) => node switch
    {
        YamlMappingNode => "keys with values",
        YamlSequenceNode => "a list",
        _ => $"'{node}'",
    };
}
