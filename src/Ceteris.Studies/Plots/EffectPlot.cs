using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>One row of an effect plot.</summary>
/// <param name="Label">Whose effect.</param>
/// <param name="Points">One per block, with its seed.</param>
/// <param name="Mean">Null without a block.</param>
/// <param name="Interval">Null with fewer than two blocks or without spread.</param>
/// <param name="References">What was published; none if nothing.</param>
/// <param name="Text">The numbers, in words.</param>
/// <param name="Word">The verdict in a word, in the colour of the row.</param>
/// <param name="Series">Its colour.</param>
sealed record EffectRow(
    string Label, IReadOnlyList<(string Seed, double Value)> Points, double? Mean, Interval? Interval,
    IReadOnlyList<double> References, string Text, string Word, int Series);

/// <summary>What the rows of an effect plot share.</summary>
/// <param name="Title">Of the axis.</param>
/// <param name="ShowsZero">Whether 0 is a mark of its own: no difference.</param>
/// <param name="Band">What does not matter; null for none.</param>
/// <param name="BandText">Said of the band.</param>
/// <param name="Left">At the left end of the axis: <c>← worse</c>.</param>
/// <param name="Right">At the right end.</param>
/// <param name="Reference">Whose the diamonds are.</param>
sealed record EffectAxis(
    string Title, bool ShowsZero, (double Low, double High)? Band, string BandText, string Left, string Right,
    string Reference);

/// <summary>
/// Effects with their intervals, one below the other on one axis, and what every block said: a forest plot with its
/// data.
/// </summary>
static class EffectPlot
{
    const double Gap = 16, Radius = 3, LineHeight = 16, AxisHeight = 52, Wide = 600, Edge = 6;

    /// <summary>Of the marks of a row below its texts.</summary>
    const double MarksHeight = 38;

    const string SmallSoft = $"{PlotStyle.Small} {PlotStyle.Soft}", LabelInk = $"{PlotStyle.Label} {PlotStyle.Ink}";

    /// <summary>Where things of a plot of some width are.</summary>
    sealed record Layout(double Width, double LabelRoom, double Left, double Right, double TextRoom)
    {
        public bool IsWide => Width >= Wide;

        public static Layout Of(IReadOnlyList<EffectRow> rows, double width)
        {
            if (width < Wide)
                return new(width, width - 2 * Edge, 10, width - 10, width - 2 * Edge);
            double labels = Math.Min(0.28 * width, rows.Max(row => PlotText.Room(row.Label)));
            double texts = Math.Min(0.3 * width, rows.Max(row => Math.Max(
                PlotText.Room(row.Text, isStrong: !HasWord(row)), PlotText.Room(row.Word, isStrong: true))));
            return new(width, labels, labels + Gap, width - texts - Gap, texts);
        }

        /// <summary>Height of a row with its texts.</summary>
        public double HeightOf(EffectRow row)
        {
            int labels = Labels(row).Length, texts = Texts(row).Length;
            return IsWide ? Math.Max(HasWord(row) ? 48 : 30, 14 + LineHeight * Math.Max(labels, texts))
                : 44 + LineHeight * (labels + texts);
        }

        /// <summary>
        /// Where the lines of the axis run: down the whole plot, or, where texts stand above the marks, not through
        /// these.
        /// </summary>
        public IEnumerable<(double From, double To)> Lines(IReadOnlyList<EffectRow> rows, double top)
        {
            if (IsWide)
                return [(top, top + rows.Sum(HeightOf))];
            return rows.Select(row => (From: (top += HeightOf(row)) - MarksHeight, To: top));
        }

        public string[] Labels(EffectRow row) => PlotText.Wrapped(row.Label, LabelRoom, isStrong: !IsWide);

        /// <summary>The numbers, and below them or, where there is no place beside, the verdict.</summary>
        public (string Text, bool IsVerdict)[] Texts(EffectRow row)
        {
            bool isVerdict = IsWide && !HasWord(row);
            (string, bool)[] numbers =
                [.. PlotText.Wrapped(row.Text, TextRoom, isVerdict).Select(line => (line, isVerdict))];
            return row.Word == "" || isVerdict || IsBeside(row) ? numbers : [.. numbers, (row.Word, true)];
        }

        /// <summary>Whether numbers and verdict stand on one line.</summary>
        public bool IsBeside(EffectRow row) => !IsWide
            && PlotText.Room(row.Text) + PlotText.Room(row.Word, isStrong: true) + Gap <= TextRoom;

        /// <summary>Without points the numbers are all there is, in the colour of the verdict.</summary>
        static bool HasWord(EffectRow row) => row.Points.Count > 0;
    }

    /// <param name="rows">From top to bottom, one or more.</param>
    /// <param name="axis">What they share.</param>
    /// <param name="title">Of the figure, for those who cannot see it.</param>
    /// <param name="width">In pixels.</param>
    public static Svg Draw(IReadOnlyList<EffectRow> rows, EffectAxis axis, string title, double width)
    {
        var layout = Layout.Of(rows, width);
        (double low, double high) = Domain(rows, axis);
        var x = new Scale(low, high, layout.Left, layout.Right);
        var key = new PlotKey(Key(rows, axis), layout.IsWide ? layout.Left : Edge, width - Edge);
        double top = 10 + key.Height + (axis.Band is null ? 0 : LineHeight), bottom = top + rows.Sum(layout.HeightOf);
        string description = string.Join("; ", rows.Select(row => $"{row.Label}: {row.Text} ({row.Word})"));
        var svg = new Svg(width, bottom + AxisHeight, title, description + ".");
        key.Draw(svg, 0);
        Frame(svg, x, axis, [.. layout.Lines(rows, top)], top, bottom);
        double y = top;
        foreach (EffectRow row in rows)
        {
            Draw(svg, layout, x, row, y);
            y += layout.HeightOf(row);
        }
        return svg;
    }

    static (double Low, double High) Domain(IReadOnlyList<EffectRow> rows, EffectAxis axis)
    {
        double[] values =
        [
            .. rows.SelectMany(row => row.Points.Select(point => point.Value)),
            .. rows.Select(row => row.Interval).OfType<Interval>().SelectMany(i => new[] { i.Low, i.High }),
            .. rows.Select(row => row.Mean).OfType<double>(),
            .. rows.SelectMany(row => row.References),
            .. axis.ShowsZero ? new[] { 0.0 } : [],
            .. axis.Band is { } band ? new[] { band.Low, band.High } : [],
        ];
        if (values.Length == 0)
            return (-1, 1);
        double pad = Math.Max(0.05 * (values.Max() - values.Min()), 1e-6 + 1e-3 * values.Max(Math.Abs));
        return (values.Min() - pad, values.Max() + pad);
    }

    /// <summary>What the marks mean, in the colours of no row.</summary>
    static IEnumerable<KeyEntry> Key(IReadOnlyList<EffectRow> rows, EffectAxis axis)
    {
        if (rows.Any(row => row.Interval is not null))
            yield return KeyEntry.Mean(PlotStyle.Grey);
        if (rows.Any(row => row.Points.Count > 0))
            yield return KeyEntry.Seed(PlotStyle.Grey);
        if (rows.Any(row => row.References.Count > 0))
            yield return KeyEntry.Reference(axis.Reference);
    }

    static void Frame(
        Svg svg, Scale x, EffectAxis axis, IReadOnlyList<(double From, double To)> lines, double top, double bottom)
    {
        if (axis.Band is { } band)
        {
            svg.Rectangle(x[band.Low], top, x[band.High] - x[band.Low], bottom - top, PlotStyle.Neutral);
            double half = PlotStyle.TextWidth(axis.BandText, PlotStyle.SmallSize) / 2;
            double middle = Math.Clamp((x[band.Low] + x[band.High]) / 2, x.From + half - 6,
                Math.Max(x.From + half, x.To - half));
            svg.Text(middle, top - 6, axis.BandText, SmallSoft, Anchor.Middle);
        }
        foreach (Tick tick in x.Ticks((int)Math.Clamp((x.To - x.From) / 70, 3, 8)))
        {
            Down(tick.Value, PlotStyle.Grid);
            svg.Text(x[tick.Value], bottom + 16, tick.Label, SmallSoft, Anchor.Middle);
        }
        svg.Line(x.From, bottom, x.To, bottom, PlotStyle.Axis);
        if (axis.ShowsZero)
            Down(0, PlotStyle.Axis);
        double room = (x.To - x.From) / 2 - PlotStyle.TextWidth(axis.Title, PlotStyle.SmallSize) / 2;
        bool hasRoom = room > 8 + Math.Max(
            PlotStyle.TextWidth(axis.Left, PlotStyle.SmallSize), PlotStyle.TextWidth(axis.Right, PlotStyle.SmallSize));
        svg.Text((x.From + x.To) / 2, bottom + 34, axis.Title, SmallSoft, Anchor.Middle);
        svg.Text(x.From, bottom + (hasRoom ? 34 : 49), axis.Left, SmallSoft);
        svg.Text(x.To, bottom + (hasRoom ? 34 : 49), axis.Right, SmallSoft, Anchor.End);

        void Down(double value, string style)
        {
            foreach ((double from, double to) in lines)
                svg.Line(x[value], from, x[value], to, style);
        }
    }

    static void Draw(Svg svg, Layout layout, Scale x, EffectRow row, double top)
    {
        string[] labels = layout.Labels(row);
        (string Text, bool IsVerdict)[] texts = layout.Texts(row);
        double middle = top + layout.HeightOf(row) / 2;
        if (layout.IsWide)
        {
            double first = middle + 4.5 - LineHeight * (labels.Length - 1) / 2;
            for (int i = 0; i < labels.Length; i++)
                svg.Text(layout.LabelRoom, first + i * LineHeight, labels[i], LabelInk, Anchor.End);
            Say(layout.Right + Gap, middle + 4.5 - LineHeight * (texts.Length - 1) / 2);
        }
        else
        {
            for (int i = 0; i < labels.Length; i++)
                svg.Text(Edge, top + 15 + i * LineHeight, labels[i], $"{LabelInk} ct-strong");
            double y = top + 15 + labels.Length * LineHeight;
            Say(Edge, y);
            if (layout.IsBeside(row))
                svg.Text(layout.Width - Edge, y, row.Word, WordStyle(row), Anchor.End);
            middle = y + (texts.Length - 1) * LineHeight + 20;
        }
        Marks(svg, x, row, middle);

        void Say(double left, double first)
        {
            for (int i = 0; i < texts.Length; i++)
                svg.Text(left, first + i * LineHeight, texts[i].Text, texts[i].IsVerdict ? WordStyle(row) : LabelInk);
        }
    }

    static string WordStyle(EffectRow row) => $"{PlotStyle.Label} ct-strong {PlotStyle.Fill(row.Series)}";

    static void Marks(Svg svg, Scale x, EffectRow row, double middle)
    {
        double[] places = [.. row.Points.Select(point => x[point.Value])];
        double[] offsets = Swarm.Offsets(places, 2 * Radius, 8);
        for (int i = 0; i < places.Length; i++)
        {
            svg.Circle(places[i], middle + 7 + offsets[i], Radius, $"{PlotStyle.Fill(row.Series)} ct-dot",
                $"{row.Label}, seed {row.Points[i].Seed}: {PlotText.Value(row.Points[i].Value)}");
        }
        double y = row.Points.Count > 0 ? middle - 7 : middle;
        if (row.Interval is { } interval)
            svg.Line(x[interval.Low], y, x[interval.High], y, $"{PlotStyle.Stroke(row.Series)} ct-thick");
        if (row.Mean is { } mean)
            svg.Circle(x[mean], y, 5, PlotStyle.Fill(row.Series));
        foreach (double reference in row.References.Distinct())
            PlotText.Diamond(svg, x[reference], y);
    }
}
