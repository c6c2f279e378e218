using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// curves.svg: loss and accuracy of training, test and, if there are some, validation images against epochs, side by
/// side.
/// </summary>
public static class CurvesPlot
{
    public const string FileName = "curves.svg";

    const double Width = 940, Height = 400, Top = 96, Bottom = 342, LabelRoom = 106, LabelGap = 12, YTickRoom = 58;
    const int MaximumDots = 30, ManyPoints = 100;

    static readonly string[] Names = ["train", "test", "validation"];

    /// <summary>A curve with its name; values that are missing or not finite are left out.</summary>
    sealed record Series(int Index, IReadOnlyList<(double X, double Y)> Points);

    /// <summary>Draws the figure; without rows it says that there are none.</summary>
    /// <param name="rows">The rows of metrics.csv.</param>
    /// <param name="title">What was trained, in a few words.</param>
    /// <param name="subtitle">On what, with which settings.</param>
    public static string Draw(IReadOnlyList<MetricRow> rows, string title, string subtitle)
    {
        Series[] losses = Curves(rows, row => [row.TrainLoss, row.TestLoss, row.ValidationLoss]);
        Series[] accuracies = Curves(rows, row =>
            [100 * row.TrainAccuracy, 100 * row.TestAccuracy, 100 * row.ValidationAccuracy]);
        string description = rows.Count == 0
            ? "No epoch is finished yet."
            : string.Create(CultureInfo.InvariantCulture,
                $"After {rows[^1].Epoch} {(rows[^1].Epoch == 1 ? "epoch" : "epochs")}: loss {Words(losses, LossText)}; ")
                + $"accuracy {Words(accuracies, value => PercentText(value) + " %")}.";
        var svg = new Svg(Width, Height, $"{title}: training curves", description);
        svg.Text(24, 34, title, $"{PlotStyle.Heading} {PlotStyle.Ink}");
        svg.Text(24, 55, subtitle, $"{PlotStyle.Label} {PlotStyle.Soft}");
        if (rows.Count == 0)
        {
            svg.Text(Width / 2, Height / 2, description, $"{PlotStyle.Label} {PlotStyle.Soft}", Anchor.Middle);
            return svg.ToString();
        }
        double half = Width / 2;
        Scale loss = LossScale(losses);
        DrawPanel(svg, 0, half, rows, losses, loss, LossText, loss.Logarithmic ? "Loss (log scale)" : "Loss");
        DrawPanel(svg, half, Width, rows, accuracies, AccuracyScale(accuracies), PercentText, "Accuracy, %");
        return svg.ToString();
    }

    /// <summary>A curve for each of the values.</summary>
    static Series[] Curves(IReadOnlyList<MetricRow> rows, Func<MetricRow, double?[]> values) =>
    [
        .. Enumerable.Range(0, Names.Length).Select(i => new Series(i,
        [
            .. rows.Where(row => values(row)[i] is { } y && double.IsFinite(y))
                .Select(row => ((double)row.Epoch, values(row)[i]!.Value)),
        ])),
    ];

    static void DrawPanel(
        Svg svg, double left, double right, IReadOnlyList<MetricRow> rows, Series[] curves, Scale y,
        Func<double, string> text, string title)
    {
        (int first, int last) = (rows[0].Epoch, rows[^1].Epoch);
        double margin = first == last ? 0.5 : 0;
        EndLabel[] labels = [.. curves.Where(curve => curve.Points.Count > 0).Select(curve =>
            new EndLabel(curve.Index, curve.Points[^1].Y, $"{Names[curve.Index]} {text(curve.Points[^1].Y)}"))];
        double room = labels.Select(label => LabelGap + PlotText.Room(label.Text, isStrong: true)).Append(LabelRoom)
            .Max();
        IReadOnlyList<Tick> yTicks = y.Ticks(7);
        double tickRoom = yTicks.Select(tick => LabelGap + PlotText.Room(tick.Label, PlotStyle.SmallSize))
            .Append(YTickRoom).Max();
        var x = new Scale(first - margin, last + margin, left + tickRoom, right - room);
        var panel = new Panel(svg, x, y);
        panel.Axes(title, "epoch", EpochTicks(x, first, last), yTicks);
        panel.Clipped(() =>
        {
            foreach (Series curve in curves)
            {
                panel.Line(curve.Points, curve.Index, fine: curve.Points.Count > ManyPoints);
                if (curve.Points.Count <= MaximumDots)
                    panel.Points(curve.Points, curve.Index, (epoch, value) =>
                        $"{Names[curve.Index]}, epoch {epoch:0}: {text(value)}");
            }
        });
        panel.EndLabels(labels);
        NoteBelow(svg, x, y, curves, text);
    }

    /// <summary>Says in words what the zoom leaves out.</summary>
    static void NoteBelow(Svg svg, Scale x, Scale y, Series[] curves, Func<double, string> text)
    {
        (double X, double Y)[] below = [.. curves.SelectMany(curve => curve.Points).Where(point => point.Y < y.Low)];
        if (below.Length == 0)
            return;
        (double from, double until) = (below.Min(point => point.X), below.Max(point => point.X));
        string lowest = text(below.Min(point => point.Y));
        string epochs = from == until
            ? FormattableString.Invariant($"epoch {from:0} lies below: {lowest}")
            : FormattableString.Invariant($"epochs {from:0}–{until:0} reach below, to {lowest}");
        svg.Text(x.To, y.To - 14, $"▾ {epochs}", $"{PlotStyle.Small} {PlotStyle.Soft}", Anchor.End);
    }

    // Always the first and the last epoch; round ones between, where they keep their distance.
    static IReadOnlyList<Tick> EpochTicks(Scale x, int first, int last)
    {
        Tick Of(double epoch) => new(epoch, epoch.ToString("0", CultureInfo.InvariantCulture));
        if (first == last)
            return [Of(first)];
        double room = 0.55 * Scale.RoundStep(last - first, 5);
        var between = x.Ticks(5, whole: true).Where(tick => tick.Value - first >= room && last - tick.Value >= room);
        return [Of(first), .. between, Of(last)];
    }

    // Losses fall over orders of magnitude, then only a logarithmic scale shows the end.
    static Scale LossScale(Series[] curves)
    {
        double[] values = Values(curves);
        (double low, double high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        if (low > 0 && high / low > 8)
            return new(low / 1.15, high * 1.15, Bottom, Top, Logarithmic: true);
        return Padded(low > 0 && low < 0.35 * high ? 0 : low, high, double.NegativeInfinity, double.PositiveInfinity);
    }

    // The beginning is far below the end and would flatten it: look at the settled part, if that is much narrower.
    static Scale AccuracyScale(Series[] curves)
    {
        double[] values = Values(curves);
        if (values.Length == 0)
            return Padded(0, 100, 0, 100);
        double from = curves.SelectMany(curve => curve.Points).Min(point => point.X);
        double to = curves.SelectMany(curve => curve.Points).Max(point => point.X);
        double settled = from + 0.15 * (to - from);
        double high = values.Max(), low = values.Min();
        double settledLow = curves.SelectMany(curve => curve.Points).Where(point => point.X > settled)
            .Select(point => point.Y)
            .DefaultIfEmpty(low).Min();
        if (to - from >= 4 && high - low > 1.6 * (high - settledLow) && high > settledLow)
            low = settledLow - 0.5 * (high - settledLow);
        return Padded(Math.Max(low, values.Min()), high, 0, 100);
    }

    static Scale Padded(double low, double high, double least, double most)
    {
        double pad = high > low ? 0.06 * (high - low) : Math.Max(0.02 * Math.Abs(high), 1e-3);
        return new(Math.Max(low - pad, least), Math.Min(high + pad, most), Bottom, Top);
    }

    static double[] Values(Series[] curves) => [.. curves.SelectMany(curve => curve.Points).Select(point => point.Y)];

    static string Words(Series[] curves, Func<double, string> text) => string.Join(
        ", ", curves.Where(curve => curve.Points.Count > 0)
            .Select(curve => $"{Names[curve.Index]} {text(curve.Points[^1].Y)}"));

    // three digits that mean something
    static string LossText(double value) => value switch
    {
        0 => "0",
        >= 10_000 => value.ToString("0.000E+0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.000", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.00000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000E+0", CultureInfo.InvariantCulture).Replace('-', '−'),
    };

    static string PercentText(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
