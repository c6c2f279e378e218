using Ceteris.Kernels;
using Ceteris.Statistics;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>What came of a study: shown, and written into its folder.</summary>
static class StudyResults
{
    /// <summary>The study of the store that the user means.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static StudyFolder Find(RunStore store, string? name)
    {
        string[] names = [.. StudyFolder.List(store).Select(folder => folder.Name)];
        if (name is not null && names.Contains(name))
            return StudyFolder.Of(store, name);
        throw new UsageException($"expected a study of the store, got {(name is null ? "none" : $"'{name}'")}"
            + (name is null ? "" : Nearest.Hint(name, names)),
            names.Length == 0 ? $"the store has no study yet; {Invocation.Program} study run NAME makes one"
                : $"there are {string.Join(", ", names)}");
    }

    /// <summary>The files of a study's report.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Report(StudyOutcome outcome, StudyData data) =>
        StudyReport.Files(StudyAnalysis.Of(outcome), data.Test(outcome.Study.Arms[0].Recipe));

    /// <summary>
    /// Prints the verdict and writes the report, unless runs are gone that the report which is there tells of: that one
    /// is kept.
    /// </summary>
    /// <returns>What it was made of, and whether it was written.</returns>
    public static (StudyAnalysis Analysis, bool Written) Write(
        Screen screen, RunStore store, StudyOutcome outcome, StudyData data)
    {
        var folder = StudyFolder.Of(store, outcome.Study.Name);
        StudyAnalysis analysis = StudyAnalysis.Of(outcome);
        int runs = analysis.Arms.Sum(arm => arm.N);
        bool someAreGone = outcome.Arms.Any(arm => arm.Blocks.Any(block => block.Run is null));
        int before = someAreGone && folder.Bytes(StudyReport.Json) is { } json ? StudyReport.RunsOf(json) : 0;
        if (before <= runs)
            folder.Write(StudyReport.Files(analysis, data.Test(outcome.Study.Arms[0].Recipe)));
        screen.Line();
        Show(screen, store, outcome, analysis);
        screen.Line();
        if (before > runs)
        {
            screen.Line($"{screen.Bad("not written:")} the report that is there tells of "
                + $"{Format.Plural(before, "run")}, this would be one of {Format.Count(runs)}");
            screen.Line(screen.Dim($"{Invocation.Program} study run {folder.Name}{Invocation.Store(store.Root)} "
                + $"trains what is not there; to have a report without it, delete "
                + Invocation.PathHere(Path.Combine(folder.Location, StudyReport.Json))));
            return (analysis, false);
        }
        screen.Line($"{screen.Bold(Invocation.PathHere(Path.Combine(folder.Location, "report.html")))}  "
            + screen.Dim("all of it with plots; beside it report.md, report.csv, report.json"));
        return (analysis, true);
    }

    /// <summary>Names the runs that are damaged, and says what to do.</summary>
    public static void WarnOfDamage(Screen screen, RunStore store, StudyOutcome outcome)
    {
        string[] damaged =
        [
            .. outcome.Arms.SelectMany(arm => arm.Blocks.Where(block => block.Damage is not null)
                .Select(block => $"{new StudyTask(arm.Arm, block.Seed)}: {block.Damage}")),
        ];
        if (damaged.Length == 0)
            return;
        foreach (string one in damaged)
            screen.Line($"{screen.Warn("warning:")} damaged, counts as not there: {Format.Plain(one)}");
        screen.Line(screen.Dim(Invocation.Commands(StudyRunner.DamageAdvice, store.Root)));
    }

    /// <summary>The verdict and a table of the arms.</summary>
    public static void Show(Screen screen, RunStore store, StudyOutcome outcome, StudyAnalysis analysis)
    {
        screen.Paragraph(screen.Bold(Format.Plain(analysis.Headline)));
        foreach (string line in analysis.Lines)
        {
            screen.Line();
            screen.Paragraph($"{screen.Pick("·", "-")} {Format.Plain(line)}", 2);
        }
        foreach (string note in analysis.Notes.Concat(LayerNote.Of(outcome) is { } layers ? [layers] : []))
        {
            screen.Line();
            screen.Paragraph(screen.Dim(Format.Plain(Invocation.Commands(note, store.Root))));
        }
        screen.Line();
        Table(screen, analysis);
    }

    /// <summary>
    /// The best arm by its mean over the blocks that all arms have; null with fewer than two arms, or two such blocks.
    /// </summary>
    public static StudyArm? Winner(StudyOutcome outcome)
    {
        ArmScores[] running =
            [.. StudyAnalysis.Of(outcome).Arms.Select(arm => arm.Compared).Where(arm => arm.Present.Count > 0)];
        return running.Length > 1 && BlockTable.Of(running) is { N: >= 2 } table
            ? outcome.Study.Arms.First(arm => arm.Name == SweepWinner.Of(table).Name) : null;
    }

    static void Table(Screen screen, StudyAnalysis analysis)
    {
        Metric metric = analysis.Metric;
        var table = new TextTable(screen, "arm", $" {metric.Name}", " sd", " difference",
            $" {InWords.Confidence(1 - analysis.Look.Alpha)} interval", " runs");
        foreach (ArmSummary arm in analysis.Arms)
        {
            IReadOnlyList<double> present = arm.Scores.Present;
            PairedComparison? pair = analysis.Findings.FirstOrDefault(finding => finding.Arm == arm)?.Paired;
            int places = arm.Decimals, decimals = ArmSummary.DecimalsOf(metric, pair?.Test);
            string runs = present.Count == arm.Scores.Blocks.Count ? $"{present.Count}"
                : $"{present.Count} of {arm.Scores.Blocks.Count}{Missing(arm.Scores)}";
            table.Row(
                Format.Plain(arm.Scores.Name), present.Count == 0 ? "" : InWords.Number(present.Average(), places),
                present.Count < 2 ? "" : InWords.Number(MeanTest.Of([.. present]).StandardDeviation, places),
                pair?.Mean is { } mean ? InWords.Signed(mean, decimals) : "",
                pair?.Test is { BearsInterval: true } test ? InWords.Range(test.Interval, decimals) : "", runs);
        }
        table.Write();
    }

    static string Missing(ArmScores arm) => string.Concat(arm.Blocks.Where(block => block.Missing is not null)
        .GroupBy(block => block.Missing).Select(group => $", {MissingBlock.Counted(group.Count(), group.Key!)}"));
}
