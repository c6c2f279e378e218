using System.Globalization;

namespace Ceteris.Networks;

/// <summary>
/// An option of a network: values are texts, checked by <paramref name="Accepts"/>; <paramref name="FromWord"/> gives
/// the value that a word of a spelled name stands for, or null: the 0.2 of <c>sk-0.2</c>, the c8 of
/// <c>resnet18-cifar-c8</c>.
/// </summary>
public sealed record NetworkOption(
    string Name, string Default, string About, string Expected, Func<string, bool> Accepts,
    Func<string, string?> FromWord)
{
    const int MostCount = 1 << 16;

    static readonly string counted = string.Create(CultureInfo.InvariantCulture, $"from 1 to {MostCount}");

    /// <summary>Whether several words of a spelled name make one value, joined by commas.</summary>
    public bool IsList { get; init; }

    /// <summary>Its words in a spelled name, as far as they can be listed.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>
    /// A number from <paramref name="least"/> to <paramref name="most"/>; in a spelled name after
    /// <paramref name="prefix"/>, or never when it is null.
    /// </summary>
    public static NetworkOption Number(
        string name, double byDefault, string about, double least, double most, string? prefix = null)
    {
        string expected = FormattableString.Invariant($"a number from {least} to {most}");
        bool Accepts(string text) => IsNumber(text, out double x) && x >= least && x <= most;
        return new(name, byDefault.ToString(CultureInfo.InvariantCulture), about, expected, Accepts,
            After(prefix, Accepts));
    }

    /// <summary>
    /// A whole number from 1 to <see cref="MostCount"/>; in a spelled name after <paramref name="prefix"/>.
    /// </summary>
    public static NetworkOption Count(string name, int byDefault, string about, string prefix) =>
        new(name, byDefault.ToString(CultureInfo.InvariantCulture), about, $"a whole number {counted}", IsCount,
            After(prefix, IsCount));

    /// <summary>One whole number from 1 to <see cref="MostCount"/> or more, joined by commas.</summary>
    public static NetworkOption Counts(string name, string byDefault, string about)
    {
        bool Accepts(string text) => text.Split(',').All(IsCount);
        return new(name, byDefault, about, $"one whole number or more, each {counted}, joined by commas",
            Accepts, After("", IsCount))
        { IsList = true };
    }

    /// <summary>A probability from 0 to below 1.</summary>
    public static NetworkOption Probability(string name, double byDefault, string about)
    {
        bool Accepts(string text) => IsNumber(text, out double p) && p >= 0 && p < 1;
        return new(name, byDefault.ToString(CultureInfo.InvariantCulture), about, "a probability from 0 to below 1",
            Accepts, After(null, Accepts));
    }

    public static NetworkOption Choice(string name, string about, params string[] choices) =>
        new(name, choices[0], about, $"one of {string.Join(", ", choices)}", choices.Contains,
            After("", choices.Contains))
        { Words = choices };

    /// <summary>true or false; <paramref name="word"/> in a spelled name, if not null, stands for true.</summary>
    public static NetworkOption Flag(string name, string about, string? word) =>
        new(name, "false", about, "true or false", text => text is "true" or "false", w => w == word ? "true" : null)
        { Words = word is null ? [] : [word] };

    public static NetworkOption Activation(string byDefault)
    {
        var names = Networks.Activation.Names;
        return new("activation", byDefault, "activation function", $"one of {string.Join(", ", names)}",
            text => Networks.Activation.Parse(text) is not null, After("", names.Contains))
        { Words = names };
    }

    static Func<string, string?> After(string? prefix, Func<string, bool> accepts) => word =>
        prefix is not null && word.StartsWith(prefix, StringComparison.Ordinal) && accepts(word[prefix.Length..])
            ? word[prefix.Length..]
            : null;

    static bool IsNumber(string text, out double x) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out x);

    static bool IsCount(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= MostCount;
}

/// <summary>The values of a network's options, checked.</summary>
public sealed record NetworkOptions(IReadOnlyDictionary<string, string> Values)
{
    public string this[string name] => Values[name];

    public double Number(string name) => double.Parse(Values[name], CultureInfo.InvariantCulture);

    public int Count(string name) => int.Parse(Values[name], CultureInfo.InvariantCulture);

    public int[] Counts(string name) =>
        [.. Values[name].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    public bool Flag(string name) => Values[name] == "true";

    public Layer Activation(string name = "activation") => Networks.Activation.Parse(Values[name]);
}
