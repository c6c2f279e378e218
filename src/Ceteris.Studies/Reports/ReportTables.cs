using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The tables of a report.</summary>
static class ReportTables
{
    const string None = "–";

    /// <summary>Every arm with its accuracy, its difference, its costs.</summary>
    public static ReportTable Arms(StudyAnalysis analysis, bool times)
    {
        bool isPoints = StudyMetric.IsPoints(analysis.Metric), compares = analysis.Findings.Count > 0;
        StudyReference? reference = analysis.Reference;
        bool published = reference?.Values.Count > 0;
        StudyMetric? other = reference?.Metric is { } of && of != analysis.Study.Metric ? of : null;
        string unit = isPoints ? ", %" : "", name = InWords.Capitalised(analysis.Metric.Name);
        bool bears = analysis.Arms.Any(arm => arm.Test is { BearsInterval: true });
        bool bearsDifference = analysis.Findings.Any(f => f.Paired.Test is { BearsInterval: true });
        string source = InWords.Capitalised(reference?.Source ?? ""), otherUnit = other?.IsLoss == false ? ", %" : "";
        (string Name, bool Shown, Func<ArmSummary, ArmFinding?, string> Cell)[] columns =
        [
            ("Arm ", true, (arm, _) => arm.Name),
            ("Seeds", true, (arm, _) => Whole(arm.N)),
            ($"{name}{unit}{(bears ? "\n95 % interval" : "")}", true, (arm, _) => Mean(arm)),
            ("Error, %", isPoints, (arm, _) => arm.Error is { } error
                ? InWords.Number(error, arm.Decimals) : None),
            ($"Difference, {analysis.Metric.Unit}"
                + (bearsDifference ? $"\n{InWords.Confidence(1 - analysis.Look.Alpha)} interval" : ""), compares,
                (_, f) => f is null ? "" : Difference(f)),
            ("Verdict ", compares, (_, f) => f?.Word ?? ""),
            (other is null ? $"{source}{unit}" : $"{source}{otherUnit}\n{other.Title}", published,
                (arm, _) => reference!.Values.GetValueOrDefault(arm.Name)?.ToString() ?? None),
            ($"{InWords.Capitalised(other?.Title ?? "")}{otherUnit}", published && other is not null,
                (arm, _) => ArmValues.MeanOf(arm.Outcome, other!) is { } value ? InWords.Number(value, 2) : None),
            ("Time per step, ms", times && analysis.Outcome.TimesAreAlone, (arm, _) => Milliseconds(arm)),
            ("Seconds (shared machine)", times && !analysis.Outcome.TimesAreAlone, (arm, _) =>
                arm.Seconds is { } s ? InWords.Number(s, s < 10 ? 1 : 0) : None),
            ("Parameters", true, (arm, _) => Quantity(arm, ArmQuantities.Parameters)),
            ("Multiply-adds", true, (arm, _) => Whole(arm.Outcome.MultiplyAdds)),
        ];
        columns = [.. columns.Where(column => column.Shown)];
        return new(
            compares ? "Every arm by itself and against the baseline." : "The arm by itself.",
            [.. columns.Select(column => column.Name)],
            Rows(analysis, (arm, f) => [.. columns.Select(column => column.Cell(arm, f))]));
    }

    /// <summary>Tests and what else is told of each comparison.</summary>
    public static ReportTable? Tests(StudyAnalysis analysis)
    {
        ArmFinding[] tested = [.. analysis.Findings.Where(f => f.Paired.Test is { BearsInterval: true })];
        string adjusted = analysis.Comparison?.IsScreen == true ? "p, Benjamini–Hochberg" : "p, Holm";
        return tested.Length == 0 ? null : new(
            "The tests behind the verdicts. Paired t over seeds decides; the others stand beside it.",
            ["Arm ", "t", $"{adjusted}\np by itself", "p, sign-flip\np, unpaired", "Better in",
                "Error ratio\n95 % interval", "ρ\ngain of pairing",
                $"Over new images too\n{InWords.Confidence(1 - analysis.Look.Alpha)} interval, points"],
            [.. tested.Select(TestRow)]);
    }

    static IReadOnlyList<string> TestRow(ArmFinding finding)
    {
        PairedComparison pair = finding.Paired;
        MeanTest test = pair.Test!;
        return
        [
            finding.Arm.Name, InWords.Number(finding.Contrast.Test!.T, 2),
            $"{P(finding.Contrast.AdjustedP)}\n{P(finding.Contrast.P)}", $"{P(pair.SignFlipP)}\n{P(pair.Welch?.P)}",
            string.Create(CultureInfo.InvariantCulture, $"{pair.Wins} of {pair.N}"),
            pair.ErrorRatio is { } ratio
                ? $"{InWords.Number(ratio.Ratio, 3)}\n{InWords.Range(ratio.Interval, 3)}" : None,
            (pair.Correlation is { } correlation ? InWords.Number(correlation, 2) : None)
                + (pair.VarianceRatio is { } gain ? $"\n{InWords.Number(gain, 1)} ×" : ""),
            finding.Images?.Both is { } both
                ? $"{InWords.Signed(100 * both.Mean, InWords.Decimals(100 * both.BothInterval.HalfWidth))}\n"
                    + InWords.Range(both.BothInterval.Map(x => 100 * x),
                        InWords.Decimals(100 * both.BothInterval.HalfWidth))
                : None,
        ];
    }

    /// <summary>What else differs between the arms; what was not meant to is marked.</summary>
    public static ReportTable? Confounds(StudyAnalysis analysis)
    {
        ConfoundRow[] all = [.. analysis.Findings.SelectMany(f => f.Context.Confounds)];
        string[] names = [.. all.Select(row => row.Name).Distinct()];
        return names.Length == 0 ? null : new(
            "What else differs between the arms. ! marks what differs by more than 5 % and is not varied on purpose: "
                + "a confound.",
            ["Arm ", .. names.Select(InWords.Capitalised)],
            Rows(analysis, (arm, f) => [arm.Name, .. names.Select(name => f is null
                ? arm[name] is { } value ? InWords.Plain(value) : None
                : Confound(f.Context.Confounds.FirstOrDefault(row => row.Name == name)))]));
    }

    static string Confound(ConfoundRow? row)
    {
        if (row?.Treatment is not { } value)
            return None;
        if (!row.Differs)
            return "the same";
        string change = row.Ratio is { } ratio ? ratio >= 2 ?
            $" (× {(ratio < 1000 ? InWords.Number(ratio, 1) : InWords.Plain(Math.Round(ratio)))})"
            : $" ({(ratio > 1 ? "+" : "−")}{InWords.Percent(Math.Abs(ratio - 1))})" : "";
        return $"{InWords.Plain(value)}{change}{(row.IsSerious ? " !" : row.IsDeclared ? " on purpose" : "")}";
    }

    /// <summary>All effects of a factorial study, interactions first.</summary>
    public static ReportTable Effects(Factorial factorial, StudyAnalysis analysis) => new(
        "Every effect, interactions first. The effect of one factor is its mean over the levels of the others.",
        ["Effect ", "Order", $"Size, {analysis.Metric.Unit}", "Interval", .. AtAnyLook(analysis), "p", "p, Holm"],
        [.. factorial.Effects.Select(e => (IReadOnlyList<string>)
            [e.Name, Whole(e.Order), .. Test(e.Test), .. AtAnyLook(analysis, e.Test), P(e.Test.P), P(e.AdjustedP)])]);

    /// <summary>Each factor at every combination of the others.</summary>
    public static ReportTable SimpleEffects(Factorial factorial, StudyAnalysis analysis) => new(
        "Each factor by itself, wherever the others are.",
        ["Factor ", "Where ", $"Size, {analysis.Metric.Unit}", "Interval", .. AtAnyLook(analysis), "p"],
        [.. factorial.Effects.SelectMany(e => e.SimpleEffects.Select(simple => (IReadOnlyList<string>)
            [e.Name, FactorialText.At(simple), .. Test(simple.Test), .. AtAnyLook(analysis, simple.Test),
                P(simple.Test.P)]))]);

    /// <summary>The column of intervals that are valid however often one looks, where the usual ones are not.</summary>
    static string[] AtAnyLook(StudyAnalysis analysis) =>
        analysis.Look.ShowsAlwaysValid ? ["Interval\nat any look"] : [];

    static string[] AtAnyLook(StudyAnalysis analysis, MeanTest test) => !analysis.Look.ShowsAlwaysValid ? []
        : [AlwaysValid.Of(test, analysis.Look.Alpha).Interval is { } valid
            ? InWords.Range(valid, InWords.Decimals(valid.HalfWidth)) : None];

    /// <summary>From each value of an ordered factor to the next.</summary>
    public static ReportTable Steps(Trend trend) => new(
        $"Step by step along {trend.Factor.Name}.",
        ["From", "To", $"Difference, {trend.Arms[0].Metric.Unit}", "Interval", "p, Holm"],
        [.. trend.Steps.Select(step => (IReadOnlyList<string>)
            [TrendText.Number(step.From), TrendText.Number(step.To), .. Test(step.Pair.Test!), P(step.AdjustedP)])]);

    /// <summary>The numbers of the fit.</summary>
    public static ReportTable Fit(Trend trend)
    {
        var rows = new List<IReadOnlyList<string>> { Row("slope per doubling", trend.Fit.Slope) };
        if (trend.Fit.Quadratic is { } bend)
            rows.Add(Row("bend per doubling, squared", bend));
        if (trend.Curve is { } curve)
            rows.Add(Row("exponent of the power law", curve.Exponent));
        rows.Add(["order alone (Page's L)", InWords.Number(trend.Fit.Page.L, 0), None, P(trend.Fit.Page.P)]);
        return new($"The trend along {trend.Factor.Name}.", ["Quantity ", "Value", "Interval", "p"], rows);

        static IReadOnlyList<string> Row(string name, MeanTest test) => [name, .. Test(test), P(test.P)];
    }

    /// <summary>Recall of every class.</summary>
    public static ReportTable Classes(ImageFindings images, IReadOnlyList<string> names) => new(
        "Difference in recall by class, points of the class; p after Benjamini–Hochberg.",
        ["Class ", "Test images", "Difference", "Interval", "p"],
        [.. images.Classes.Select(c => (IReadOnlyList<string>)
            [names[c.Class], Whole(c.Images), .. Test(c.Test), P(c.AdjustedP)])]);

    /// <summary>Runs without a result.</summary>
    public static ReportTable? Missing(StudyAnalysis analysis)
    {
        IReadOnlyList<string>[] rows =
        [
            .. from arm in analysis.Arms
               from score in arm.Missing
               let run = arm.Outcome.Blocks.First(block => block.Seed == score.Block).Run
               select (IReadOnlyList<string>)[arm.Name, InWords.Seed(score.Block), score.Missing!,
                   run is null ? None : Whole(run.Status.Step), run?.Status.Reason ?? None],
        ];
        return rows.Length == 0 ? null : new(
            "Runs that are in no mean and no test.", ["Arm ", "Seed", "What came of it ", "Step", "Why "], rows);
    }

    /// <summary>Which run stands for which arm and seed.</summary>
    public static ReportTable Runs(StudyAnalysis analysis) => new(
        "Every run with its value, the first digits of its id and of the hash of its final weights.",
        ["Arm ", "Seed", InWords.Capitalised(analysis.Metric.Name), "Run ", "Weights "],
        [.. analysis.Rows.SelectMany(arm => arm.Outcome.Blocks.Select((block, i) => (IReadOnlyList<string>)
            [arm.Name, InWords.Seed(block.Seed), Value(arm, i), $"`{Short(block.RunId)}`",
                block.Run?.Result is { } result ? $"`{Short(result.WeightsSha256)}`" : None]))]);

    static string Value(ArmSummary arm, int block) => arm.Scores.Blocks[block].Value is { } value
        ? InWords.Number(value * arm.Metric.Scale, StudyMetric.IsPoints(arm.Metric) ? 2 : 4) : None;

    static IReadOnlyList<IReadOnlyList<string>> Rows(
        StudyAnalysis analysis, Func<ArmSummary, ArmFinding?, IReadOnlyList<string>> row) =>
        [.. analysis.Rows.Select(arm => row(arm, analysis.Findings.FirstOrDefault(f => f.Arm == arm)))];

    static string[] Test(MeanTest test) =>
        [InWords.Signed(test.Mean, Digits(test)), test.BearsInterval ? InWords.Range(test.Interval, Digits(test)) : None];

    static string Mean(ArmSummary arm) => arm.Mean is { } mean
        ? InWords.Number(mean, arm.Decimals) + Below(arm.Test, arm.Decimals, StudyMetric.IsPoints(arm.Metric)) : None;

    static string Difference(ArmFinding finding)
    {
        int decimals = ArmSummary.DecimalsOf(finding.Paired.Metric, finding.Paired.Test);
        return finding.Paired.Mean is { } mean
            ? InWords.Signed(mean, decimals) + Below(finding.Paired.Test, decimals) : None;
    }

    /// <summary>The interval, as the second line of a cell.</summary>
    static string Below(MeanTest? test, int decimals, bool isShare = false)
    {
        if (test is not { BearsInterval: true })
            return "";
        Interval interval = isShare
            ? new(Math.Max(0, test.Interval.Low), Math.Min(100, test.Interval.High), test.Interval.Confidence) : test.Interval;
        return $"\n{InWords.Range(interval, decimals)}";
    }

    static int Digits(MeanTest? test) => InWords.Decimals(test?.Interval.HalfWidth ?? 0);

    static string Quantity(ArmSummary arm, string name) => arm[name] is { } value ? InWords.Plain(value) : None;

    static string Milliseconds(ArmSummary arm) =>
        arm.SecondsPerStep is { } s ? (1000 * s).ToString("#,0.###", CultureInfo.InvariantCulture) : None;

    static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string P(double? p) => p is not { } value || double.IsNaN(value) ? None
        : value < 0.001 ? "< 0.001" : InWords.P(value)["p = ".Length..];

    internal static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
}
