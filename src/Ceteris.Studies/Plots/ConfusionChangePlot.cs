using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// Which classes are taken for which more often, and which less often, than before: blue is better, orange is worse,
/// darker is more. The diagonal is what is right; a number is a change in images.
/// </summary>
static class ConfusionChangePlot
{
    const double Top = 62, Gap = 8;
    const string SmallSoft = $"{PlotStyle.Small} {PlotStyle.Soft}", LabelInk = $"{PlotStyle.Label} {PlotStyle.Ink}";

    /// <param name="change">Images [true class][predicted class], treatment less baseline, over all blocks.</param>
    /// <param name="names">Of the classes.</param>
    /// <param name="title">Of the figure, for those who cannot see it.</param>
    /// <param name="width">In pixels, at most.</param>
    public static Svg Draw(int[][] change, IReadOnlyList<string> names, string title, double width)
    {
        int classes = change.Length;
        double longest = Math.Min(90, names.Max(name => PlotStyle.TextWidth(name, PlotStyle.LabelSize)));
        double left = 24 + longest + Gap, cell = Math.Clamp((width - left - 8) / classes, 4, 44);
        bool turn = names.Max(name => PlotStyle.TextWidth(name, PlotStyle.LabelSize)) > cell - 4;
        double top = Top + (turn ? 0.72 * longest : 0), right = left + classes * cell, bottom = top + classes * cell;
        var svg = new Svg(Math.Max(right + 8, Math.Min(width, 330)), bottom + 14, title, Description(change, names));
        svg.Text(left, 14, "predicted class →", SmallSoft);
        Key(svg, left);
        svg.Text(14, (top + bottom) / 2, "true class", SmallSoft, Anchor.Middle, -90);
        if (cell >= 11)
            Names(svg, names, left, top, cell, turn);
        Cells(svg, change, names, left, top, cell);
        return svg;
    }

    static void Key(Svg svg, double left)
    {
        svg.Rectangle(left, 22, 11, 11, PlotStyle.Good, 0.75, 2);
        svg.Text(left + 16, 31.5, "better", SmallSoft);
        double x = left + 70;
        svg.Rectangle(x, 22, 11, 11, PlotStyle.Heat, 0.75, 2);
        svg.Text(x + 16, 31.5, "worse", SmallSoft);
    }

    static string Description(int[][] change, IReadOnlyList<string> names)
    {
        var largest = Enumerable.Range(0, names.Count)
            .SelectMany(t => Enumerable.Range(0, names.Count).Select(p => (True: t, Predicted: p)))
            .Where(c => c.True != c.Predicted && change[c.True][c.Predicted] != 0)
            .OrderByDescending(c => Math.Abs(change[c.True][c.Predicted])).Take(3)
            .Select(c => $"{names[c.True]} taken for {names[c.Predicted]} {Signed(change[c.True][c.Predicted])}");
        string text = string.Join(", ", largest);
        return text == "" ? "No change." : $"Largest changes in images: {text}.";
    }

    static void Names(Svg svg, IReadOnlyList<string> names, double left, double top, double cell, bool turn)
    {
        for (int i = 0; i < names.Count; i++)
        {
            string name = PlotText.Cut(names[i], 90, PlotStyle.LabelSize);
            double place = (i + 0.5) * cell;
            svg.Text(left - Gap, top + place + 4.5, name, LabelInk, Anchor.End);
            if (turn)
                svg.Text(left + place + 2, top - 7, name, LabelInk, Anchor.Start, -45);
            else
                svg.Text(left + place, top - 7, name, LabelInk, Anchor.Middle);
        }
    }

    static void Cells(Svg svg, int[][] change, IReadOnlyList<string> names, double left, double top, double cell)
    {
        int most = Math.Max(1, change.SelectMany((row, t) => row.Where((_, p) => p != t)).Max(Math.Abs));
        int mostRight = Math.Max(1, change.Select((row, t) => Math.Abs(row[t])).Max());
        double size = cell - (cell > 12 ? 1.5 : 0.5), radius = cell > 12 ? 2 : 0.5;
        for (int t = 0; t < change.Length; t++)
        {
            for (int p = 0; p < change.Length; p++)
            {
                int count = change[t][p];
                double x = left + p * cell, y = top + t * cell;
                string style = count == 0 ? PlotStyle.Neutral : count > 0 == (t == p) ? PlotStyle.Good : PlotStyle.Heat;
                double opacity = count == 0 ? 0.6
                    : ConfusionPlot.HeatOpacity(Math.Abs(count), t == p ? mostRight : most);
                string hint = t == p ? $"{names[t]} right: {Signed(count)}"
                    : $"{names[t]} taken for {names[p]}: {Signed(count)}";
                svg.Rectangle(x, y, size, size, style, opacity, radius, hint);
                if (count == 0)
                    continue;
                string text = Signed(count);
                bool fits = PlotStyle.TextWidth(text, PlotStyle.SmallSize) <= size + 4 && cell >= 15;
                if (fits)
                    svg.Text(x + size / 2, y + size / 2 + 4, text, $"{PlotStyle.Small} {PlotStyle.Ink}", Anchor.Middle);
            }
        }
    }

    static string Signed(int count) =>
        (count > 0 ? "+" : "") + count.ToString("N0", CultureInfo.InvariantCulture).Replace('-', '−');
}
