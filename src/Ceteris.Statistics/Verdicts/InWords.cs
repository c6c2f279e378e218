using System.Globalization;

namespace Ceteris.Statistics;

/// <summary>Numbers as a reader wants them; the same text in every culture.</summary>
public static class InWords
{
    static readonly (double Value, string Text)[] Fractions =
    [
        (1 / 20.0, "a twentieth"), (1 / 10.0, "a tenth"), (1 / 5.0, "a fifth"), (1 / 4.0, "a quarter"),
        (1 / 3.0, "a third"), (2 / 5.0, "two fifths"), (1 / 2.0, "half"), (3 / 5.0, "three fifths"),
        (2 / 3.0, "two thirds"), (3 / 4.0, "three quarters"), (4 / 5.0, "four fifths"), (9 / 10.0, "nine tenths"),
    ];

    /// <summary>
    /// Digits after the point for numbers known to ± <paramref name="halfWidth"/>: two, or as many as show its first.
    /// </summary>
    public static int Decimals(double halfWidth)
    {
        int decimals = 2;
        for (double unit = 0.01; decimals < 8 && halfWidth > 0 && halfWidth < unit; unit /= 10)
            decimals++;
        return decimals;
    }

    /// <summary><c>0.47</c>, <c>−0.13</c>, with a true minus sign; never −0.</summary>
    public static string Number(double value, int decimals)
    {
        string text = value.ToString(
            "N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        bool isZero = text.All(c => c is '-' or '0' or '.' or ',');
        return isZero ? text.TrimStart('-') : text.Replace('-', '−');
    }

    /// <summary><c>+0.47</c>, <c>−0.13</c>, <c>0.00</c>.</summary>
    public static string Signed(double value, int decimals)
    {
        string text = Number(value, decimals);
        return value > 0 && text.Any(c => c is >= '1' and <= '9') ? "+" + text : text;
    }

    /// <summary><c>12,000</c>, <c>0.64</c>; very large and very small as <c>6.4 × 10¹⁰</c>.</summary>
    public static string Plain(double value)
    {
        double size = Math.Abs(value);
        if (size is 0 or >= 1e-5 and < 1e10 || !double.IsFinite(size))
            return value.ToString("#,0.######", CultureInfo.InvariantCulture).Replace('-', '−');
        string[] parts = value.ToString("0.##E+0", CultureInfo.InvariantCulture).Replace('-', '−').Split('E');
        string power = "10" + string.Concat(parts[1].TrimStart('+').Select(
            c => c == '−' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
        return parts[0] == "1" ? power : $"{parts[0]} × {power}";
    }

    /// <summary><c>0.38 to 0.56</c>.</summary>
    public static string Range(Interval interval, int decimals) =>
        $"{Number(interval.Low, decimals)} to {Number(interval.High, decimals)}";

    /// <summary><c>95 %</c>, <c>98.7 %</c>.</summary>
    public static string Confidence(double confidence) =>
        (100 * confidence).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary><c>14 %</c>, <c>0.3 %</c>.</summary>
    public static string Percent(double share)
    {
        double percent = 100 * share;
        string format = Math.Abs(percent - Math.Round(percent)) < 1e-9 || Math.Abs(percent) >= 10 ? "0" : "0.#";
        return percent.ToString(format, CultureInfo.InvariantCulture) + " %";
    }

    /// <summary><c>p = 0.018</c>, <c>p &lt; 0.001</c>.</summary>
    public static string P(double p) => p < 0.001 ? "p < 0.001"
        : "p = " + p.ToString(p < 0.01 ? "0.0000" : p < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary><c>14 % more time per step</c>, <c>0.3 % fewer parameters</c>, <c>3.1 times the
    /// parameters</c>.</summary>
    public static string Change(double ratio, string of, string less = "fewer")
    {
        double change = ratio - 1;
        if (ratio >= 2)
            return (ratio < 1000 ? ratio.ToString("0.#", CultureInfo.InvariantCulture) : Plain(Math.Round(ratio)))
                + " times the " + of;
        string size = Math.Abs(change) < 0.001 ? "less than 0.1 %" : Percent(Math.Abs(change));
        return $"{size} {(change > 0 ? "more" : less)} {of}";
    }

    /// <summary><c>Error falls by a fifth</c>, <c>Error rises by 28 %</c>, <c>Error doubles</c>.</summary>
    public static string ErrorChange(double ratio)
    {
        double change = Math.Abs(ratio - 1);
        if (ratio >= 1.95)
        {
            return ratio < 2.05 ? "Error doubles"
                : $"Error grows to {ratio.ToString("0.#", CultureInfo.InvariantCulture)} times";
        }
        string? fraction = Fractions.Where(f => Math.Abs(f.Value - change) <= 0.06 * f.Value)
            .OrderBy(f => Math.Abs(f.Value - change)).Select(f => f.Text).FirstOrDefault();
        return $"Error {(ratio < 1 ? "falls" : "rises")} by {fraction ?? Percent(change)}";
    }

    /// <summary>A seed is a name, not a quantity: digits without separators.</summary>
    public static string Seed(long seed) => seed.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>1 seed</c>, <c>10 seeds</c>.</summary>
    public static string Seeds(int count, string kind = "") =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {kind}seed{(count == 1 ? "" : "s")}";

    /// <summary>A number of seeds rounded up as far as a forecast is worth: 7, 40, 150.</summary>
    public static int RoundUp(int seeds)
    {
        int step = seeds switch { < 10 => 1, < 50 => 5, < 200 => 10, < 1000 => 50, _ => 500 };
        return (seeds + step - 1) / step * step;
    }

    /// <summary><c>2</c>, <c>2 and 5</c>, <c>2, 5 and 7</c>.</summary>
    public static string List(IReadOnlyList<string> items) => items.Count <= 1 ? string.Concat(items)
        : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    /// <summary>
    /// As at the start of a sentence: the first letter of an ordinary word changes. A name keeps its letters: <c>SK</c>
    /// and <c>fc1</c>, which are not of small letters alone, <c>bn</c> and <c>lr</c>, which nobody can pronounce.
    /// </summary>
    public static string Capitalised(string text)
    {
        string word = text.Split(' ', ',', ':', '-', '\u2019', '\'')[0];
        return word.Length > 0 && word.All(char.IsAsciiLetterLower) && word.AsSpan().ContainsAny("aeiouy")
            ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }
}
