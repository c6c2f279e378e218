using System.Globalization;
using System.Text;

namespace Ceteris.Studies;

/// <summary>Where a text stands relative to its point.</summary>
enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// Writes an SVG figure: the same calls give the same bytes. Coordinates in pixels from the top left, printed with at
/// most two decimals. No ids and no scripts, so that several figures can stand in one page.
/// </summary>
sealed class Svg
{
    readonly StringBuilder body = new();
    readonly string title, description;
    readonly double width, height;

    /// <param name="width">In pixels; the figure scales with its place.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="title">Read out, and shown as a hint.</param>
    /// <param name="description">What the figure says, for those who cannot see it.</param>
    public Svg(double width, double height, string title, string description) =>
        (this.width, this.height, this.title, this.description) = (width, height, title, description);

    public void Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start, double degrees = 0)
    {
        string turn = degrees == 0 ? "" : $" transform=\"rotate({Number(degrees)} {Number(x)} {Number(y)})\"";
        string at = anchor switch
        {
            Anchor.Middle => " text-anchor=\"middle\"",
            Anchor.End => " text-anchor=\"end\"",
            _ => "",
        };
        body.Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" class=\"{style}\"{at}{turn}>{Escape(text)}</text>\n");
    }

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        body.Append($"<line x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" ")
            .Append($"x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" class=\"{style}\"/>\n");

    public void Rectangle(
        double x, double y, double width, double height, string style, double opacity = 1, double radius = 0,
        string? hint = null)
    {
        body.Append($"<rect {Box(x, y, width, height)} class=\"{style}\"");
        if (opacity < 1)
            body.Append($" fill-opacity=\"{Number(opacity)}\"");
        if (radius > 0)
            body.Append($" rx=\"{Number(radius)}\"");
        body.Append(hint is null ? "/>\n" : $"><title>{Escape(hint)}</title></rect>\n");
    }

    public void Circle(double x, double y, double radius, string style, string? hint = null)
    {
        body.Append($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" class=\"{style}\"");
        body.Append(hint is null ? "/>\n" : $"><title>{Escape(hint)}</title></circle>\n");
    }

    /// <summary>A line through points, or a closed shape.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string style, bool closed = false)
    {
        var path = new StringBuilder();
        foreach ((double x, double y) in points)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Number(x)).Append(' ').Append(Number(y));
        if (path.Length > 0)
            body.Append($"<path d=\"{path}{(closed ? "Z" : "")}\" class=\"{style}\"/>\n");
    }

    /// <summary>Draws what is inside the rectangle only; coordinates stay as they are.</summary>
    public void Clip(double x, double y, double width, double height, Action draw)
    {
        string view = $"{Number(x)} {Number(y)} {Number(width)} {Number(height)}";
        body.Append($"<svg {Box(x, y, width, height)} viewBox=\"{view}\">\n");
        draw();
        body.Append("</svg>\n");
    }

    /// <summary>
    /// For a page that has <see cref="PlotStyle.Sheet"/> once: no style sheet, no paper, and the size as the page wants
    /// it.
    /// </summary>
    public string Inline() =>
        $"<svg {View()} class=\"{PlotStyle.Figure}\" role=\"img\" style=\"max-width:{Number(width)}px\">\n"
            + $"<title>{Escape(title)}</title>\n<desc>{Escape(description)}</desc>\n{body}</svg>\n";

    /// <summary>The document.</summary>
    public override string ToString()
    {
        string view = View();
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" {Size(width, height)} {view} "
            + $"class=\"{PlotStyle.Figure}\" role=\"img\">\n"
            + $"<title>{Escape(title)}</title>\n<desc>{Escape(description)}</desc>\n"
            + $"<style>\n{PlotStyle.Sheet()}</style>\n"
            + $"<rect {Size(width, height)} class=\"{PlotStyle.Paper}\"/>\n{body}</svg>\n";
    }

    /// <summary>At most two decimals, invariant, no minus zero.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"expected a finite coordinate, got {value}");
        string text = value.ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    string View() => $"viewBox=\"0 0 {Number(width)} {Number(height)}\"";

    static string Size(double width, double height) => $"width=\"{Number(width)}\" height=\"{Number(height)}\"";

    static string Box(double x, double y, double width, double height) =>
        $"x=\"{Number(x)}\" y=\"{Number(y)}\" {Size(width, height)}";

    /// <summary>A text for XML and HTML.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\t' or '\n' or '\r' => " ",
                < ' ' or 0xFFFE or 0xFFFF => "\uFFFD", // not allowed in XML, escaped or not
                _ => rune.IsBmp && VisibleText.IsInvisible((char)rune.Value) ? "\uFFFD" : rune.ToString(),
            });
        }
        return escaped.ToString();
    }
}
