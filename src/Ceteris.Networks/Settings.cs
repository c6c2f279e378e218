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
        string? near = names.Select(name => (Name: name, Distance: EditDistance(name, got)))
            .Where(n => n.Distance <= Math.Max(1, Math.Max(got.Length, n.Name.Length) / 3))
            .OrderBy(n => n.Distance).Select(n => n.Name).FirstOrDefault()
            ?? names.FirstOrDefault(name => got.Length > 1 && name.StartsWith(got, StringComparison.Ordinal));
        string hint = near is null ? "" : $", did you mean {near}?";
        return new($"unknown {what} \"{got}\"{hint}; expected one of {string.Join(", ", names)}");
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
            throw new SettingException($"expected name(number, …), got \"{text}\"");
        string inside = text.TrimEnd()[(open + 1)..^1];
        return new(text[..open].Trim(), inside.Trim().Length == 0 ? []
            : [.. inside.Split(',').Select(part => ParseNumber(part.Trim(), text))]);
    }

    /// <summary>Number <paramref name="i"/>, or its default; there may be at most <paramref name="most"/>.</summary>
    public double Number(int i, double? byDefault, int most)
    {
        if (Numbers.Count > most)
            throw new SettingException($"expected at most {most} number(s) for {Name}, got {Numbers.Count}");
        return i < Numbers.Count ? Numbers[i]
            : byDefault
            ?? throw new SettingException($"expected {i + 1} or more number(s) for {Name}, got {Numbers.Count}");
    }

    /// <summary>A value for a name that takes no numbers.</summary>
    public T Takes<T>(T value) =>
        Numbers.Count == 0 ? value
            : throw new SettingException($"expected {Name} without numbers, got {Numbers.Count}");

    /// <summary>The text of a call; numbers as short as they can be read back.</summary>
    public static string Text(string name, params ReadOnlySpan<double> numbers) =>
        numbers.IsEmpty ? name : $"{name}({string.Join(",", numbers.ToArray().Select(Text))})";

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    static double ParseNumber(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x) ? x
            : throw new SettingException($"expected a number, got \"{part}\" in {text}");
}
