using Ceteris.Data;
using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// What a study says: a function of its outcome alone, to the bit and to the letter, whatever the order of blocks, the
/// clock or the culture.
/// </summary>
public sealed record StudyAnalysis
{
    readonly Lazy<StudyVerdict> text;

    StudyAnalysis() => text = new(() => StudyVerdict.Of(this));

    /// <summary>Arms in the order of the study, blocks in that of their seeds.</summary>
    public required StudyOutcome Outcome { get; init; }

    public Study Study => Outcome.Study;

    public required Metric Metric { get; init; }

    /// <summary>What was published for these data; null if nothing was.</summary>
    public required StudyReference? Reference { get; init; }

    /// <summary>The largest difference that does not matter, in the unit of the metric; null if none was
    /// declared.</summary>
    public required double? Margin { get; init; }

    public required StudyLook Look { get; init; }

    /// <summary>The baseline first.</summary>
    public required IReadOnlyList<ArmSummary> Arms { get; init; }

    public ArmSummary Baseline => Arms[0];

    /// <summary>All arms against the baseline; null with one arm.</summary>
    public required ArmsComparison? Comparison { get; init; }

    /// <summary>Every arm but the baseline, in the order of <see cref="Arms"/>.</summary>
    public required IReadOnlyList<ArmFinding> Findings { get; init; }

    /// <summary>Effects of two factors or more; null with fewer, or with fewer than two complete blocks.</summary>
    public required Factorial? Factorial { get; init; }

    /// <summary>One for each ordered factor that has two complete blocks.</summary>
    public required IReadOnlyList<Trend> Trends { get; init; }

    /// <summary>Of a study of one arm.</summary>
    public required Spread? Spread { get; init; }

    /// <summary>The best of three arms or more, which looks better than it is.</summary>
    public required SweepWinner? Winner { get; init; }

    /// <summary>
    /// As tables have them: where a factor is ordered, the baseline stands in its place among the others.
    /// </summary>
    public IReadOnlyList<ArmSummary> Rows => !Study.Factors.Any(factor => factor.IsOrdered) ? Arms
        : [.. Arms.OrderBy(arm => arm.Outcome.Arm.Levels.Select((level, i) => (level, Study.Factors[i].Levels.Count))
            .Aggregate(0, (at, one) => at * one.Count + one.level))];

    internal ArmSummary ArmOf(string name) => Arms.First(arm => arm.Name == name);

    /// <summary>As readers know it: <c>MNIST</c>.</summary>
    public string DataName => NameOf(Outcome.Baseline.Arm.Recipe.TestData);

    /// <summary>
    /// The finding that figures of a single contrast show: what helps most, else what hurts most, else what differs
    /// most.
    /// </summary>
    public ArmFinding? Main => Findings.Where(f => f.Paired.N > 0)
        .OrderBy(f => f.Verdict.Kind switch { VerdictKind.Better => 0, VerdictKind.Worse => 1, _ => 2 })
        .ThenByDescending(f => Math.Abs(f.Paired.Mean!.Value)).FirstOrDefault();

    /// <summary>The answer, the most important sentence first.</summary>
    public IReadOnlyList<string> Sentences => text.Value.Sentences;

    /// <summary>One paragraph: the answer.</summary>
    public string Headline => text.Value.Headline;

    /// <summary>One for each arm but the baseline, if there are several.</summary>
    public IReadOnlyList<string> Lines => text.Value.Lines;

    /// <summary>What limits all of it: looks, screens, the winner's curse.</summary>
    public IReadOnlyList<string> Notes => text.Value.Notes;

    /// <summary>All of it as the command prints it.</summary>
    public string Verdict => text.Value.ToString();

    /// <exception cref="ArgumentException">Arms that are not those of the study.</exception>
    public static StudyAnalysis Of(StudyOutcome outcome)
    {
        outcome = Ordered(outcome);
        Study study = outcome.Study;
        Metric metric = ArmValues.MetricOf(outcome);
        StudyReference? reference = ReferenceFor(outcome);
        IReadOnlyDictionary<string, ReferenceValue> published =
            reference is { } r && (r.Metric ?? study.Metric) == study.Metric ? r.Values
            : new Dictionary<string, ReferenceValue>();
        ArmSummary[] arms =
        [
            .. outcome.Arms.Select((arm, i) => new ArmSummary(arm, ArmValues.ScoresOf(arm, study.Metric, metric))
            {
                Reference = published.TryGetValue(arm.Name, out ReferenceValue? value) ? value : null,
                Same = SameWeights.Of(arm, outcome.Arms.Take(i)),
            }),
        ];
        double? margin = study.Margin ?? (study.SuggestsMargin && arms[0].Error is { } error
            ? Equivalence.SuggestedMargin(Math.Clamp(error, 0, 100)) : null);
        var look = StudyLook.Of(study, EndedBlocks(outcome),
            outcome.Arms.Any(arm => arm.Blocks.Any(block => block.Missing == MissingBlock.NotRun)));
        ArmScores[] scores = [.. arms.Select(arm => arm.Compared)];
        ArmsComparison? comparison = arms.Length < 2 ? null : ArmsComparison.WithControl(scores, 1 - look.Alpha);
        ArmScores[] running = [.. scores.Where(arm => arm.Present.Count > 0)];
        BlockTable? table = running.Length < 2 ? null : BlockTable.Of(running);
        ArmFinding[] findings =
        [
            .. arms.Skip(1).Select((arm, i) => FindingOf(
                outcome, arms[0], arm, comparison!.Contrasts[i], margin, look, reference)),
        ];
        return new()
        {
            Outcome = outcome,
            Reference = reference,
            Metric = metric,
            Margin = margin,
            Look = look,
            Arms = arms,
            Comparison = comparison,
            Findings = findings,
            Factorial = StudyFactors.Factorial(study, arms, 1 - look.Alpha),
            Trends = StudyFactors.Trends(study, arms, 1 - look.Alpha),
            Spread = arms.Length == 1 ? Spread.Of(arms[0]) : null,
            Winner = running.Length > 2 && table!.N >= 2 ? SweepWinner.Of(table) : null,
        };
    }

    /// <summary>As readers know a data set: <c>MNIST</c> for <c>mnist</c>.</summary>
    internal static string NameOf(string dataSet) =>
        DataSets.All.FirstOrDefault(set => set.Name == dataSet)?.Title.Split(':') is [var name, _] ? name : dataSet;

    static StudyOutcome Ordered(StudyOutcome outcome)
    {
        IReadOnlyList<StudyArm> expected = outcome.Study.Arms;
        string[] names = [.. expected.Select(arm => arm.Name)], got = [.. outcome.Arms.Select(arm => arm.Name)];
        if (!names.Order(StringComparer.Ordinal).SequenceEqual(got.Order(StringComparer.Ordinal)))
        {
            throw new ArgumentException(
                $"expected the arms {string.Join(", ", names)}, got {string.Join(", ", got)}", nameof(outcome));
        }
        return outcome with
        {
            Arms = [.. names.Select(name => outcome.Arms.First(arm => arm.Name == name))
                .Select(arm => arm with { Blocks = [.. arm.Blocks.OrderBy(block => block.Seed)] })],
        };
    }

    static int EndedBlocks(StudyOutcome outcome) => outcome.Baseline.Blocks.Count(block => outcome.Arms.All(
        arm => arm.Blocks.Any(b => b.Seed == block.Seed
            && b.Run?.Status.State is RunState.Completed or RunState.Failed)));

    /// <summary>Null where what was published is of other data.</summary>
    static StudyReference? ReferenceFor(StudyOutcome outcome)
    {
        string data = outcome.Baseline.Arm.Recipe.Data.Name;
        return outcome.Study.Reference is { } reference && (string.IsNullOrWhiteSpace(reference.Data)
            || reference.Data.Split(',', StringSplitOptions.TrimEntries).Contains(data)) ? reference : null;
    }

    static ArmFinding FindingOf(
        StudyOutcome outcome, ArmSummary baseline, ArmSummary arm, ArmsContrast contrast, double? margin,
        StudyLook look, StudyReference? reference)
    {
        Verdict verdict = Statistics.Verdict.Of(contrast.Paired, margin, look.Alpha, contrast.AdjustedP);
        Reference? published = arm.Reference is { } there && baseline.Reference is { } here
            ? new(there.Mean - here.Mean, Claim(reference!, arm.Name, baseline.Name), reference!.Why, reference.Source,
                there.Rounding + here.Rounding, Math.Max(there.Decimals, here.Decimals))
            : null;
        string[] known = [.. baseline.Quantities.Select(q => q.Name).Intersect(arm.Quantities.Select(q => q.Name))];
        var context = new VerdictContext
        {
            Confounds = Confounds.Between(
                [.. baseline.Quantities.Where(q => known.Contains(q.Name))],
                [.. arm.Quantities.Where(q => known.Contains(q.Name))],
                [.. outcome.Study.Varies, .. Declared(baseline.Outcome.Arm.Recipe, arm.Outcome.Arm.Recipe)]),
            Time = ArmQuantities.Ratio(baseline.Outcome, arm.Outcome, outcome.TimesAreAlone),
            Reference = published,
            ShowsAlwaysValid = look.ShowsAlwaysValid,
        };
        return new(
            arm, contrast, verdict, SubjectOf(outcome, arm), context,
            arm.Same is null ? ImageFindings.Of(baseline.Outcome, arm.Outcome, 1 - look.Alpha) : null);
    }

    /// <summary>An arm that sets the rate or the batch varies their product on purpose.</summary>
    static IEnumerable<string> Declared(Recipe baseline, Recipe arm) =>
        baseline["lr"] != arm["lr"] || baseline["batch"] != arm["batch"] ? [ArmQuantities.RateTimesBatch] : [];

    static VerdictKind? Claim(StudyReference reference, string arm, string baseline) =>
        reference.Claims.TryGetValue(arm, out StudyClaim? claim) && (claim.Than ?? baseline) == baseline
            ? claim.Kind : null;

    /// <summary>An arm that differs only by things that are done to the baseline is an addition to it.</summary>
    static VerdictSubject SubjectOf(StudyOutcome outcome, ArmSummary arm)
    {
        Study study = outcome.Study;
        (StudyFactor Factor, string Level)[] changed =
        [
            .. study.Factors.Select((factor, i) => (factor, Index: arm.Outcome.Arm.Levels[i]))
                .Where(f => f.Index != f.factor.Baseline)
                .Select(f => (f.factor, f.factor.Levels[f.Index].Name)),
        ];
        bool isAddition = changed.Length > 0 && changed.All(c => c.Level == StudyFactor.With);
        string treatment = isAddition ? string.Join(" + ", changed.Select(c => c.Factor.Name)) : arm.Name;
        return new(treatment, study.BaselineName, NameOf(outcome.Baseline.Arm.Recipe.TestData), isAddition);
    }
}
