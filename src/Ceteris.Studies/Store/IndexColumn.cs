using System.Globalization;
using System.Text.Json;

using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>
/// Something that runs are filtered and sorted by: a key of recipes, or one of the results by the name that it has in
/// <c>--json</c>.
/// </summary>
/// <param name="Name">In filters and in the index.</param>
/// <param name="Value">From a certificate's document: null, a long, a double or a text.</param>
sealed record IndexColumn(string Name, Func<JsonElement, object?> Value)
{
    public const string State = "state", Reason = "reason", Finished = "finished", WeightsSha256 = "weights_sha256",
        HasWeights = "has_weights", Damaged = "damaged";

    /// <summary>The states of runs in a store.</summary>
    public static IReadOnlyList<string> States { get; } = ["completed", "failed", Damaged];

    /// <summary>The key of recipes that this is, if it is one.</summary>
    public RecipeKey? Key { get; init; }

    /// <summary>All columns but the id. What is filtered by most often comes first: it is found fastest.</summary>
    public static IReadOnlyList<IndexColumn> All { get; } =
    [
        new(State, r => Text(r, "identity", "status", "state")),
        new("test_correct", r => Scalar(r, "identity", "result", "test", "correct")),
        new("test_total", r => Scalar(r, "identity", "result", "test", "total")),
        new("test_accuracy", r => Accuracy(At(r, "identity", "result", "test"))),
        new("test_loss", r => Loss(At(r, "identity", "result", "test"))),
        new(Finished, r => Text(r, "information", "environment", "finished")),
        .. RecipeKeys.All.Select(key =>
            new IndexColumn(key.Name, r => Scalar(r, "identity", "recipe", key.Name)) { Key = key }),
        new("data_name", r => Text(r, "identity", "data", "name")),
        new("train_images", r => Scalar(r, "identity", "data", "trainImages")),
        new("parameters", r => Scalar(r, "identity", "parameters")),
        new("numerics_version", r => Scalar(r, "identity", "numericsVersion")),
        new("steps", r => Scalar(r, "identity", "status", "step")),
        new("epochs_done", r => Scalar(Last(r), "epoch")),
        .. Tallies("train"),
        .. Tallies("validation"),
        new("train_seconds", r => Number(At(r, "information", "environment", "seconds"))),
        new("images_per_second", r => Number(At(r, "information", "environment", "imagesPerSecond"))),
        new(HasWeights, r => Keeps(r) ? "true" : "false"),
        new(Reason, r => Text(r, "identity", "status", "reason")),
        new(WeightsSha256, r => Text(r, "identity", "result", "weightsSha256") ?? Scalar(Last(r), "weightsSha256")),
    ];

    /// <summary>
    /// The column that a word in a filter means: its name, with - for _ too, or the option of a key of recipes.
    /// </summary>
    /// <exception cref="RecipeException">None; with the one that was probably meant.</exception>
    public static IndexColumn Find(string word) =>
        All.FirstOrDefault(column => column.Name == word)
        ?? All.FirstOrDefault(column => column.Key?.Option == word)
        ?? All.FirstOrDefault(column => column.Name.Replace('_', '-') == word.Replace('_', '-'))
        ?? throw new RecipeException(word, "expected a key of recipes or a result"
            + (Nearest.Hint(word, All.Select(column => column.Name)) is { Length: > 0 } hint ? hint
                : $"; results are {string.Join(", ", All.Where(c => c.Key is null).Select(c => c.Name))}"));

    /// <summary>A text of a filter as the index has it: a number if it looks like one.</summary>
    public static object Stored(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) && !ulong.TryParse(text, out _) ? number
        : text;

    /// <summary>The canonical text of a recipe's value as the index has it.</summary>
    public static object Stored(RecipeKey key, string canonical) => key.Type.ToJson(canonical) switch
    {
        var node when node.GetValueKind() == JsonValueKind.Number => Stored(node.ToJsonString()),
        _ => canonical,
    };

    static IEnumerable<IndexColumn> Tallies(string part) =>
    [
        new($"{part}_correct", r => Scalar(Last(r), part, "correct")),
        new($"{part}_total", r => Scalar(Last(r), part, "total")),
        new($"{part}_accuracy", r => Accuracy(At(Last(r), part))),
        new($"{part}_loss", r => Loss(At(Last(r), part))),
    ];

    static JsonElement At(JsonElement at, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return default;
        }
        return at;
    }

    static JsonElement Last(JsonElement root) => At(root, "identity", "epochs") is
    { ValueKind: JsonValueKind.Array } epochs && epochs.GetArrayLength() is > 0 and var count
        ? epochs[count - 1] : default;

    static string? Text(JsonElement root, params ReadOnlySpan<string> path) =>
        At(root, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    static object? Scalar(JsonElement root, params ReadOnlySpan<string> path)
    {
        JsonElement at = At(root, path);
        return at.ValueKind switch
        {
            JsonValueKind.Number => at.TryGetInt64(out long whole) ? whole : Stored(at.GetRawText()),
            JsonValueKind.String => at.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }

    static double? Number(JsonElement at) => at.ValueKind == JsonValueKind.Number ? at.GetDouble() : null;

    /// <summary>A loss; NaN is not known to the index.</summary>
    static object? Loss(JsonElement tally) => At(tally, "loss") switch
    {
        { ValueKind: JsonValueKind.Number } loss => loss.GetDouble(),
        { ValueKind: JsonValueKind.String } text => text.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };

    static object? Accuracy(JsonElement tally) =>
        Scalar(tally, "correct") is long correct && Scalar(tally, "total") is long total and > 0
            ? (double)correct / total : null;

    static bool Keeps(JsonElement root) => At(root, "information", "outputs") is
    { ValueKind: JsonValueKind.Array } outputs
        && outputs.EnumerateArray().Any(file => Text(file, "name") == RunOutputs.WeightsFile);
}
