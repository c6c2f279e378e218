using System.Globalization;

using Ceteris.Kernels;

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
            if (stream.Documents.Count == 0)
                throw new StudyException("expected keys and their values, got an empty file", source);
            if (stream.Documents.Count > 1)
                throw new StudyException($"expected one document, got {stream.Documents.Count}", source);
            return YamlMap.Of(stream.Documents[0].RootNode, source);
        }
        catch (YamlException e)
        {
            throw TabbedLine(text, e) is { } line
                ? new StudyException("expected blanks at the beginning of a line, got a tab", $"{source}({line},1)")
                : new StudyException($"not valid YAML: {e.Message}", Place(source, e.Start));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // What the scanner did not expect.
            throw new StudyException($"not valid YAML: {e.Message}", source);
        }
    }

    /// <summary>
    /// The line of an error that is set in by a tab, which YAML does not allow, or the first such line if the parser
    /// speaks of a tab and says another; null if that is not it.
    /// </summary>
    static string? TabbedLine(string text, YamlException error)
    {
        int[] tabbed = [.. text.Split('\n').Index().Where(line => IsSetInByTab(line.Item)).Select(line => line.Index + 1)];
        int there = tabbed.FirstOrDefault(line => line == error.End.Line);
        if (there == 0 && error.Message.Contains("tab", StringComparison.Ordinal))
            there = tabbed.FirstOrDefault();
        return there == 0 ? null : there.ToString(CultureInfo.InvariantCulture);
    }

    static bool IsSetInByTab(string line) =>
        line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).Contains('\t');

    internal static string Place(string source, in Mark mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{source}({mark.Line},{mark.Column})");

    /// <summary>What a parser would follow without end is refused before a tree is built.</summary>
    static void CheckEvents(string text, string source)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<ParsingEvent>();
        while (MoveNext(parser, open, source))
        {
            ParsingEvent node = parser.Current!;
            if (node is MappingStart or SequenceStart)
                open.Push(node);
            else if (node is MappingEnd or SequenceEnd)
                open.Pop();
            string? problem = node switch
            {
                AnchorAlias => "an alias (*)",
                NodeEvent { Anchor.IsEmpty: false } => "an anchor (&)",
                NodeEvent { Tag.IsEmpty: false } => "a tag (!)",
                _ when open.Count > MostDepth => $"a depth of more than {MostDepth}",
                _ => null,
            };
            if (problem is not null)
                throw new StudyException($"expected plain values, got {problem}", Place(source, node.Start));
        }
    }

    /// <summary>A scanner that meets a key of a later line within braces fails without saying where.</summary>
    static bool MoveNext(Parser parser, Stack<ParsingEvent> open, string source)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException)
        {
            throw open.TryPeek(out ParsingEvent? last) && Closing(last) is { } closing
                ? new StudyException($"not valid YAML: expected a '{closing}' that closes what begins here, got none",
                    Place(source, last.Start))
                : new StudyException("not valid YAML: expected something else after this",
                    Place(source, parser.Current?.End ?? Mark.Empty));
        }
    }

    static char? Closing(ParsingEvent start) => start switch
    {
        MappingStart { Style: MappingStyle.Flow } => '}',
        SequenceStart { Style: SequenceStyle.Flow } => ']',
        _ => null,
    };
}

/// <summary>
/// A YAML mapping whose keys are asked for one by one, after <see cref="Only"/> has refused those that are not known.
/// </summary>
sealed class YamlMap
{
    readonly string source;
    readonly Dictionary<string, (YamlNode Key, YamlNode Value)> entries = new(StringComparer.Ordinal);

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

    /// <summary>This map, if it has no other keys than these.</summary>
    public YamlMap Only(string what, params IReadOnlyList<string> known)
    {
        foreach (string key in Keys)
        {
            if (!known.Contains(key))
                throw Unknown(key, $"unknown key '{key}' {what}: expected {string.Join(", ", known)}", known);
        }
        return this;
    }

    /// <summary>An error at a key that is not among the known ones.</summary>
    public StudyException Unknown(string key, string problem, IEnumerable<string> known) =>
        Error(entries[key].Key, source, problem + Nearest.Hint(key, known));

    /// <summary>The same where some words are known to stand for another.</summary>
    public StudyException Unknown(string key, string problem, IEnumerable<(string Said, string Meant)> known) =>
        Error(entries[key].Key, source, problem + Nearest.Hint(key, known));

    /// <summary>An error at the value of a key.</summary>
    public StudyException Wrong(string key, string problem) =>
        Error(entries.TryGetValue(key, out var entry) ? entry.Value : Node, source, $"{key}: {problem}");

    /// <summary>An error at this map.</summary>
    public StudyException Wrong(string problem) => Error(Node, source, problem);

    /// <summary>An error at the value that a path of keys leads to, as far as it is there.</summary>
    public StudyException WrongAt(IReadOnlyList<string> path, string problem)
    {
        YamlNode node = Node;
        foreach (string key in path)
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(key, out YamlNode? next))
                break;
            node = next;
        }
        return Error(node, source, problem);
    }

    YamlNode? Find(string key) => entries.TryGetValue(key, out var entry) ? entry.Value : null;

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
