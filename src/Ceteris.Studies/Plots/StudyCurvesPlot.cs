using System.Globalization;

namespace Ceteris.Studies;

/// <summary>An arm's curve over epochs: the mean over blocks, and how far they lie apart.</summary>
/// <param name="Name">Of the arm.</param>
/// <param name="Series">Its colour.</param>
/// <param name="Points">Epoch, least, mean, largest value; all positive or all not.</param>
sealed record BandCurve(string Name, int Series,
    IReadOnlyList<(double X, double Low, double Mean, double High)> Points);

/// <summary>Curves of one quantity.</summary>
/// <param name="Title">Of the y axis.</param>
/// <param name="Curves">One per arm.</param>
sealed record CurvesPanel(string Title, IReadOnlyList<BandCurve> Curves);

/// <summary>Learning curves of several arms with bands; panels side by side, or below each other on a phone.</summary>
static class StudyCurvesPlot
{
    const double PanelHeight = 330, Left = 56, Top = 40, Bottom = 276, Wide = 600;

    public static Svg Draw(IReadOnlyList<CurvesPanel> panels, string title, double width)
    {
        bool isWide = width >= Wide && panels.Count > 1;
        double each = isWide ? width / panels.Count : width;
        string description = string.Join(". ", panels.Select(panel => $"{panel.Title} at the end: " + string.Join(", ",
            panel.Curves.Where(c => c.Points.Count > 0).Select(c => $"{c.Name} {Value(c.Points[^1].Mean)}"))));
        var svg = new Svg(width, isWide ? PanelHeight : PanelHeight * panels.Count, title, description + ".");
        for (int i = 0; i < panels.Count; i++)
            DrawPanel(svg, panels[i], isWide ? i * each : 0, each, isWide ? 0 : i * PanelHeight);
        return svg;
    }

    static void DrawPanel(Svg svg, CurvesPanel curves, double left, double width, double top)
    {
        BandCurve[] drawn = [.. curves.Curves.Where(curve => curve.Points.Count > 0)];
        if (drawn.Length == 0)
            return;
        double room = 0.4 * width;
        double labels = Math.Min(room, drawn.Max(c => PlotText.Room(Label(c), isStrong: true)));
        (double first, double last) = (drawn.Min(c => c.Points[0].X), drawn.Max(c => c.Points[^1].X));
        double margin = first == last ? 0.5 : 0;
        var x = new Scale(first - margin, last + margin, left + Left, left + width - labels - 14);
        Scale y = YOf(drawn, top);
        var panel = new Panel(svg, x, y);
        Tick[] ends = [.. new[] { first, last }.Distinct().Select(e => new Tick(e, Value(e)))];
        double near = 0.12 * (last - first);
        panel.Axes("", "epoch",
            [.. ends, .. x.Ticks(5, whole: true).Where(t => t.Value - first > near && last - t.Value > near)],
                y.Ticks(6));
        svg.Text(left + 6, top + 16, curves.Title + (y.Logarithmic ? ", log scale" : ""),
            $"{PlotStyle.Label} {PlotStyle.Ink} ct-strong");
        panel.Clipped(() =>
        {
            foreach (BandCurve curve in drawn)
                panel.Band([.. curve.Points.Select(p => (p.X, Math.Max(p.Low, y.Low), p.High))], curve.Series);
            foreach (BandCurve curve in drawn)
            {
                panel.Line(curve.Points.Select(p => (p.X, p.Mean)), curve.Series);
                if (curve.Points.Count == 1)
                    panel.Points(curve.Points.Select(p => (p.X, p.Mean)), curve.Series);
            }
        });
        panel.EndLabels(drawn.Select(curve => new EndLabel(curve.Series, curve.Points[^1].Mean,
            Label(curve, labels / 1.2))));
    }

    /// <summary>Name and last value; the name is cut where there is too little room for both.</summary>
    static string Label(BandCurve curve, double room = double.PositiveInfinity)
    {
        string value = " " + Value(curve.Points[^1].Mean);
        double left = room - PlotStyle.TextWidth(value, PlotStyle.LabelSize);
        return PlotText.Cut(curve.Name, left, PlotStyle.LabelSize) + value;
    }

    /// <summary>
    /// Logarithmic where errors fall far; else the settled part, if the beginning would flatten it.
    /// </summary>
    static Scale YOf(BandCurve[] curves, double top)
    {
        double low = curves.Min(c => c.Points.Min(p => p.Low)), high = curves.Max(c => c.Points.Max(p => p.High));
        // a seed without an error has no place on a logarithmic scale: its band reaches to the bottom
        double positive = curves.Min(c => c.Points.Min(p => p.Low > 0 ? p.Low : p.Mean / 2));
        if (positive > 0 && high / positive > 3)
            return new(positive / 1.08, high * 1.08, top + Bottom, top + Top, Logarithmic: true);
        double pad = high > low ? 0.05 * (high - low) : Math.Max(0.02 * Math.Abs(high), 1e-3);
        return new(Math.Max(low - pad, low >= 0 ? 0 : double.NegativeInfinity), high + pad, top + Bottom, top + Top);
    }

    /// <summary>Three digits that mean something.</summary>
    static string Value(double value) => value switch
    {
        0 => "0",
        _ when value == Math.Round(value) && Math.Abs(value) < 1e6 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 1 or <= -1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
