using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>One line of an interaction plot: a level of one factor over the levels of the other.</summary>
/// <param name="Name">Of the level, in words.</param>
/// <param name="Cells">One per level of the other factor.</param>
sealed record InteractionLine(string Name, IReadOnlyList<InteractionCell> Cells);

/// <param name="Mean">Null without a block.</param>
/// <param name="Interval">Of the mean.</param>
/// <param name="Blocks">By seed.</param>
sealed record InteractionCell(double? Mean, Interval? Interval, IReadOnlyDictionary<long, double> Blocks);

/// <summary>Two factors: parallel lines do not depend on each other. Faint lines are single seeds.</summary>
static class InteractionPlot
{
    const double Height = 360, Top = 40, Bottom = 304, Left = 62;

    /// <param name="lines">Levels of the one factor.</param>
    /// <param name="places">Levels of the other, in words.</param>
    /// <param name="title">Of the y axis.</param>
    /// <param name="xTitle">Of the x axis.</param>
    /// <param name="width">In pixels.</param>
    public static Svg Draw(
        IReadOnlyList<InteractionLine> lines, IReadOnlyList<string> places, string title, string xTitle, double width)
    {
        double labels = Math.Min(0.42 * width, lines.Max(line => PlotText.Room(line.Name, isStrong: true)));
        // the name of the last place reaches as far to the right of it
        double right = width - 12 - Math.Max(labels, PlotText.Room(places[^1], PlotStyle.SmallSize) / 2);
        var x = new Scale(-0.25, places.Count - 0.95, Left, Math.Min(right, Left + 250 * places.Count));
        double[] values =
        [
            .. lines.SelectMany(line => line.Cells).SelectMany(cell => cell.Blocks.Values),
            .. lines.SelectMany(line => line.Cells).Select(cell => cell.Interval).OfType<Interval>()
                .SelectMany(i => new[] { i.Low, i.High }),
        ];
        (double low, double high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        double pad = Math.Max(0.06 * (high - low), 1e-3);
        var y = new Scale(low - pad, high + pad, Bottom, Top);
        string description = string.Join("; ", lines.Select(line => $"{line.Name}: " + string.Join(", ",
            line.Cells.Select((cell, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{places[i]} {cell.Mean:0.###}")))));
        var svg = new Svg(width, Height, $"{title}, interaction", description + ".");
        var panel = new Panel(svg, x, y);
        panel.Axes("", xTitle, [.. places.Select((place, i) => new Tick(i, place))], y.Ticks(6));
        svg.Text(6, 16, title, $"{PlotStyle.Label} {PlotStyle.Ink} ct-strong");
        for (int i = 0; i < lines.Count; i++)
            DrawLine(svg, panel, lines[i], PlotStyle.OfArm(i + 1), (i - (lines.Count - 1) / 2.0) * 0.02);
        panel.EndLabels(lines.Select((line, i) => (Line: line, Index: i)).Where(l => l.Line.Cells[^1].Mean is not null)
            .Select(l => new EndLabel(PlotStyle.OfArm(l.Index + 1), l.Line.Cells[^1].Mean!.Value,
                PlotText.Cut(l.Line.Name, labels, isStrong: true))));
        return svg;
    }

    static void DrawLine(Svg svg, Panel panel, InteractionLine line, int series, double shift)
    {
        long[] seeds = [.. line.Cells.SelectMany(cell => cell.Blocks.Keys).Distinct().Order()];
        foreach (long seed in seeds)
        {
            svg.Path(line.Cells.Select((cell, i) => (Cell: cell, X: i + shift))
                .Where(c => c.Cell.Blocks.ContainsKey(seed))
                .Select(c => (panel.X[c.X], panel.Y[c.Cell.Blocks[seed]])), $"{PlotStyle.Stroke(series)} ct-faint");
        }
        panel.Line(line.Cells.Select((cell, i) => (X: i + shift, cell.Mean)).Where(c => c.Mean is not null)
            .Select(c => (c.X, c.Mean!.Value)), series);
        for (int i = 0; i < line.Cells.Count; i++)
        {
            double at = panel.X[i + shift];
            if (line.Cells[i].Interval is { } interval)
                svg.Line(at, panel.Y[interval.Low], at, panel.Y[interval.High], $"{PlotStyle.Stroke(series)} ct-thick");
            if (line.Cells[i].Mean is { } mean)
                svg.Circle(at, panel.Y[mean], 4.5, PlotStyle.Fill(series),
                    $"{line.Name}: {PlotText.Value(mean)}");
        }
    }
}
