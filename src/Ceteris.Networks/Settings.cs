using System.Globalization;

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
        return new($"unknown {what} '{got}'{Hint(got, names)}; expected one of {string.Join(", ", names)}");
    }

    /// <summary>The text <c>; did you mean 'X'?</c> with the known word nearest to this one, if one is near.</summary>
    internal static string Hint(string got, IEnumerable<string> known)
    {
        string? near = known.Select(name => (Name: name, Distance: EditDistance(name, got)))
            .Where(n => n.Distance <= Math.Max(1, Math.Max(got.Length, n.Name.Length) / 3))
            .OrderBy(n => n.Distance).Select(n => n.Name).FirstOrDefault()
            ?? known.FirstOrDefault(name => got.Length > 1 && name.StartsWith(got, StringComparison.Ordinal));
        return near is null ? "" : $"; did you mean '{near}'?";
    }

    /// <summary>
    /// How many letters to insert, delete, replace or swap with their neighbour to get from one word to another.
    /// </summary>
    public static int EditDistance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                int replaced =
                    d[i - 1, j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
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
