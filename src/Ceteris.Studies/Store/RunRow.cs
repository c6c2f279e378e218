using System.Globalization;

namespace Ceteris.Studies;

/// <summary>What the index of a store knows of a run.</summary>
public sealed class RunRow
{
    readonly object?[] values;

    internal RunRow(string runId, string folder, object?[] values) =>
        (RunId, Folder, this.values) = (runId, folder, values);

    static readonly Dictionary<string, int> places = IndexColumn.All.Select((column, i) => (column.Name, i))
        .ToDictionary(column => column.Name, column => column.i, StringComparer.Ordinal);

    public string RunId { get; }

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>One of <see cref="RunFilter.Names"/>: null, a long, a double or a text.</summary>
    public object? this[string name] => values[places[name]];

    /// <summary><c>completed</c>, <c>failed</c>, or <c>damaged</c>: then nothing else is known but why.</summary>
    public string State => (string)this[IndexColumn.State]!;

    public bool IsDamaged => State == IndexColumn.Damaged;

    /// <summary>Why it failed, or what is damaged.</summary>
    public string? Reason => this[IndexColumn.Reason] as string;

    /// <summary>Share of the test images that a completed run gets right.</summary>
    public double? TestAccuracy => this["test_accuracy"] as double?;

    /// <summary>UTC, <c>2026-01-31T12:00:00Z</c>; null of a damaged one.</summary>
    public string? Finished => this[IndexColumn.Finished] as string;

    public bool HasWeights => this[IndexColumn.HasWeights] is "true";

    /// <summary>The run in one line.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public RunSummary Summary() => IsDamaged ? throw new InvalidDataException($"{Folder}: {Reason}") : new()
    {
        Run = Folder,
        Recipe = Recipe.Of(IndexColumn.All.Where(column => column.Key is not null)
            .Select(column => (column.Name, Text(this[column.Name]))).Where(setting => setting.Item2 is not null)
            .Select(setting => (setting.Name, setting.Item2!))),
        State = Enum.Parse<RunState>(State, ignoreCase: true),
        Reason = Reason,
        Epochs = (int)(this["epochs_done"] as long? ?? 0),
        Steps = this["steps"] as long? ?? 0,
        Train = Tally("train"),
        Validation = Tally("validation"),
        Test = Tally("test"),
        WeightsSha256 = this[IndexColumn.WeightsSha256] as string,
        Parameters = this["parameters"] as long? ?? 0,
        TrainSeconds = this["train_seconds"] as double? ?? 0,
        ImagesPerSecond = this["images_per_second"] as double? ?? 0,
    };

    Tally? Tally(string part) => this[$"{part}_correct"] is long correct && this[$"{part}_total"] is long total
        ? new(correct, total, this[$"{part}_loss"] as double? ?? double.NaN) : null;

    static string? Text(object? value) =>
        value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}
