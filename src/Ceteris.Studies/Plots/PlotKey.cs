namespace Ceteris.Studies;

/// <summary>What a mark means.</summary>
/// <param name="Text">Said of it.</param>
/// <param name="Width">Of the mark, in pixels.</param>
/// <param name="Draw">Draws the mark from its left end, about its middle line.</param>
sealed record KeyEntry(string Text, double Width, Action<Svg, double, double> Draw)
{
    public static KeyEntry Mean(int series) => new("mean, interval", 22, (svg, x, y) =>
    {
        svg.Line(x, y, x + 22, y, $"{PlotStyle.Stroke(series)} ct-thick");
        svg.Circle(x + 11, y, 4.5, PlotStyle.Fill(series));
    });

    public static KeyEntry Seed(int series) =>
        new("one seed", 7, (svg, x, y) => svg.Circle(x + 4, y, 3, $"{PlotStyle.Fill(series)} ct-dot"));

    public static KeyEntry Reference(string source) =>
        new(source, 11, (svg, x, y) => PlotText.Diamond(svg, x + 6, y));

    public static KeyEntry Line(string text, int series, string style = "") =>
        new(text, 22, (svg, x, y) => svg.Line(x, y, x + 22, y, PlotStyle.Stroke(series) + style));

    public static KeyEntry Patch(string text, string style) =>
        new(text, 11, (svg, x, y) => svg.Rectangle(x, y - 5.5, 11, 11, style, 0.75, 2));
}

/// <summary>The marks of a figure and what they mean, on as many lines as it takes.</summary>
sealed class PlotKey
{
    const double LineHeight = 16, Gap = 14, ToText = 6;
    readonly List<(KeyEntry Entry, double X, int Line)> places = [];
    readonly double right;

    public PlotKey(IEnumerable<KeyEntry> entries, double left, double right)
    {
        this.right = right;
        (double x, int line) = (left, 0);
        foreach (KeyEntry entry in entries)
        {
            double width = entry.Width + ToText + PlotText.Room(entry.Text, PlotStyle.SmallSize);
            if (x > left && x + width > right)
                (x, line) = (left, line + 1);
            places.Add((entry, x, line));
            x += width + Gap;
        }
    }

    public double Height => places.Count == 0 ? 0 : LineHeight * (places[^1].Line + 1);

    public void Draw(Svg svg, double top)
    {
        foreach ((KeyEntry entry, double x, int line) in places)
        {
            double middle = top + LineHeight * (line + 0.5), from = x + entry.Width + ToText;
            entry.Draw(svg, x, middle);
            svg.Text(from, middle + 4, PlotText.Cut(entry.Text, right - from, PlotStyle.SmallSize),
                $"{PlotStyle.Small} {PlotStyle.Soft}");
        }
    }
}
