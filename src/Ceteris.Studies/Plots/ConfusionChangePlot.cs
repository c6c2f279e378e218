using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// Which classes are taken for which more often, and which less often, than before: blue is better, orange is worse,
/// darker is more. On the framed diagonal, what is right, more is better; beside it less is. A number is a change in
/// images.
/// </summary>
static class ConfusionChangePlot
{
    const double KeyTop = 20, Gap = 8, MostName = 100;
    const string SmallSoft = $"{PlotStyle.Small} {PlotStyle.Soft}", LabelInk = $"{PlotStyle.Label} {PlotStyle.Ink}";

    /// <param name="change">Images [true class][predicted class], treatment less baseline.</param>
    /// <param name="names">Of the classes.</param>
    /// <param name="title">Of the figure, for those who cannot see it.</param>
    /// <param name="width">In pixels, at most.</param>
    public static Svg Draw(double[][] change, IReadOnlyList<string> names, string title, double width)
    {
        int classes = change.Length;
        double widest = names.Max(name => PlotText.Room(name)), longest = Math.Min(MostName, widest);
        double left = 24 + longest + Gap, cell = Math.Clamp((width - left - 8) / classes, 4, 44);
        bool turn = widest > cell - 4;
        double right = left + classes * cell, full = Math.Max(right + 8, Math.Min(width, 330));
        var key = new PlotKey(
            [
                KeyEntry.Patch("better: more right (framed), fewer mistaken", PlotStyle.Good),
                KeyEntry.Patch("worse: fewer right, more mistaken", PlotStyle.Heat),
            ], 14, full - 6);
        double top = KeyTop + key.Height + 26 + (turn ? 0.72 * longest : 0), bottom = top + classes * cell;
        int decimals = Decimals(change, SizeOf(cell));
        var svg = new Svg(full, bottom + 14, title, Description(change, names, decimals));
        svg.Text(left, 14, "predicted class →", SmallSoft);
        key.Draw(svg, KeyTop);
        svg.Text(14, (top + bottom) / 2, "true class", SmallSoft, Anchor.Middle, -90);
        if (cell >= 11)
            Names(svg, names, left, top, cell, turn);
        Cells(svg, change, names, left, top, cell, decimals);
        return svg;
    }

    static string Description(double[][] change, IReadOnlyList<string> names, int decimals)
    {
        var largest = ReportNumbers.Changes(change).Where(c => c.True != c.Predicted).Take(3)
            .Select(c => $"{names[c.True]} taken for {names[c.Predicted]} {InWords.Signed(c.Change, decimals)}");
        string text = string.Join(", ", largest);
        return text == "" ? "No change." : $"Largest changes in images: {text}.";
    }

    /// <summary>One where the changes are not whole and all have room with it; else none.</summary>
    static int Decimals(double[][] change, double size)
    {
        double[] all = [.. change.SelectMany(row => row)];
        return all.All(double.IsInteger) || all.Any(value => !Fits(InWords.Signed(value, 1), size)) ? 0 : 1;
    }

    static double SizeOf(double cell) => cell - (cell > 12 ? 1.5 : 0.5);

    static bool Fits(string text, double size) => PlotText.Room(text, PlotStyle.SmallSize) <= size + 2;

    static void Names(Svg svg, IReadOnlyList<string> names, double left, double top, double cell, bool turn)
    {
        for (int i = 0; i < names.Count; i++)
        {
            string name = PlotText.Cut(names[i], MostName);
            double place = (i + 0.5) * cell;
            svg.Text(left - Gap, top + place + 4.5, name, LabelInk, Anchor.End);
            if (turn)
                svg.Text(left + place + 2, top - 7, name, LabelInk, Anchor.Start, -45);
            else
                svg.Text(left + place, top - 7, name, LabelInk, Anchor.Middle);
        }
    }

    static void Cells(
        Svg svg, double[][] change, IReadOnlyList<string> names, double left, double top, double cell, int decimals)
    {
        double most = Most((t, p) => t != p), mostRight = Most((t, p) => t == p);
        double size = SizeOf(cell), radius = cell > 12 ? 2 : 0.5;
        for (int t = 0; t < change.Length; t++)
        {
            for (int p = 0; p < change.Length; p++)
            {
                double count = change[t][p], x = left + p * cell, y = top + t * cell;
                string text = InWords.Signed(count, decimals);
                // what is shown as 0 looks like none
                bool isNone = !text.Any(c => c is >= '1' and <= '9');
                string style = isNone ? PlotStyle.Neutral : count > 0 == (t == p) ? PlotStyle.Good : PlotStyle.Heat;
                double opacity = isNone ? 0.6
                    : ConfusionPlot.HeatOpacity(Math.Abs(count), t == p ? mostRight : most);
                string hint = t == p ? $"{names[t]} right" : $"{names[t]} taken for {names[p]}";
                svg.Rectangle(x, y, size, size, t == p ? $"{style} {PlotStyle.Axis}" : style, opacity, radius,
                    $"{hint}: {InWords.Signed(count, double.IsInteger(count) ? 0 : 2)}");
                if (!isNone && Fits(text, size))
                    svg.Text(x + size / 2, y + size / 2 + 4, text, $"{PlotStyle.Small} {PlotStyle.Ink}", Anchor.Middle);
            }
        }

        double Most(Func<int, int, bool> isOne) => change
            .SelectMany((row, t) => row.Where((_, p) => isOne(t, p))).Select(Math.Abs).Append(1e-9).Max();
    }
}
