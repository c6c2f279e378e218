using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The figures of a report.</summary>
static class ReportFigures
{
    /// <summary>Curves of more arms cannot be told apart by colour.</summary>
    const int MostCurves = 6;

    /// <summary>
    /// Each arm's difference to the baseline; with one arm its values themselves. Null where there is nothing to draw.
    /// </summary>
    public static ReportFigure? Effects(StudyAnalysis analysis) =>
        analysis.Findings.Any(f => f.Paired.N > 0) ? Differences(analysis)
            : analysis.Findings.Count == 0 && analysis.Baseline.N > 0 ? Values(analysis) : null;

    static ReportFigure Differences(StudyAnalysis analysis)
    {
        Metric metric = analysis.Metric;
        string source = analysis.Reference?.Source ?? "";
        EffectRow[] rows =
        [
            .. analysis.Findings.Select(f => new EffectRow(
                f.Arm.Name, [.. f.Paired.Blocks.Select(b => (InWords.Seed(b.Block), b.Difference))], f.Paired.Mean,
                f.Paired.Test is { BearsInterval: true } test ? test.Interval : null,
                f.Context.Reference is { } r ? [r.Effect] : [],
                Numbers(f.Paired.Mean, f.Paired.Test), f.Word, ReportStyle.SeriesOf(f.Word))),
        ];
        string margin = analysis.Margin is { } m ? $"±{InWords.Number(m, InWords.Decimals(m))}: does not matter" : "";
        var axis = new EffectAxis(
            $"difference to {analysis.Baseline.Name} in {metric.Name}, {metric.Unit}", true,
            analysis.Margin is { } band ? (-band, band) : null, margin, metric.HigherIsBetter ? "← worse" : "← better",
            metric.HigherIsBetter ? "better →" : "worse →", source);
        string interval = rows.Any(row => row.Interval is not null)
            ? $" and {InWords.Confidence(1 - analysis.Look.Alpha)} interval" : "";
        string caption = $"How far each arm is from the baseline: mean{interval}, and below it every seed."
            + (analysis.Margin is null ? "" : " Differences within the shaded margin do not matter.")
            + (rows.Any(r => r.References.Count > 0) ? $" Diamonds: {source}." : "");
        return new(caption, width => EffectPlot.Draw(rows, axis, "Effects", width),
            ReportNumbers.Seeds(analysis));
    }

    static ReportFigure Values(StudyAnalysis analysis)
    {
        ArmSummary arm = analysis.Baseline;
        bool isPoints = StudyMetric.IsPoints(arm.Metric);
        (double, double)? band = analysis.Spread is { NoiseFloor: { } floor } spread
            ? (spread.Test.Mean - 2 * floor, spread.Test.Mean + 2 * floor) : null;
        var row = new EffectRow(
            arm.Name, [.. arm.Scores.Blocks.Where(b => b.Value is not null)
                .Select(b => (InWords.Seed(b.Block), b.Value!.Value * arm.Metric.Scale))],
            arm.Mean, arm.Test is { BearsInterval: true } test ? test.Interval : null,
            [.. arm.Reference?.Runs.Select(run => (double)run) ?? []],
            arm.Test is { } t ? InWords.Number(t.Mean, InWords.Decimals(t.Interval.HalfWidth)) : "", "", 0);
        var axis = new EffectAxis(
            $"{arm.Metric.Name}{(isPoints ? ", %" : "")}", false, band, "± 2 noise floors", "", "",
            analysis.Reference?.Source ?? "");
        string caption = $"Every run, and their mean{(row.Interval is null ? "" : " with its 95 % interval")}."
            + (band is null ? "" : " Shaded: how far single runs would scatter if only the choice of test images "
            + "mattered.");
        return new(caption, width => EffectPlot.Draw([row], axis, "Single runs", width),
            ReportNumbers.Seeds(analysis));
    }

    /// <summary>Errors or losses over epochs.</summary>
    public static ReportFigure? Curves(StudyAnalysis analysis)
    {
        bool isLoss = analysis.Study.Metric.IsLoss;
        ArmSummary[] shown = [.. Shown(analysis)];
        string what = isLoss ? "loss" : "error, %";
        (string Title, Func<EpochRecord, Tally?> Of)[] measured =
            [($"Test {what}", epoch => epoch.Test), ($"Training {what}", epoch => epoch.Train)];
        measured = [.. measured.Where(m => analysis.Arms.Any(arm => EpochValues.Of(arm, isLoss, m.Of).Count > 0))];
        // a single epoch is a point: the table of the arms has it
        if (!analysis.Arms.Any(arm => measured.Any(m => EpochValues.Of(arm, isLoss, m.Of).Count > 1)))
            return null;
        CurvesPanel[] panels = [.. measured.Select(m => new CurvesPanel(m.Title, [.. shown.Select(
            (arm, i) => new BandCurve(NameBeside(arm, analysis), PlotStyle.OfArm(i),
                [.. EpochValues.Of(arm, isLoss, m.Of)
                    .Select(e => ((double)e.Epoch, e.Values.Min(), e.Mean, e.Values.Max()))]))]))];
        ReportTable[] numbers = [.. measured.Select(m => ReportNumbers.Curves(
            m.Title, [.. analysis.Rows.Select(arm => (arm.Name, EpochValues.Of(arm, isLoss, m.Of)))], isLoss ? 4 : 2))];
        string values = analysis.Study.Factors is [{ } f] && (f.IsOrdered || f.Key is not null)
            ? $" Lines are named by {f.Name}; the baseline, {analysis.Baseline.Name}, is grey." : "";
        string[] others = [.. analysis.Arms.Except(shown).Where(arm => arm.N > 0).Select(arm => arm.Name)];
        string some = others.Length == 0 ? "" : $" Shown are {shown.Length} of {analysis.Arms.Count} arms; left out, "
            + $"as nearest to the baseline: {InWords.List(others)}.";
        return new(
            "Line: mean over seeds. Band: from the least to the largest seed. Training is measured on the images of an "
            + $"epoch while they are learnt, with dropout and batch statistics where a network has them.{values}{some}",
            width => StudyCurvesPlot.Draw(panels, "Learning curves", width), numbers);
    }

    /// <summary>
    /// What tells an arm from those beside it: <c>+ batch norm</c>, where all others are additions to the baseline; the
    /// level of a single factor of values.
    /// </summary>
    static string NameBeside(ArmSummary arm, StudyAnalysis analysis)
    {
        string name = arm.Name, baseline = analysis.Baseline.Name;
        return analysis.Study.Factors is [{ } factor] && (factor.IsOrdered || factor.Key is not null)
            ? factor.Levels[arm.Outcome.Arm.Levels[0]].Name
            : analysis.Findings.Any(f => !IsAdded(f.Arm.Name)) || name == baseline ? name
            : name[(baseline.Length + (name[baseline.Length] == ',' ? 2 : 1))..];

        bool IsAdded(string other) => other.StartsWith(baseline + " + ", StringComparison.Ordinal)
            || other.StartsWith(baseline + ", ", StringComparison.Ordinal);
    }

    /// <summary>The baseline, and of too many arms those furthest from it.</summary>
    static IEnumerable<ArmSummary> Shown(StudyAnalysis analysis)
    {
        HashSet<string> names =
        [
            .. analysis.Findings.OrderByDescending(f => Math.Abs(f.Paired.Mean ?? 0)).Take(MostCurves - 1)
                .Select(f => f.Arm.Name),
        ];
        return analysis.Arms.Where(arm => arm == analysis.Baseline || names.Contains(arm.Name));
    }

    /// <summary>The first two factors, the others as in the baseline.</summary>
    public static ReportFigure Interaction(StudyAnalysis analysis)
    {
        StudyFactor across = analysis.Study.Factors[0], lines = analysis.Study.Factors[1];
        InteractionLine[] drawn =
        [
            .. lines.Levels.Select((level, l) => new InteractionLine(Words(lines, level),
                [.. across.Levels.Select((_, a) => Cell(StudyFactors.Find(analysis.Arms,
                    [a, l, .. analysis.Study.Factors.Skip(2).Select(factor => factor.Baseline)])))])),
        ];
        string[] places = [.. across.Levels.Select(level => Words(across, level))];
        string unit = StudyMetric.IsPoints(analysis.Metric) ? ", %" : "";
        string title = $"{InWords.Capitalised(analysis.Metric.Name)}{unit}";
        string xTitle = places.All(place => place.Contains(across.Name)) ? "" : across.Name;
        string others = analysis.Study.Factors.Count > 2 ? " Other factors are as in the baseline." : "";
        return new(
            $"Parallel lines would mean that {across.Name} and {lines.Name} do not depend on each other. Dots: means "
            + $"with 95 % intervals; faint lines: single seeds.{others}",
            width => InteractionPlot.Draw(drawn, places, title, xTitle, width),
            ReportNumbers.Interaction(drawn, places, title));

        static InteractionCell Cell(ArmSummary arm) => new(
            arm.Mean, arm.Test is { BearsInterval: true } test ? test.Interval : null,
            arm.Scores.Blocks.Where(b => b.Value is not null)
                .ToDictionary(b => b.Block, b => b.Value!.Value * arm.Metric.Scale));
    }

    /// <summary><c>with batch norm</c>, <c>width 2</c>.</summary>
    static string Words(StudyFactor factor, StudyLevel level) => level.Name is StudyFactor.With or StudyFactor.Without
        ? $"{level.Name} {factor.Name}" : factor.Key is null && !factor.IsOrdered ? level.Name
            : $"{factor.Name} {level.Name}";

    /// <summary>The metric, or the error for a learning curve, along an ordered factor.</summary>
    public static ReportFigure Along(Trend trend, StudyAnalysis analysis)
    {
        Metric metric = analysis.Metric;
        bool isPoints = StudyMetric.IsPoints(metric), isError = trend.Curve is not null && isPoints;
        TrendPoint[] points = [.. trend.Arms.Select((arm, i) => Point(trend.X[i], arm, isError))];
        string factor = trend.Factor.Name, unit = isPoints ? ", %" : "";
        string name = isError ? $"Error (100 − {metric.Name})" : InWords.Capitalised(metric.Name);
        bool isLogarithmic = trend.Curve is not null;
        var look = new TrendLook(
            $"{name}{unit}", factor, isLogarithmic,
            trend.Curve is { } curve ? curve.Law.At : trend.Parabola(),
            isLogarithmic ? "power law" : $"parabola in log₂ {factor}",
            trend.Curve?.Hidden is { } hidden ? (hidden.Size, hidden.Predicted) : null,
            analysis.Reference?.Source ?? "");
        string fit = look.Fit is null ? "" : isLogarithmic ? " Dashed: the power law fitted to all sizes."
            : $" Dashed: the {look.FitText} fitted to all values.";
        string foretold = look.Foretold is not { } f ? ""
            : $" Open circle: what the power law of the smaller sizes foretells of {TrendText.Number(f.X)}.";
        string scales = isLogarithmic ? "both on a log scale" : "log scale";
        string caption = $"{name}{(isPoints ? " in %" : "")} against {factor} ({scales}): means with 95 % intervals, "
            + $"and beside them every seed.{fit}{foretold}"
            + (trend.Arms.Any(arm => arm.Reference is not null) ? $" Diamonds: {look.Reference}." : "");
        return new(caption, width => TrendPlot.Draw(points, look, $"Trend along {factor}", width),
            ReportNumbers.Along(points, look));
    }

    static TrendPoint Point(double x, ArmSummary arm, bool isError)
    {
        double Of(double value) => isError ? 100 - value : value;
        Interval? interval = arm.Test is { BearsInterval: true } test ? test.Interval : null;
        return new(
            x, [.. arm.Scores.Blocks.Where(b => b.Value is not null)
                .Select(b => (InWords.Seed(b.Block), Of(b.Value!.Value * arm.Metric.Scale)))],
            arm.Mean is { } mean ? Of(mean) : null,
            interval is { } i ? isError ? new(100 - i.High, 100 - i.Low, i.Confidence) : i : null,
            arm.Reference is { } reference ? Of(reference.Mean) : null);
    }

    /// <summary>Which errors an arm makes more or less often, as means over seeds.</summary>
    public static ReportFigure Confusion(ImageFindings images, IReadOnlyList<string> names, string pair)
    {
        int seeds = images.Seeds.Count;
        double[][] change =
            [.. images.Change.Select(row => row.Select(count => (double)count / seeds).ToArray())];
        string mean = seeds == 1 ? "of 1 seed" : $"mean over {InWords.Seeds(seeds)}";
        return new(
            $"Confusion matrix of {pair}, {mean}: in how many more (+) or fewer (−) cases an image of the true class "
            + "(row) was given a class (column). Colour says whether that is better or worse, not the sign: on the "
            + "framed diagonal, what is right, more is better; beside it, what is mistaken, less is. The diagonal has "
            + "a scale of its own.",
            width => ConfusionChangePlot.Draw(change, names, "Change of the confusion matrix", width),
            ReportNumbers.Confusion(change, names));
    }

    /// <summary>Recall of every class.</summary>
    public static ReportFigure Classes(ImageFindings images, IReadOnlyList<string> names)
    {
        EffectRow[] rows =
        [
            .. images.Classes.Select(c => new EffectRow(
                names[c.Class], [], c.Test.Mean, c.Test.BearsInterval ? c.Test.Interval : null, [],
                Numbers(c.Test.Mean, c.Test), c.AdjustedP < StudyLook.Usual ? c.Test.Mean > 0 ? "better" : "worse" : "",
                c.AdjustedP < StudyLook.Usual ? c.Test.Mean > 0 ? 0 : 1 : PlotStyle.Grey)),
        ];
        string interval = rows.Any(row => row.Interval is not null) ? " with its 95 % interval" : "";
        var axis = new EffectAxis("difference in recall, points of the class", true, null, "", "← worse", "better →",
            "");
        return new(
            $"Which classes gain and lose: difference in recall{interval}. In colour what is shown after "
            + "Benjamini–Hochberg.",
            width => EffectPlot.Draw(rows, axis, "Differences by class", width), ReportTables.Classes(images, names));
    }


    /// <summary><c>+0.47 (0.38 to 0.56)</c>.</summary>
    static string Numbers(double? mean, MeanTest? test)
    {
        if (mean is not { } value)
            return "";
        int decimals = InWords.Decimals(test?.Interval.HalfWidth ?? 0);
        return InWords.Signed(value, decimals)
            + (test is { BearsInterval: true } ? $" ({InWords.Range(test.Interval, decimals)})" : "");
    }
}
