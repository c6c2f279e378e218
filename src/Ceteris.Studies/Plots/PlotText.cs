using System.Globalization;

namespace Ceteris.Studies;

/// <summary>Small things that several figures share.</summary>
static class PlotText
{
    /// <summary>
    /// Room for a text in whichever font the reader has: some are a tenth wider than
    /// <see cref="PlotStyle.TextWidth"/> says, and strong letters another tenth.
    /// </summary>
    public static double Room(string text, double size = PlotStyle.LabelSize, bool isStrong = false) =>
        (isStrong ? 1.25 : 1.12) * PlotStyle.TextWidth(text, size);

    /// <summary>Words on lines that have this room; a word that needs more by itself is cut.</summary>
    public static string[] Wrapped(string text, double room, bool isStrong = false)
    {
        var lines = new List<string> { "" };
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = lines[^1] == "" ? word : $"{lines[^1]} {word}";
            if (lines[^1] == "" || Room(longer, isStrong: isStrong) <= room)
                lines[^1] = longer;
            else
                lines.Add(word);
        }
        return [.. lines.Select(line => Cut(line, room, isStrong: isStrong))];
    }

    /// <summary>The text, or as much of it as there is room for and an ellipsis.</summary>
    public static string Cut(string text, double room, double size = PlotStyle.LabelSize, bool isStrong = false)
    {
        if (Room(text, size, isStrong) <= room + 0.5)
            return text;
        while (text.Length > 1 && Room(text + "…", size, isStrong) > room)
            text = text[..^(text.Length > 2 && char.IsLowSurrogate(text[^1]) ? 2 : 1)];
        return text + "…";
    }

    /// <summary>A value for a hint, with a true minus sign.</summary>
    public static string Value(double value) =>
        value.ToString("0.####", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>The mark of what others found: an open diamond.</summary>
    public static void Diamond(Svg svg, double x, double y)
    {
        const double Size = 5.5;
        svg.Path([(x, y - Size), (x + Size, y), (x, y + Size), (x - Size, y)],
            PlotStyle.Stroke(3), closed: true);
    }
}
