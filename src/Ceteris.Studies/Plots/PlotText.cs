namespace Ceteris.Studies;

/// <summary>Small things that several figures share.</summary>
static class PlotText
{
    /// <summary>
    /// Room for a text in whichever font the reader has: some are a tenth wider than
    /// <see cref="PlotStyle.TextWidth"/> says, and strong letters another tenth.
    /// </summary>
    public static double Room(string text, bool isStrong = false) =>
        (isStrong ? 1.25 : 1.12) * PlotStyle.TextWidth(text, PlotStyle.LabelSize);

    /// <summary>Words on lines that are at most so wide; a word that is wider by itself is cut.</summary>
    public static string[] Wrapped(string text, double width, double size)
    {
        var lines = new List<string> { "" };
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = lines[^1] == "" ? word : $"{lines[^1]} {word}";
            if (lines[^1] == "" || PlotStyle.TextWidth(longer, size) <= width)
                lines[^1] = longer;
            else
                lines.Add(word);
        }
        return [.. lines.Select(line => Cut(line, width, size))];
    }

    /// <summary>The text, or as much of it as there is room for and an ellipsis.</summary>
    public static string Cut(string text, double width, double size)
    {
        if (PlotStyle.TextWidth(text, size) <= width + 0.5)
            return text;
        while (text.Length > 1 && PlotStyle.TextWidth(text + "…", size) > width)
            text = text[..^(text.Length > 2 && char.IsLowSurrogate(text[^1]) ? 2 : 1)];
        return text + "…";
    }

    /// <summary>The mark of what others found: an open diamond.</summary>
    public static void Diamond(Svg svg, double x, double y)
    {
        const double Size = 5.5;
        svg.Path([(x, y - Size), (x + Size, y), (x, y + Size), (x - Size, y)],
            PlotStyle.Stroke(3), closed: true);
    }
}
