using System.Globalization;

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
/// <param name="FitText">What it is, written at its end.</param>
/// <param name="Reference">Whose the diamonds are.</param>
sealed record TrendLook(
    string Title, string XTitle, bool IsLogarithmic, Func<double, double>? Fit, string FitText, string Reference);

/// <summary>A metric against an ordered factor on a logarithmic axis: every block, the means, and the fit.</summary>
static class TrendPlot
{
    const double Height = 380, Top = 62, Bottom = 318, Left = 62, DotRoom = 11;

    public static Svg Draw(IReadOnlyList<TrendPoint> arms, TrendLook look, string title, double width)
    {
        double right = width - 26, first = arms[0].X, last = arms[^1].X;
        double room = Math.Pow(last / first, 0.06);
        var x = new Scale(first / room, last * room, Left, right, Logarithmic: true);
        Scale y = YOf(arms, look);
        string description = string.Join("; ", arms.Where(arm => arm.Mean is not null).Select(arm => string.Create(
            CultureInfo.InvariantCulture, $"{look.XTitle} {arm.X:0.######}: {arm.Mean:0.###}")));
        var svg = new Svg(width, Height, title, $"{look.Title}: {description}.");
        var panel = new Panel(svg, x, y);
        panel.Axes("", look.XTitle, Ticks(arms, x), y.Ticks(6));
        svg.Text(6, 16, look.Title, $"{PlotStyle.Label} {PlotStyle.Ink} ct-strong");
        Key(svg, arms, look, width);
        if (look.Fit is { } fit)
        {
            const int Pieces = 48;
            panel.Clipped(() => panel.Line(Enumerable.Range(0, Pieces + 1)
                .Select(i => first / room * Math.Pow(last * room * room / first, (double)i / Pieces))
                .Select(at => (at, fit(at))), 5, dashed: true, fine: true));
        }
        panel.Line(arms.Where(arm => arm.Mean is not null).Select(arm => (arm.X, arm.Mean!.Value)), 0);
        foreach (TrendPoint arm in arms)
            Marks(svg, x, y, arm);
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
            svg.Circle(at + room + offsets[i], places[i], 2.8, $"{PlotStyle.Fill(0)} ct-dot", string.Create(
                CultureInfo.InvariantCulture, $"{arm.X:0.######}, seed {arm.Points[i].Seed}: "
                    + $"{arm.Points[i].Value:0.####}"));
        }
        if (arm.Interval is { } interval)
            svg.Line(at, y[Math.Max(y.Low, interval.Low)], at, y[Math.Min(y.High, interval.High)],
                $"{PlotStyle.Stroke(0)} ct-thick");
        if (arm.Mean is { } mean)
            svg.Circle(at, y[mean], 4.5, PlotStyle.Fill(0));
        if (arm.Reference is { } reference)
            PlotText.Diamond(svg, at - DotRoom, y[reference]);
    }

    static void Key(Svg svg, IReadOnlyList<TrendPoint> arms, TrendLook look, double width)
    {
        const string Style = $"{PlotStyle.Small} {PlotStyle.Soft}";
        double at = 6;
        const double Y = 36;
        svg.Circle(at + 4, Y - 4, 4.5, PlotStyle.Fill(0));
        Say("mean, interval", 13);
        svg.Circle(at + 4, Y - 4, 2.8, $"{PlotStyle.Fill(0)} ct-dot");
        Say("one seed", 11);
        if (arms.Any(arm => arm.Reference is not null))
        {
            PlotText.Diamond(svg, at + 6, Y - 4);
            Say(look.Reference, 16);
        }
        if (look.Fit is not null && at + 30 + PlotStyle.TextWidth(look.FitText, PlotStyle.SmallSize) < width)
        {
            svg.Line(at, Y - 4, at + 22, Y - 4, $"{PlotStyle.Stroke(5)} ct-dashed ct-fine");
            Say(look.FitText, 28);
        }

        void Say(string text, double from)
        {
            svg.Text(at + from, Y, text, Style);
            at += from + PlotStyle.TextWidth(text, PlotStyle.SmallSize) + 14;
        }
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

    static Scale YOf(IReadOnlyList<TrendPoint> arms, TrendLook look)
    {
        double[] values =
        [
            .. arms.SelectMany(arm => arm.Points).Select(point => point.Value),
            .. arms.Select(arm => arm.Reference).OfType<double>(),
        ];
        if (values.Length == 0)
            return new(0, 1, Bottom, Top);
        (double low, double high) = (values.Min(), values.Max());
        if (look.IsLogarithmic && low > 0)
            return new(low / 1.12, high * 1.12, Bottom, Top, Logarithmic: true);
        double pad = high > low ? 0.06 * (high - low) : Math.Max(0.02 * Math.Abs(high), 1e-3);
        return new(low - pad, high + pad, Bottom, Top);
    }
}
