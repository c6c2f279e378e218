using System.Globalization;

using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>
/// A setting that cannot be: an unknown name, a number that is none. The message says what was expected and what came.
/// </summary>
public sealed class SettingException(string message) : ArgumentException(message)
{
    /// <summary>An unknown name: the nearest known one if one is near, and all of them.</summary>
    public static SettingException Unknown(string what, string got, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return new($"unknown {what} '{got}'{Nearest.Hint(got, names)}; expected one of {string.Join(", ", names)}");
    }
}

/// <summary>How a setting with numbers is written: <c>name</c> or <c>name(1, 0.5)</c>.</summary>
public readonly record struct Call(string Name, IReadOnlyList<double> Numbers)
{
    /// <summary>Throws <see cref="SettingException"/> when it is not written so.</summary>
    public static Call Parse(string text)
    {
        int open = text.IndexOf('(');
        if (open < 0)
            return new(text.Trim(), []);
        if (!text.TrimEnd().EndsWith(')'))
            throw new SettingException($"expected name(number,…), got '{text}'");
        string inside = text.TrimEnd()[(open + 1)..^1];
        return new(text[..open].Trim(), inside.Trim().Length == 0 ? []
            : [.. inside.Split(',').Select(part => ParseNumber(part.Trim(), text))]);
    }

    /// <summary>
    /// The numbers, with defaults for those that are not given. <see cref="SettingException"/> if there are too many,
    /// or if one without default (null) is missing.
    /// </summary>
    /// <param name="form">How it is to be written, for the error: <c>normal(mean,std)</c>.</param>
    /// <param name="defaults">One for each number.</param>
    public double[] Complete(string form, params double?[] defaults)
    {
        int given = Numbers.Count;
        if (given > defaults.Length || defaults.Skip(given).Any(number => number is null))
            throw new SettingException($"expected {form}, got '{this}'");
        return [.. Numbers, .. defaults.Skip(given).Select(number => number!.Value)];
    }

    /// <summary>A value for a name that takes no numbers.</summary>
    public T Takes<T>(T value) =>
        Numbers.Count == 0 ? value : throw new SettingException($"expected {Name} without numbers, got '{this}'");

    public override string ToString() => Text(Name, [.. Numbers]);

    /// <summary>The text of a call; numbers as short as they can be read back.</summary>
    public static string Text(string name, params ReadOnlySpan<double> numbers) =>
        numbers.IsEmpty ? name : $"{name}({string.Join(",", numbers.ToArray().Select(Text))})";

    /// <summary>The same without the last numbers as far as they are their defaults.</summary>
    public static string ShortText(string name, ReadOnlySpan<double> numbers, ReadOnlySpan<double> defaults)
    {
        for (; !numbers.IsEmpty && !defaults.IsEmpty && numbers[^1] == defaults[^1]; defaults = defaults[..^1])
            numbers = numbers[..^1];
        return Text(name, numbers);
    }

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    static double ParseNumber(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x) ? x
            : throw new SettingException($"expected a number, got '{part}' in '{text}'");
}
