namespace Ceteris.Studies;

/// <summary>A series' last word, to be written beside its end.</summary>
readonly record struct EndLabel(int Series, double Value, string Text);

/// <summary>
/// A coordinate system and what is drawn in it. <paramref name="X"/> maps to pixels from left to right,
/// <paramref name="Y"/> from bottom to top.
/// </summary>
sealed record Panel(Svg Svg, Scale X, Scale Y)
{
    const double DotRadius = 3, ClipSlack = 5, LabelGap = 8;

    double Left => X.From;

    double Right => X.To;

    double Bottom => Y.From;

    double Top => Y.To;

    /// <summary>
    /// Thin horizontal grid lines with their values, a base line with marks, and the names of the axes.
    /// </summary>
    public void Axes(string title, string xTitle, IReadOnlyList<Tick> xTicks, IReadOnlyList<Tick> yTicks)
    {
        const string TickStyle = $"{PlotStyle.Small} {PlotStyle.Soft}";
        foreach (Tick tick in yTicks)
        {
            Svg.Line(Left, Y[tick.Value], Right, Y[tick.Value], PlotStyle.Grid);
            Svg.Text(Left - LabelGap, Y[tick.Value] + 0.36 * PlotStyle.SmallSize, tick.Label, TickStyle, Anchor.End);
        }
        Svg.Line(Left, Bottom, Right, Bottom, PlotStyle.Axis);
        foreach (Tick tick in xTicks)
        {
            Svg.Line(X[tick.Value], Bottom, X[tick.Value], Bottom + 4, PlotStyle.Axis);
            Svg.Text(X[tick.Value], Bottom + 17, tick.Label, TickStyle, Anchor.Middle);
        }
        Svg.Text((Left + Right) / 2, Bottom + 35, xTitle, TickStyle, Anchor.Middle);
        Svg.Text(Left, Top - 14, title, $"{PlotStyle.Label} {PlotStyle.Ink} ct-strong");
    }

    /// <summary>Draws inside the panel only, with room for half a dot at the upper and side borders.</summary>
    public void Clipped(Action draw) =>
        Svg.Clip(Left - ClipSlack, Top - ClipSlack, Right - Left + 2 * ClipSlack, Bottom - Top + ClipSlack, draw);

    /// <summary>A line through points; a fine one if they are many.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, int series, bool dashed = false, bool fine = false) =>
        Svg.Path(points.Select(At), PlotStyle.Stroke(series) + (dashed ? " ct-dashed" : "") + (fine ? " ct-fine" : ""));

    /// <summary>The area between two lines over the same x.</summary>
    public void Band(IReadOnlyList<(double X, double Low, double High)> points, int series) => Svg.Path(
        points.Select(p => At((p.X, p.High))).Concat(points.Reverse().Select(p => At((p.X, p.Low)))),
        $"{PlotStyle.Fill(series)} ct-band", closed: true);

    /// <summary>Dots, each with a hint of its own if <paramref name="hint"/> is given.</summary>
    public void Points(IEnumerable<(double X, double Y)> points, int series, Func<double, double, string>? hint = null)
    {
        foreach ((double x, double y) in points)
            Svg.Circle(X[x], Y[y], DotRadius, PlotStyle.Fill(series), hint?.Invoke(x, y));
    }

    /// <summary>Bars from the bottom to the values, <paramref name="width"/> wide in units of x.</summary>
    public void Bars(IEnumerable<(double X, double Y)> bars, double width, int series)
    {
        foreach ((double x, double y) in bars)
            Svg.Rectangle(X[x - width / 2], Y[y], X[x + width / 2] - X[x - width / 2], Bottom - Y[y],
                PlotStyle.Fill(series));
    }

    /// <summary>
    /// Writes labels to the right of the panel at their values, moved apart where they would overlap.
    /// </summary>
    public void EndLabels(IEnumerable<EndLabel> labels)
    {
        const double Height = 17;
        EndLabel[] sorted = [.. labels.OrderByDescending(label => label.Value).ThenBy(label => label.Series)];
        double[] places = [.. sorted.Select(label => Math.Clamp(Y[label.Value], Top, Bottom))];
        SpreadOut(places, Height, Top - Height / 2, Bottom);
        for (int i = 0; i < sorted.Length; i++)
        {
            Svg.Text(
                Right + LabelGap + 2, places[i] + 0.36 * PlotStyle.LabelSize, sorted[i].Text,
                $"{PlotStyle.Label} ct-strong {PlotStyle.Fill(sorted[i].Series)}");
        }
    }

    /// <summary>
    /// Moves sorted places apart to a distance, as little as possible, within the limits if there is room.
    /// </summary>
    internal static void SpreadOut(double[] places, double distance, double low, double high)
    {
        // Groups that touch are centred on the mean of what their members want (pool adjacent violators).
        var groups = new List<(double Start, int Count)>();
        double limit = Math.Max(high, low + (places.Length - 1) * distance);
        foreach (double wanted in places)
        {
            (double Start, int Count) group = (wanted, 1);
            while (groups.Count > 0 && groups[^1].Start + groups[^1].Count * distance > group.Start)
            {
                (double start, int count) = groups[^1];
                double mean = (start * count + (group.Start - count * distance) * group.Count) / (count + group.Count);
                groups.RemoveAt(groups.Count - 1);
                group = (mean, count + group.Count);
            }
            groups.Add(group);
        }
        double[] spread = [.. groups.SelectMany(g => Enumerable.Range(0, g.Count).Select(i => g.Start + i * distance))];
        for (int i = 0; i < spread.Length; i++)
            spread[i] = Math.Max(spread[i], i == 0 ? low : spread[i - 1] + distance);
        for (int i = spread.Length - 1; i >= 0; i--)
            spread[i] = Math.Min(spread[i], i == spread.Length - 1 ? limit : spread[i + 1] - distance);
        spread.CopyTo(places, 0);
    }

    (double X, double Y) At((double X, double Y) point) => (X[point.X], Y[point.Y]);
}
