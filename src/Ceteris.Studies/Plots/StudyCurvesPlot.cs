using Ceteris.Statistics;

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
        double each = isWide ? width / panels.Count : width, height = PanelHeight * (isWide ? 1 : panels.Count);
        // names stand at the ends of the curves if all of them have room there, else in a key below
        bool isNamed = panels.All(panel => Labels(panel, isNamed: true).All(label => RoomOf(label) <= 0.4 * each));
        var key = new PlotKey(isNamed ? [] : panels.SelectMany(panel => panel.Curves)
            .Where(curve => curve.Points.Count > 0).DistinctBy(curve => curve.Series)
            .Select(curve => KeyEntry.Line(curve.Name, curve.Series)), 6, width - 6);
        string description = string.Join(". ", panels.Select(panel => $"{panel.Title} at the end: "
            + string.Join(", ", Labels(panel, isNamed: true).Select(label => label.Text))));
        var svg = new Svg(width, height + key.Height, title, description + ".");
        for (int i = 0; i < panels.Count; i++)
            DrawPanel(svg, panels[i], isNamed, isWide ? i * each : 0, each, isWide ? 0 : i * PanelHeight);
        key.Draw(svg, height - 6);
        return svg;
    }

    static void DrawPanel(Svg svg, CurvesPanel curves, bool isNamed, double left, double width, double top)
    {
        BandCurve[] drawn = [.. curves.Curves.Where(curve => curve.Points.Count > 0)];
        if (drawn.Length == 0)
            return;
        EndLabel[] labels = [.. Labels(curves, isNamed)];
        (double first, double last) = (drawn.Min(c => c.Points[0].X), drawn.Max(c => c.Points[^1].X));
        double margin = first == last ? 0.5 : 0;
        var x = new Scale(first - margin, last + margin, left + Left, left + width - labels.Max(RoomOf) - 14);
        Scale y = YOf(drawn, top);
        var panel = new Panel(svg, x, y);
        Tick[] ends = [.. new[] { first, last }.Distinct().Select(e => new Tick(e, PlotText.Value(e)))];
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
        panel.EndLabels(labels);
    }

    /// <summary>The last values, all with as many decimals as give the largest three digits, at least two.</summary>
    static IEnumerable<EndLabel> Labels(CurvesPanel panel, bool isNamed)
    {
        BandCurve[] drawn = [.. panel.Curves.Where(curve => curve.Points.Count > 0)];
        double largest = drawn.Select(curve => Math.Abs(curve.Points[^1].Mean)).DefaultIfEmpty(0).Max();
        int decimals = InWords.Decimals(largest / 100);
        return drawn.Select(curve => (Curve: curve, Value: curve.Points[^1].Mean)).Select(end => new EndLabel(
            end.Curve.Series, end.Value,
            (isNamed ? end.Curve.Name + ": " : "") + InWords.Number(end.Value, decimals)));
    }

    static double RoomOf(EndLabel label) => PlotText.Room(label.Text, isStrong: true);

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
}
