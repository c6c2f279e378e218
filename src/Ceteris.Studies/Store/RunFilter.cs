using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// Which runs of a store, in which order, how many: <c>network=sk lr&gt;0.01 test_accuracy&gt;98% state=failed</c>.
/// </summary>
public sealed record RunFilter
{
    const string NewestFirst = IndexColumn.Finished;

    // The longer ones first.
    static readonly string[] operators = ["<=", ">=", "!=", "=", "<", ">"];

    internal IReadOnlyList<(IndexColumn Column, string Operator, object Value)> Conditions { get; init; } = [];

    internal IndexColumn SortColumn { get; init; } = IndexColumn.Find(NewestFirst);

    /// <summary>Largest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>At most so many; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Every run, the newest first.</summary>
    public static RunFilter All { get; } = new();

    /// <summary>What filters and orders can speak of: the keys of recipes, and the results.</summary>
    public static IReadOnlyList<string> Names => [.. IndexColumn.All.Select(column => column.Name)];

    /// <summary>Reads conditions, all of which must hold.</summary>
    /// <exception cref="RecipeException">An unknown name, or a value that can never be; with what was probably
    /// meant.</exception>
    public static RunFilter Parse(params IEnumerable<string> conditions) =>
        new() { Conditions = [.. conditions.SelectMany(ParseOne)] };

    /// <summary>The same runs in another order; runs that have no value come last.</summary>
    /// <exception cref="RecipeException">An unknown name.</exception>
    public RunFilter SortedBy(string name, bool descending) =>
        this with { SortColumn = IndexColumn.Find(name), Descending = descending };

    static IEnumerable<(IndexColumn, string, object)> ParseOne(string text)
    {
        int at = text.IndexOfAny(['<', '>', '=', '!']);
        string? sign = at <= 0 ? null
            : operators.FirstOrDefault(op => text.AsSpan(at).StartsWith(op, StringComparison.Ordinal));
        if (sign is null)
        {
            throw new RecipeException(text,
                $"expected a condition such as network=sk or 'lr>0.01', with one of {string.Join(' ', operators)}");
        }
        string name = text[..at].Trim(), value = text[(at + sign.Length)..].Trim();
        IndexColumn column = IndexColumn.Find(name);
        if (column.Key?.Name == "network" && sign == "=")
            return Network(column, value);
        return [(column, sign, Value(column, sign, value))];
    }

    /// <summary>A network may be spelled with its options: <c>network=sk-0.2</c>.</summary>
    static IEnumerable<(IndexColumn, string, object)> Network(IndexColumn column, string spelled)
    {
        try
        {
            (NetworkEntry network, IReadOnlyDictionary<string, string> options) = Zoo.Parse(spelled);
            return
            [
                (column, "=", network.Name),
                .. options.Select(option => (IndexColumn.Find($"network.{option.Key}"), option.Value))
                    .Select(option => (option.Item1, "=", Stored(option.Item1.Key!, option.Value))),
            ];
        }
        catch (SettingException e)
        {
            throw new RecipeException(column.Name, e.Message);
        }
    }

    static object Stored(RecipeKey key, string text) => IndexColumn.Stored(key, key.Read(text));

    static object Value(IndexColumn column, string sign, string text)
    {
        bool compares = sign is "=" or "!=";
        if (column.Name == IndexColumn.State && !IndexColumn.States.Contains(text))
        {
            throw new RecipeException(column.Name, $"expected {string.Join(", ", IndexColumn.States)}, got '{text}'"
                + Nearest.Hint(text, IndexColumn.States));
        }
        if (column.Key is { } key && compares)
            return Stored(key, text);
        object value = text.EndsWith('%') && IndexColumn.Stored(text[..^1].Trim()) is var share and not string
            ? Convert.ToDouble(share) / 100 : IndexColumn.Stored(text);
        bool isTime = column.Name == IndexColumn.Finished;
        return compares || isTime == value is string ? value
            : throw new RecipeException(column.Name,
                $"expected {(isTime ? "a time such as 2026-01-31" : "a number")} after {sign}, got '{text}'");
    }
}
