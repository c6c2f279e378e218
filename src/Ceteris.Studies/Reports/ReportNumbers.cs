using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The numbers of figures, for where figures cannot be shown.</summary>
static class ReportNumbers
{
    const int MostChanges = 15;
    const string None = "–";

    /// <summary>Every seed of every arm: its value, and how far it is from the baseline's.</summary>
    public static ReportTable Seeds(StudyAnalysis analysis)
    {
        string below = analysis.Findings.All(f => f.Paired.N == 0) ? ""
            : $", and how far it is from that of {analysis.Baseline.Name} ({analysis.Metric.Unit})";
        string unit = StudyMetric.IsPoints(analysis.Metric) ? ", %" : "";
        int decimals = StudyMetric.IsPoints(analysis.Metric) ? 2 : 4;
        return new(
            $"{InWords.Capitalised(analysis.Metric.Name)}{unit}, of every seed{below}.",
            ["Seed", .. analysis.Rows.Select(arm => arm.Name)],
            [.. analysis.Study.Seeds.Order().Select(seed =>
                (IReadOnlyList<string>)[InWords.Seed(seed), .. analysis.Rows.Select(arm => Cell(arm, seed))])]);

        string Cell(ArmSummary arm, long seed)
        {
            if (arm.Scores.Blocks.FirstOrDefault(block => block.Block == seed).Value is not { } value)
                return None;
            string text = InWords.Number(value * arm.Metric.Scale, decimals);
            return analysis.Findings.FirstOrDefault(f => f.Arm == arm) is { } finding
                && finding.Paired.Blocks.Any(block => block.Block == seed)
                ? $"{text}\n{InWords.Signed(finding.Paired.Blocks.First(b => b.Block == seed).Difference, decimals)}"
                : text;
        }
    }

    /// <summary>Learning curves: a row for each epoch, a column for each arm that was measured.</summary>
    /// <param name="title">What was measured.</param>
    /// <param name="arms">Their names and curves.</param>
    /// <param name="decimals">Of the values.</param>
    public static ReportTable Curves(
        string title, IReadOnlyList<(string Name, IReadOnlyList<EpochValues> Epochs)> arms, int decimals) => new(
        $"{title}, after each epoch: mean ± standard deviation over seeds.",
        ["Epoch", .. arms.Select(arm => arm.Name)],
        [.. arms.SelectMany(arm => arm.Epochs).Select(e => e.Epoch).Distinct().Order().Select(epoch =>
            (IReadOnlyList<string>)
            [Whole(epoch), .. arms.Select(arm => Cell(arm.Epochs.FirstOrDefault(e => e.Epoch == epoch), decimals))])]);

    static string Cell(EpochValues? epoch, int decimals) => epoch is null ? None
        : InWords.Number(epoch.Mean, decimals)
            + (epoch.StandardDeviation is { } deviation ? $" ± {InWords.Number(deviation, decimals)}" : "");

    /// <summary>What is not 0 in a confusion matrix, the largest first.</summary>
    public static IEnumerable<(int True, int Predicted, double Change)> Changes(double[][] change) =>
        change.SelectMany((row, t) => row.Select((count, p) => (True: t, Predicted: p, Change: count)))
            .Where(c => c.Change != 0).OrderByDescending(c => Math.Abs(c.Change));

    /// <summary>The largest changes of the confusion matrix.</summary>
    /// <param name="change">In images per seed.</param>
    /// <param name="names">Of the classes.</param>
    public static ReportTable Confusion(double[][] change, IReadOnlyList<string> names)
    {
        (int True, int Predicted, double Change)[] all = [.. Changes(change)];
        int decimals = all.All(c => double.IsInteger(c.Change)) ? 0 : 1;
        string some = all.Length <= MostChanges ? "All changes" : string.Create(
            CultureInfo.InvariantCulture, $"The {MostChanges} largest of {all.Length:N0} changes");
        return new(
            $"{some} of the confusion matrix.", ["True class ", "Taken for ", "Images per seed"],
            [.. all.Take(MostChanges).Select(c => (IReadOnlyList<string>)
                [names[c.True], c.True == c.Predicted ? $"{names[c.Predicted]} (right)" : names[c.Predicted],
                    InWords.Signed(c.Change, decimals)])]);
    }

    /// <summary>The points of a trend, and what the fit says of them.</summary>
    public static ReportTable Along(IReadOnlyList<TrendPoint> points, TrendLook look)
    {
        int decimals = InWords.Decimals(points.Select(p => Math.Abs(p.Mean ?? 0)).Max() / 100);
        (string Name, bool Shown, Func<TrendPoint, string> Cell)[] columns =
        [
            (InWords.Capitalised(look.XTitle), true, p => TrendText.Number(p.X)),
            (look.Title, true, p => Number(p.Mean)),
            ("95 % interval", true, p => p.Interval is { } interval ? InWords.Range(interval, decimals) : None),
            (InWords.Capitalised(look.FitText), look.Fit is not null, p => Number(look.Fit!(p.X))),
            ("Foretold from the others", look.Foretold is not null,
                p => Number(look.Foretold is { } f && f.X == p.X ? f.Value : null)),
        ];
        columns = [.. columns.Where(column => column.Shown)];
        return new(
            $"Means along {look.XTitle}{(look.Fit is null ? "" : $", and the {look.FitText} fitted")}.",
            [.. columns.Select(column => column.Name)],
            [.. points.Select(p => (IReadOnlyList<string>)[.. columns.Select(column => column.Cell(p))])]);

        string Number(double? value) => value is { } number ? InWords.Number(number, decimals) : None;
    }

    /// <summary>The cells of an interaction plot.</summary>
    public static ReportTable Interaction(
        IReadOnlyList<InteractionLine> lines, IReadOnlyList<string> places, string title)
    {
        return new(
            $"{title}: means with 95 % intervals.", [" ", .. places],
            [.. lines.Select(line => (IReadOnlyList<string>)[line.Name, .. line.Cells.Select(Cell)])]);

        static string Cell(InteractionCell cell)
        {
            int decimals = InWords.Decimals(cell.Interval?.HalfWidth ?? 0);
            return cell.Mean is not { } mean ? None : InWords.Number(mean, decimals)
                + (cell.Interval is { } interval ? $"\n{InWords.Range(interval, decimals)}" : "");
        }
    }

    static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
