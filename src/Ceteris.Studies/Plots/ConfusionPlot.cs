using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// confusion.svg: which classes were taken for which. The diagonal is grey, so that the errors show; their colour goes
/// with the square root of the count, so that single ones are seen beside many.
/// </summary>
public static class ConfusionPlot
{
    public const string FileName = "confusion.svg";

    const double Top = 118, Gap = 10, BarRoom = 48, PercentRoom = 60;
    const string PrecisionText = "precision, %";
    const string SmallSoft = $"{PlotStyle.Small} {PlotStyle.Soft}", LabelInk = $"{PlotStyle.Label} {PlotStyle.Ink}";

    /// <summary>Sizes in pixels that follow from the classes.</summary>
    sealed record Layout(int Classes, double Cell, double Left, bool TurnNames, double NameRoom)
    {
        public double Right => Left + Classes * Cell;

        public double Bottom => Top + NameRoom + Classes * Cell;

        public double MatrixTop => Top + NameRoom;

        public bool ShowCounts => Cell >= 15;

        public bool ShowNames => Cell >= 12;

        public static Layout Of(IReadOnlyList<string> names)
        {
            int classes = names.Count;
            double cell = Math.Clamp(460.0 / classes, 6, 46);
            double longest = names.Max(name => PlotStyle.TextWidth(name, PlotStyle.LabelSize));
            bool turn = longest > cell - 4;
            double left = 44 + Gap + Math.Max(longest, PlotStyle.TextWidth(PrecisionText, PlotStyle.SmallSize) - 20);
            return new(classes, cell, left, turn, turn ? 0.72 * longest + 10 : 10);
        }
    }

    /// <summary>Draws the figure.</summary>
    /// <param name="matrix">Images [true class][predicted class].</param>
    /// <param name="names">Of the classes.</param>
    /// <param name="title">What was tested, in a few words.</param>
    /// <param name="subtitle">On what, with which settings.</param>
    /// <exception cref="ArgumentException">The matrix is empty, not square, or has another size than the
    /// names.</exception>
    public static string Draw(int[][] matrix, IReadOnlyList<string> names, string title, string subtitle)
    {
        if (matrix.Length == 0 || matrix.Any(row => row.Length != matrix.Length) || names.Count != matrix.Length)
        {
            throw new ArgumentException(
                $"expected a square matrix and a name for each of its {matrix.Length} classes, "
                + $"got {names.Count} names");
        }
        Layout layout = Layout.Of(names);
        long total = matrix.Sum(row => row.Sum(count => (long)count));
        long correct = matrix.Select((row, i) => (long)row[i]).Sum();
        string result = string.Create(
            CultureInfo.InvariantCulture,
            $"{Percent(correct, total)} % correct, {total - correct:N0} of {total:N0} images wrong");
        string heading = $"{title}: {result}";
        double width = Math.Max(layout.Right + Gap + PercentRoom + BarRoom + 24, 48 + PlotStyle.HeadingWidth(heading));
        width = Math.Max(width, 48 + PlotStyle.TextWidth(subtitle, PlotStyle.LabelSize));
        double height = layout.Bottom + (layout.Cell is >= 12 and < 34 ? 62 : 40);
        var svg = new Svg(width, height, $"{title}: confusion matrix", Description(matrix, names, result));
        svg.Text(24, 34, heading, $"{PlotStyle.Heading} {PlotStyle.Ink}");
        svg.Text(24, 55, subtitle, $"{PlotStyle.Label} {PlotStyle.Soft}");
        Names(svg, layout, names);
        Cells(svg, layout, matrix, names);
        Recall(svg, layout, matrix);
        Precision(svg, layout, matrix);
        return svg.ToString();
    }

    static string Description(int[][] matrix, IReadOnlyList<string> names, string result)
    {
        var worst = Enumerable.Range(0, names.Count)
            .SelectMany(t => Enumerable.Range(0, names.Count).Select(p => (True: t, Predicted: p)))
            .Where(cell => cell.True != cell.Predicted && matrix[cell.True][cell.Predicted] > 0)
            .OrderByDescending(cell => matrix[cell.True][cell.Predicted]).Take(3)
            .Select(cell => FormattableString.Invariant(
                $"{names[cell.True]} taken for {names[cell.Predicted]} ({matrix[cell.True][cell.Predicted]})"));
        string errors = string.Join(", ", worst);
        return errors == "" ? result + "." : $"{result}. Most frequent: {errors}.";
    }

    static void Names(Svg svg, Layout layout, IReadOnlyList<string> names)
    {
        double middle = (layout.Left + layout.Right) / 2, centre = (layout.MatrixTop + layout.Bottom) / 2;
        svg.Text(middle, Top - 22, "predicted class", SmallSoft, Anchor.Middle);
        svg.Text(34, centre, "true class", SmallSoft, Anchor.Middle, -90);
        if (!layout.ShowNames)
            return;
        for (int i = 0; i < names.Count; i++)
        {
            double place = (i + 0.5) * layout.Cell;
            svg.Text(layout.Left - Gap, layout.MatrixTop + place + 4.5, names[i], LabelInk, Anchor.End);
            if (layout.TurnNames)
                svg.Text(layout.Left + place + 2, layout.MatrixTop - 7, names[i], LabelInk, Anchor.Start, -45);
            else
                svg.Text(layout.Left + place, layout.MatrixTop - 7, names[i], LabelInk, Anchor.Middle);
        }
    }

    static void Cells(Svg svg, Layout layout, int[][] matrix, IReadOnlyList<string> names)
    {
        int most = Math.Max(1, matrix.Select((row, i) => row.Where((_, j) => j != i).DefaultIfEmpty(0).Max()).Max());
        double size = layout.Cell - (layout.Cell > 12 ? 1.5 : 0.5), radius = layout.Cell > 12 ? 2 : 0.5;
        for (int i = 0; i < matrix.Length; i++)
        {
            for (int j = 0; j < matrix.Length; j++)
            {
                int count = matrix[i][j];
                double x = layout.Left + j * layout.Cell, y = layout.MatrixTop + i * layout.Cell;
                string hint = FormattableString.Invariant($"{names[i]} taken for {names[j]}: {count:N0}");
                if (i == j)
                    svg.Rectangle(x, y, size, size, PlotStyle.Neutral, radius: radius, hint: hint);
                else if (count > 0)
                    svg.Rectangle(x, y, size, size, PlotStyle.Heat, HeatOpacity(count, most), radius, hint);
                else if (layout.ShowCounts)
                    svg.Rectangle(x, y, size, size, PlotStyle.Neutral, 0.45, radius);
                else
                    continue;
                if (layout.ShowCounts && count > 0 && Count(count, i == j, size) is { } text)
                    svg.Text(x + size / 2, y + size / 2 + 4.2, text, i == j ? SmallSoft : CountStyle(layout),
                        Anchor.Middle);
            }
        }
        svg.Line(layout.Left, layout.Bottom, layout.Right, layout.Bottom, PlotStyle.Grid);
    }

    internal static double HeatOpacity(double count, double most) => 0.1 + 0.9 * Math.Sqrt(count / most);

    // Share found of the images of a class; the bar is what was missed.
    static void Recall(Svg svg, Layout layout, int[][] matrix)
    {
        (long Correct, long Total)[] rows =
            [.. matrix.Select((row, i) => ((long)row[i], row.Sum(count => (long)count)))];
        double text = layout.Right + Gap + PercentRoom - 8, bars = layout.Right + Gap + PercentRoom;
        if (layout.ShowNames)
            svg.Text(text, layout.MatrixTop - 7, "recall, %", SmallSoft, Anchor.End);
        svg.Text(bars, layout.MatrixTop - 7, "missed", SmallSoft);
        double most = rows.Max(row => Missed(row.Correct, row.Total));
        for (int i = 0; i < rows.Length; i++)
        {
            double y = layout.MatrixTop + (i + 0.5) * layout.Cell;
            if (layout.ShowNames)
                svg.Text(text, y + 4, Percent(rows[i].Correct, rows[i].Total), SmallSoft, Anchor.End);
            if (most > 0)
            {
                double height = Math.Min(9, 0.7 * layout.Cell);
                svg.Rectangle(
                    bars, y - height / 2 - 0.5, BarRoom * Missed(rows[i].Correct, rows[i].Total) / most, height,
                    PlotStyle.Heat, radius: 1);
            }
        }
    }

    // Share correct of the images that were given a class.
    static void Precision(Svg svg, Layout layout, int[][] matrix)
    {
        if (!layout.ShowNames)
            return;
        double y = layout.Bottom + 18;
        svg.Text(layout.Left - Gap, y, PrecisionText, SmallSoft, Anchor.End);
        for (int j = 0; j < matrix.Length; j++)
        {
            string text = Percent(matrix[j][j], matrix.Sum(row => (long)row[j]));
            double x = layout.Left + (j + 0.5) * layout.Cell - 0.75;
            if (layout.Cell >= 34)
                svg.Text(x, y, text, SmallSoft, Anchor.Middle);
            else
                svg.Text(x + 4, y - 6, text, SmallSoft, Anchor.End, -90);
        }
    }

    static double Missed(long correct, long total) => total == 0 ? 0 : (double)(total - correct) / total;

    /// <summary>A share in per cent, "–" of nothing; 100 only if it is all.</summary>
    static string Percent(long part, long total)
    {
        if (total == 0)
            return "–";
        double percent = Math.Floor(1000.0 * part / total + 0.5) / 10;
        if (part < total && percent >= 100)
            percent = 99.9;
        return percent == 100 ? "100" : percent.ToString("0.0", CultureInfo.InvariantCulture);
    }

    static string CountStyle(Layout layout) => layout.Cell < 26 ? $"{PlotStyle.Small} {PlotStyle.Ink}" : LabelInk;

    /// <summary>The count as it fits into the cell, in thousands if need be; null if it does not fit.</summary>
    static string? Count(int count, bool small, double size)
    {
        string[] texts =
            [FormattableString.Invariant($"{count:N0}"), FormattableString.Invariant($"{count / 1000.0:0.#}k")];
        double fontSize = small || size < 25 ? PlotStyle.SmallSize : PlotStyle.LabelSize;
        return texts.FirstOrDefault(text => PlotStyle.TextWidth(text, fontSize) <= size + 1);
    }
}
