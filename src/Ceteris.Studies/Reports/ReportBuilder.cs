using System.Globalization;

using Ceteris.Data;
using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>From an analysis to the sections of its report.</summary>
static class ReportBuilder
{
    public static ReportDocument Of(StudyAnalysis analysis, ImageSet? testImages, bool times)
    {
        ReportSection[] sections =
        [
            Answer(analysis), Effects(analysis), Arms(analysis, times),
            new("curves", "While they learn", ReportFigures.Curves(analysis)),
            .. Factors(analysis),
            Layers(analysis),
            new("equal", "All else equal?", ReportTables.Confounds(analysis)),
            .. Images(analysis, testImages),
            Verify(analysis), Recipes(analysis),
            new("missing", "Runs without a result", ReportTables.Missing(analysis)),
        ];
        return new(
            analysis.Study.Name, analysis.Study.Question, Facts(analysis),
            [.. sections.Where(section => section.Blocks.Any(block => block is not null))]);
    }

    static IReadOnlyList<string> Facts(StudyAnalysis analysis)
    {
        int runs = analysis.Arms.Sum(arm => arm.N);
        RunCertificate? run = analysis.Arms.SelectMany(arm => arm.Outcome.Blocks).Select(b => b.Run)
            .FirstOrDefault(r => r is not null);
        return
        [
            $"{analysis.DataName} ({analysis.Outcome.Baseline.Arm.Recipe["data"]})",
            string.Create(CultureInfo.InvariantCulture,
                $"{analysis.Arms.Count} arm{(analysis.Arms.Count == 1 ? "" : "s")} × "
                    + $"{InWords.Seeds(analysis.Study.Seeds.Count)}"),
            string.Create(CultureInfo.InvariantCulture, $"{runs:N0} completed run{(runs == 1 ? "" : "s")}"),
            $"metric: {analysis.Metric.Name} after the last epoch",
            .. run is null ? [] : (string[])[
                string.Create(CultureInfo.InvariantCulture, $"{run.Data.TestImages:N0} test images"),
                string.Create(CultureInfo.InvariantCulture, $"numerics version {run.NumericsVersion}")],
        ];
    }

    static ReportSection Answer(StudyAnalysis analysis) => new(
        "answer", "The answer",
        [
            new ReportText(analysis.Sentences[0], "lead"),
            analysis.Sentences.Count < 2 ? null : new ReportText(string.Join(' ', analysis.Sentences.Skip(1)), "rest"),
            analysis.Lines.Count == 0 ? null : new ReportList(analysis.Lines),
            .. analysis.Notes.Select(note => new ReportText(note, "note")),
            analysis.Study.About == "" ? null : new ReportText(analysis.Study.About, "note"),
        ]);

    static ReportSection Effects(StudyAnalysis analysis)
    {
        string[] noise = analysis.Findings.Count == 0 || !analysis.Metric.IsCount
            || analysis.Baseline.Error is not { } error
            ? [] : [NoiseText(analysis.Baseline, NoiseFloor.OfTwoRuns(error, analysis.Metric.Images))];
        return new(
            "effects", analysis.Findings.Count > 0 ? "Every seed" : "Every run",
            [ReportFigures.Effects(analysis) ?? (ReportBlock?)Seeds(analysis), .. Notes(noise)]);
    }

    /// <summary>What there is, where nothing can be compared; null before a run has finished.</summary>
    static ReportTable? Seeds(StudyAnalysis analysis) =>
        analysis.Arms.Any(arm => arm.N > 0) ? ReportNumbers.Seeds(analysis) : null;

    /// <summary>What the seeds say themselves, where there are enough; else what the test images alone do.</summary>
    static string NoiseText(ArmSummary baseline, double floor)
    {
        const int LeastSeeds = 3;
        string images = string.Create(CultureInfo.InvariantCulture, $"{baseline.Metric.Images:N0} test images");
        string alone = $"{InWords.Number(floor, InWords.Decimals(floor))} points";
        double apart = Math.Sqrt(2) * (baseline.N < LeastSeeds ? 0 : baseline.Test!.StandardDeviation);
        return "For scale: " + (apart > 0
            ? $"two single runs of {baseline.Name} that differ in the seed alone lie typically "
                + $"{InWords.Number(apart, InWords.Decimals(apart))} points apart (√2 standard deviations of its "
                + $"{InWords.Seeds(baseline.N)}). That there are only {images} would by itself make {alone} (a rule of "
                + "thumb, no test)."
            : $"that there are only {images} lets two single runs that differ in the seed alone lie {alone} apart, "
                + "if not more (a rule of thumb, no test).")
            + " That is why one run of each says little.";
    }

    static ReportSection Arms(StudyAnalysis analysis, bool times)
    {
        ArmsComparison? comparison = analysis.Comparison;
        string? omnibus = analysis.Findings.Count > 1 && comparison?.Omnibus is { } f && double.IsFinite(f.F)
            ? string.Create(CultureInfo.InvariantCulture,
                $"Do the arms differ at all? F({f.NumeratorDegreesOfFreedom * f.Epsilon:0.0}, ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{f.DenominatorDegreesOfFreedom * f.Epsilon:0.0}) = {f.F:0.00}, ε = {f.Epsilon:0.00}, "
                        + $"{InWords.P(f.EpsilonP)}.") + Reconciled(analysis, f)
            : null;
        string? shared = analysis.Outcome.TimesAreAlone || analysis.Arms.All(arm => arm.Seconds is null) ? null
            : times ? "Runs shared the machine, so their seconds (median of a whole run) are no measurement: nothing is "
                + "claimed of time."
            : "Runs shared the machine or the machine was busy, so nothing is said of time: `--parallel 1` on an idle "
                + "one measures it.";
        string? pooled = comparison?.Contrasts.Any(c => c.UsesPooled) == true
            ? "With so few seeds t and p come from a variance pooled over all arms, which assumes that all scatter alike; "
                + "intervals are of each pair by itself."
            : null;
        return new(
            "arms", "The arms",
            [
                ReportTables.Arms(analysis, times), .. Notes(shared), ReportTables.Tests(analysis),
                .. Notes(pooled, omnibus),
            ]);
    }

    /// <summary>Why a comparison is shown where the test of all arms shows nothing; empty where none is.</summary>
    static string Reconciled(StudyAnalysis analysis, RepeatedMeasures omnibus)
    {
        string[] shown =
        [
            .. analysis.Findings.Where(f => f.Verdict.Strength == Strength.Claim
                && f.Verdict.AdjustedP < analysis.Look.Alpha).Select(f => f.Arm.Name),
        ];
        return shown.Length == 0 || omnibus.EpsilonP < analysis.Look.Alpha ? ""
            : $" That is no contradiction to what is shown of {InWords.List(shown)}: one arm against the baseline, "
                + "with allowance for the other comparisons, is another question than any difference among all arms, "
                + "and its test has more power for it.";
    }

    static IEnumerable<ReportBlock> Notes(params IEnumerable<string?> notes) =>
        notes.OfType<string>().Select(note => new ReportText(note, "note"));

    static IEnumerable<ReportSection> Factors(StudyAnalysis analysis)
    {
        if (analysis.Factorial is { } factorial)
        {
            yield return new("factors", "Do the factors depend on each other?", ReportFigures.Interaction(analysis),
                ReportTables.Effects(factorial, analysis), ReportTables.SimpleEffects(factorial, analysis));
        }
        for (int i = 0; i < analysis.Trends.Count; i++)
        {
            Trend trend = analysis.Trends[i];
            yield return new(string.Create(CultureInfo.InvariantCulture, $"trend{i}"), $"Along {trend.Factor.Name}",
                ReportFigures.Along(trend, analysis), ReportTables.Fit(trend), ReportTables.Steps(trend));
        }
    }

    static ReportSection Layers(StudyAnalysis analysis) => new(
        "layers", "Inside the network", [LayerTable.Of(analysis), .. Notes(LayerNote.Of(analysis.Outcome))]);

    static IEnumerable<ReportSection> Images(StudyAnalysis analysis, ImageSet? testImages)
    {
        if (analysis.Main is not { Images: { } images } main)
            yield break;
        IReadOnlyList<string> classes = ClassesOf(analysis, images.Change.Length);
        string pair = $"{main.Arm.Name} less {analysis.Baseline.Name}";
        yield return new("confusion", "Which errors change", ReportFigures.Confusion(images, classes, pair),
            analysis.Findings.Count < 2 ? null : new ReportText(WhyShown(analysis, main), "note"));
        ReportGallery[] flipped = [.. FlippedPictures.Of(main, analysis.Outcome.Baseline, classes, testImages)
            .Where(gallery => gallery.Items.Count > 0)];
        yield return new("flipped", "Images that flipped", [.. flipped]);
        if (images.Classes.Count > 0)
            yield return new("classes", "Class by class", ReportFigures.Classes(images, classes));
    }

    /// <summary>Which of several arms it is that errors and images are shown of.</summary>
    static string WhyShown(StudyAnalysis analysis, ArmFinding main) =>
        string.Create(CultureInfo.InvariantCulture, $"Of {analysis.Findings.Count} arms this is {main.Arm.Name}, ")
            + main.Verdict.Kind switch
            {
                VerdictKind.Better => "which helps most.",
                VerdictKind.Worse => "which hurts most; none is shown to help.",
                _ => "which is furthest from the baseline; none is shown to help or to hurt.",
            };

    /// <summary>The names of the outcome, or numbers if it has too few.</summary>
    static IReadOnlyList<string> ClassesOf(StudyAnalysis analysis, int classes) =>
        analysis.Outcome.Classes.Count >= classes ? analysis.Outcome.Classes
            : [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    static ReportSection Verify(StudyAnalysis analysis)
    {
        string seeds = string.Join(", ", analysis.Study.Seeds);
        string subset = analysis.Study.DrawsSubset ? "; each also draws its training images" : "";
        return new("verify", "Seeds, and how to verify",
            new ReportText($"Blocks are the seeds {seeds}{subset}. A run is a function of its recipe, its data and its "
                + "seed: repeated on any x64 processor and any number of threads, it gives the same bits."),
            new ReportCode($"ceteris verify {analysis.Study.Name}"),
            ReportTables.Runs(analysis));
    }

    static ReportSection Recipes(StudyAnalysis analysis) => new(
        "recipes", "Recipes",
        [
            new ReportText($"The baseline, {analysis.Baseline.Name}, with the first seed:"),
            new ReportCode(analysis.Study.RecipeOf(analysis.Outcome.Baseline.Arm, analysis.Study.Seeds.Min()).Command),
            RecipeDifferences(analysis),
        ]);

    /// <summary>What each arm changes in the recipe of the baseline.</summary>
    static ReportTable? RecipeDifferences(StudyAnalysis analysis)
    {
        Recipe baseline = analysis.Outcome.Baseline.Arm.Recipe;
        IReadOnlyList<string>[] rows =
        [
            .. from arm in analysis.Arms.Skip(1)
               from key in RecipeKeys.All.Select(key => key.Name)
               let before = baseline[key]
               let after = arm.Outcome.Arm.Recipe[key]
               where before != after
               select (IReadOnlyList<string>)[arm.Name, $"`{key}`", Code(before), Code(after)],
        ];
        return rows.Length == 0 ? null
            : new("What each arm changes in it.", ["Arm ", "Key ", "Baseline ", "Arm's value "], rows);
    }

    static string Code(string? value) => value is null ? "has no meaning" : $"`{value}`";
}
