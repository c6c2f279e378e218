using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// Something that a study varies, and the levels it takes. One level is the baseline's.
/// </summary>
/// <param name="Name">In words: <c>batch norm</c>, <c>width</c>.</param>
/// <param name="Levels">Two or more, with different names.</param>
public sealed record StudyFactor(string Name, IReadOnlyList<StudyLevel> Levels)
{
    /// <summary>The name that makes a level the factor itself: "BASE + batch norm".</summary>
    public const string With = "with", Without = "without";

    /// <summary>A first level of this name makes the others additions, too.</summary>
    public const string None = "none";

    /// <summary>The recipe key that is varied; null where the levels are named edits.</summary>
    public string? Key { get; init; }

    /// <summary>Index of the baseline's level.</summary>
    public int Baseline { get; init; }

    /// <summary>
    /// Whether the levels are sizes of one thing, so that there is a trend to ask for; then each has a place
    /// (<see cref="StudyLevel.At"/>), rising.
    /// </summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether every level sets a key, so that what the baseline says of it counts for none.</summary>
    internal bool Sets(string key) => Levels.All(level => level.Settings.Any(setting => setting.Key == key));

    /// <summary>A factor over a key of the recipe; the first value is the baseline's.</summary>
    public static StudyFactor Of(string name, string key, params IReadOnlyList<string> values) =>
        new(name, [.. values.Select(value => new StudyLevel(value, [(key, value)]))]) { Key = key };

    /// <summary>A thing that is done or not: levels <c>without</c> and <c>with</c>.</summary>
    public static StudyFactor OnOff(string name, params IReadOnlyList<(string Key, string Value)> settings) =>
        new(name, [new(Without, []), new(With, settings)]);
}

/// <summary>One level of a factor: what it changes in the recipe.</summary>
/// <param name="Name">In words; a number where it is a size.</param>
/// <param name="Settings">Keys of the recipe and their values; none leaves the baseline as it is.</param>
public sealed record StudyLevel(string Name, IReadOnlyList<(string Key, string Value)> Settings)
{
    /// <summary>Its place among ordered levels: the name, if that is a number.</summary>
    public double? At =>
        double.TryParse(Name, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x)
            ? x : null;
}
