using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// The type of a key's value: what is expected, in words, and the one way to write each value. Two values are equal if
/// and only if they are written the same.
/// </summary>
/// <param name="Expected">Such as "a whole number from 1 to 1000".</param>
/// <param name="Kind">How it stands in JSON: <c>Number</c>, <c>True</c> (a Boolean), <c>String</c>, or
/// <c>Undefined</c>: as it looks.</param>
/// <param name="Canonical">The value written the one way, or null (or a <see cref="FormatException"/>) if it is
/// none.</param>
public sealed record RecipeType(string Expected, JsonValueKind Kind, Func<string, string?> Canonical)
{
    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    /// <summary>The values of a choice, else empty.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The words that a text of its own form may begin with, as far as a wrong one is compared with
    /// them.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What other programs say, and what it means here.</summary>
    public IReadOnlyList<(string Said, string Meant)> Synonyms { get; init; } = [];

    public static RecipeType Whole(ulong low, ulong high) => new(
        high == ulong.MaxValue ? $"a whole number from {low}" : $"a whole number from {low} to {high}",
        JsonValueKind.Number,
        text => ulong.TryParse(text, NumberStyles.None, invariant, out ulong value) && value >= low && value <= high
            ? value.ToString(invariant) : null);

    /// <summary>A finite double within [low, high]; An open end does not belong to it.</summary>
    public static RecipeType Number(double low, double high, bool openLow = false, bool openHigh = false) => new(
        Range(low, high, openLow, openHigh), JsonValueKind.Number,
        text => double.TryParse(text, NumberStyles.Float, invariant, out double value) && double.IsFinite(value)
            && (openLow ? value > low : value >= low) && (openHigh ? value < high : value <= high)
            ? (value == 0 ? 0 : value).ToString("R", invariant) : null);

    public static RecipeType Flag { get; } = new("true or false", JsonValueKind.True, text => text switch
    {
        "true" or "yes" or "on" or "1" => "true",
        "false" or "no" or "off" or "0" => "false",
        _ => null,
    });

    public static RecipeType Choice(params IReadOnlyList<string> names) =>
        new("one of " + string.Join(", ", names), JsonValueKind.String, text => names.Contains(text) ? text : null)
        {
            Choices = names,
        };

    /// <summary>A whole number above 0 or a word.</summary>
    public static RecipeType WholeOr(string word, ulong high) =>
        new($"a whole number from 1 to {high}, or {word}", JsonValueKind.Undefined,
        text => text == word ? word : Whole(1, high).Canonical(text))
        { Words = [word] };

    /// <summary>A text of its own form; <paramref name="canonical"/> reads it and writes it again.</summary>
    public static RecipeType Text(string expected, Func<string, string> canonical) =>
        new(expected, JsonValueKind.String, canonical);

    /// <summary>The value in JSON.</summary>
    public JsonNode ToJson(string canonical)
    {
        if (Kind == JsonValueKind.String)
            return JsonValue.Create(canonical);
        if (Kind != JsonValueKind.Number && canonical is "true" or "false")
            return JsonValue.Create(canonical == "true");
        if (ulong.TryParse(canonical, NumberStyles.None, invariant, out ulong whole))
            return JsonValue.Create(whole);
        return double.TryParse(canonical, NumberStyles.Float, invariant, out double number)
            ? JsonValue.Create(number) : JsonValue.Create(canonical);
    }

    /// <summary>The inverse of <see cref="ToJson"/>, not yet canonical; null if the node has another type.</summary>
    public string? FromJson(JsonNode? node) => (node?.GetValueKind(), Kind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number or JsonValueKind.Undefined) => node!.ToJsonString(),
        (JsonValueKind.True, JsonValueKind.True or JsonValueKind.Undefined) => "true",
        (JsonValueKind.False, JsonValueKind.True or JsonValueKind.Undefined) => "false",
        (JsonValueKind.String, JsonValueKind.String or JsonValueKind.Undefined) => node!.GetValue<string>(),
        _ => null,
    };

    static string Range(double low, double high, bool openLow, bool openHigh)
    {
        string from = openLow ? $"above {low.ToString("R", invariant)}" : $"from {low.ToString("R", invariant)}";
        string to = openHigh ? $"below {high.ToString("R", invariant)}" : $"to {high.ToString("R", invariant)}";
        return double.IsNegativeInfinity(low) ? "a number"
            : double.IsPositiveInfinity(high) ? $"a number {from}"
            : $"a number {from} {to}";
    }
}
