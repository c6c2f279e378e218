using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>One arm in a trend plot.</summary>
/// <param name="X">Its place.</param>
/// <param name="Points">One per block, with its seed.</param>
/// <param name="Mean">Null without a block.</param>
/// <param name="Interval">Of the mean.</param>
/// <param name="Reference">What was published.</param>
sealed record TrendPoint(
    double X, IReadOnlyList<(string Seed, double Value)> Points, double? Mean, Interval? Interval, double? Reference);

/// <summary>What a trend plot says beside its points.</summary>
/// <param name="Title">Of the y axis.</param>
/// <param name="XTitle">Of the x axis.</param>
/// <param name="IsLogarithmic">Whether the y axis is.</param>
/// <param name="Fit">The fitted line; null for none.</param>
/// <param name="FitText">What it is.</param>
/// <param name="Foretold">A place and what a fit to the others says of it; null for none.</param>
/// <param name="Reference">Whose the diamonds are.</param>
sealed record TrendLook(
    string Title, string XTitle, bool IsLogarithmic, Func<double, double>? Fit, string FitText,
    (double X, double Value)? Foretold, string Reference);

/// <summary>A metric against an ordered factor on a logarithmic axis: every block, the means, and the fit.</summary>
static class TrendPlot
{
    const double PanelHeight = 256, Left = 62, DotRoom = 11, KeyTop = 24;
    const int Pieces = 48;
    const string Dashed = " ct-dashed ct-fine";

    public static Svg Draw(IReadOnlyList<TrendPoint> arms, TrendLook look, string title, double width)
    {
        double right = width - 26, first = arms[0].X, last = arms[^1].X;
        double room = Math.Pow(last / first, 0.06);
        var key = new PlotKey(Key(arms, look), 6, width - 6);
        double top = KeyTop + key.Height + 22, bottom = top + PanelHeight;
        var x = new Scale(first / room, last * room, Left, right, Logarithmic: true);
        (double X, double Y)[] fit = look.Fit is not { } at ? []
            : [.. Enumerable.Range(0, Pieces + 1).Select(i => x.Low * Math.Pow(x.High / x.Low, (double)i / Pieces))
                .Select(place => (place, at(place)))];
        Scale y = YOf(arms, look, fit.Where(p => p.X >= first && p.X <= last).Select(p => p.Y), top, bottom);
        string description = string.Join("; ", arms.Where(arm => arm.Mean is not null).Select(
            arm => $"{look.XTitle} {PlotText.Value(arm.X)}: {PlotText.Value(arm.Mean!.Value)}"));
        var svg = new Svg(width, bottom + 62, title, $"{look.Title}: {description}.");
        var panel = new Panel(svg, x, y);
        panel.Axes("", look.XTitle, Ticks(arms, x), y.Ticks(6));
        svg.Text(6, 16, look.Title + (y.Logarithmic ? ", log scale" : ""),
            $"{PlotStyle.Label} {PlotStyle.Ink} ct-strong");
        key.Draw(svg, KeyTop);
        if (fit.Length > 0)
            panel.Clipped(() => panel.Line(fit, PlotStyle.Grey, dashed: true, fine: true));
        panel.Line(arms.Where(arm => arm.Mean is not null).Select(arm => (arm.X, arm.Mean!.Value)), 0);
        foreach (TrendPoint arm in arms)
            Marks(svg, x, y, arm);
        if (look.Foretold is { } foretold)
            svg.Circle(x[foretold.X], y[foretold.Value], 6.5, PlotStyle.Stroke(PlotStyle.Grey),
                $"foretold: {PlotText.Value(foretold.Value)}");
        return svg;
    }

    static void Marks(Svg svg, Scale x, Scale y, TrendPoint arm)
    {
        double at = x[arm.X];
        double[] places = [.. arm.Points.Select(point => y[point.Value])];
        double[] offsets = Swarm.Offsets(places, 5.6, 9);
        double room = DotRoom - offsets.DefaultIfEmpty(0).Min();
        for (int i = 0; i < places.Length; i++)
        {
            svg.Circle(at + room + offsets[i], places[i], 2.8, $"{PlotStyle.Fill(0)} ct-dot",
                $"{TrendText.Number(arm.X)}, seed {arm.Points[i].Seed}: {PlotText.Value(arm.Points[i].Value)}");
        }
        // one that reaches below 0 has no end on a logarithmic scale
        if (arm.Interval is { } interval)
            svg.Line(at, y[Math.Max(y.Low, interval.Low)], at, y[interval.High], $"{PlotStyle.Stroke(0)} ct-thick");
        if (arm.Mean is { } mean)
            svg.Circle(at, y[mean], 4.5, PlotStyle.Fill(0));
        if (arm.Reference is { } reference)
            PlotText.Diamond(svg, at, y[reference]);
    }

    static IEnumerable<KeyEntry> Key(IReadOnlyList<TrendPoint> arms, TrendLook look)
    {
        yield return KeyEntry.Mean(0);
        yield return KeyEntry.Seed(0);
        if (arms.Any(arm => arm.Reference is not null))
            yield return KeyEntry.Reference(look.Reference);
        if (look.Fit is not null)
            yield return KeyEntry.Line(look.FitText, PlotStyle.Grey, Dashed);
        if (look.Foretold is not null)
            yield return new("foretold from the others", 13,
                (svg, x, y) => svg.Circle(x + 6.5, y, 5.5, PlotStyle.Stroke(PlotStyle.Grey)));
    }

    /// <summary>The values themselves, as many as have room, the first and the last always.</summary>
    static IReadOnlyList<Tick> Ticks(IReadOnlyList<TrendPoint> arms, Scale x)
    {
        var ticks = new List<Tick>();
        double end = double.NegativeInfinity;
        foreach (TrendPoint arm in arms)
        {
            string label = TrendText.Number(arm.X);
            double half = PlotStyle.TextWidth(label, PlotStyle.SmallSize) / 2;
            if (x[arm.X] - half < end)
                continue;
            ticks.Add(new(arm.X, label));
            end = x[arm.X] + half + 4;
        }
        return ticks;
    }

    /// <summary>With room for all that is drawn.</summary>
    static Scale YOf(
        IReadOnlyList<TrendPoint> arms, TrendLook look, IEnumerable<double> fit, double top, double bottom)
    {
        double[] measured =
        [
            .. arms.SelectMany(arm => arm.Points).Select(point => point.Value),
            .. arms.Select(arm => arm.Reference).OfType<double>(),
        ];
        if (measured.Length == 0)
            return new(0, 1, bottom, top);
        bool isLogarithmic = look.IsLogarithmic && measured.Min() > 0;
        IEnumerable<double> all =
        [
            .. measured, .. fit, .. look.Foretold is { } foretold ? [foretold.Value] : (double[])[],
            .. arms.Select(arm => arm.Interval).OfType<Interval>().SelectMany(i => new[] { i.Low, i.High }),
        ];
        double[] values = [.. all.Where(value => !isLogarithmic || value > 0)];
        (double low, double high) = (values.Min(), values.Max());
        if (isLogarithmic)
            return new(low / 1.12, high * 1.12, bottom, top, Logarithmic: true);
        double pad = high > low ? 0.06 * (high - low) : Math.Max(0.02 * Math.Abs(high), 1e-3);
        return new(low - pad, high + pad, bottom, top);
    }
}
