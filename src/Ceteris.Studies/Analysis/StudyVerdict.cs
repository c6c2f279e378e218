using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What a study says, in words that a newcomer understands; the same text for the same numbers.</summary>
/// <param name="Sentences">One paragraph: the answer, the most important sentence first.</param>
/// <param name="Lines">One for each arm but the baseline, if there are several.</param>
/// <param name="Notes">What limits all of it.</param>
public sealed record StudyVerdict(
    IReadOnlyList<string> Sentences, IReadOnlyList<string> Lines, IReadOnlyList<string> Notes)
{
    public string Headline => string.Join(' ', Sentences);

    public static StudyVerdict Of(StudyAnalysis analysis)
    {
        IReadOnlyList<string> lines = analysis.Findings.Count < 2 ? [] : [.. analysis.Findings.Select(f => f.Line)];
        string[] answer = [.. HeadlineOf(analysis)];
        if (analysis.Look.IsEarly && analysis.Findings.Any(f => f.Paired.N > 0))
            answer[0] = $"{analysis.Look.Note} {answer[0]}";
        string[] provisional = analysis.Look is { IsProvisional: true, IsEarly: false } ? [analysis.Look.Note!] : [];
        return new([.. answer, .. ReferenceText.Sentences(analysis), .. provisional], lines, [.. NotesOf(analysis)]);
    }

    /// <summary>Headline, a list of the arms, notes.</summary>
    public override string ToString()
    {
        string list = string.Join('\n', Lines.Select(line => $"- {line}"));
        return string.Join("\n\n", new[] { Headline, list }.Concat(Notes).Where(part => part != ""));
    }

    static IEnumerable<string> HeadlineOf(StudyAnalysis analysis)
    {
        Trend[] trends = [.. analysis.Trends.Where(trend => trend.X.Count > 2)];
        if (analysis.Arms.Count == 1)
            return SpreadText.Sentences(analysis);
        string[] same = [.. analysis.Findings.Where(f => f.Arm.Same is not null).Select(f => f.Text)];
        if (analysis.Findings.All(finding => finding.Paired.N == 0))
            return [.. same, .. NothingToCompare(analysis)];
        if (analysis.Factorial is { } factorial)
        {
            return [.. same, .. FactorialText.Sentences(factorial, analysis),
                .. trends.SelectMany(trend => TrendText.Sentences(trend, analysis))];
        }
        if (trends.Length > 0)
            return [.. same, .. trends.SelectMany(trend => TrendText.Sentences(trend, analysis))];
        return analysis.Findings.Count == 1 ? analysis.Findings[0].Sentences
            : [.. same, .. SeveralArmsText.Sentences(analysis)];
    }

    /// <summary>Why no arm can be compared with the baseline: some diverged always, others are still to run.</summary>
    static IEnumerable<string> NothingToCompare(StudyAnalysis analysis)
    {
        ArmFinding[] own = [.. analysis.Findings.Where(f => f.Arm.Same is null)];
        foreach (string diverged in own.Where(f => f.IsDiverged).Select(f => f.Sentences[0]).Distinct())
            yield return diverged;
        ArmFinding[] open = [.. own.Where(f => !f.IsDiverged)];
        if (open.Length == 0)
            yield break;
        int left = analysis.Arms.Sum(arm => arm.Missing.Count(block => block.Missing == MissingBlock.NotRun));
        int runs = analysis.Arms.Sum(arm => arm.Scores.Blocks.Count);
        string who = open.Length == analysis.Findings.Count ? "No arm has a"
            : $"{InWords.List([.. open.Select(f => f.Arm.Name)])} {(open.Length == 1 ? "has" : "have")} no";
        yield return $"{who} finished seed in common with the baseline"
            + (left == 0 ? "" : FormattableString.Invariant($" yet, as {left} of {runs} runs are still to do"))
            + ": there is nothing to compare.";
    }

    static IEnumerable<string> NotesOf(StudyAnalysis analysis)
    {
        if (analysis.Look is { IsProvisional: false, Note: { } look })
            yield return look;
        if (analysis.Look.AfterLooks is { } seen)
            yield return seen;
        if (analysis.Comparison?.IsScreen == true)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"With {analysis.Findings.Count} comparisons this is a screen: among the claims a few may be false "
                + $"(at most 5 % are expected to be). Put those that matter to a study of their own.");
        }
        if (analysis.Study.Chosen is { } chosen)
        {
            yield return $"{chosen.Arm} was chosen in {chosen.Study} as its best arm, with {chosen.Result}. That number "
                + "flatters it. The one here, on seeds that had no part in choosing it, takes its place: publish that.";
        }
        bool hasClaims = analysis.Findings.Any(f => f.Verdict.Strength == Strength.Claim);
        bool isTrend = analysis.Study.Factors is [{ IsOrdered: true }];
        if (analysis.Winner is { } winner && winner.Name != analysis.Baseline.Name && !isTrend && hasClaims)
        {
            int decimals = InWords.Decimals(winner.ExpectedExcess);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The best of {winner.Arms} arms, {winner.Name}, was chosen for being best: if all were "
                + $"equal, its mean would flatter it by {InWords.Number(winner.ExpectedExcess, decimals)} "
                + $"{analysis.Metric.Unit}. {Fresh(analysis, winner.Name)}");
        }
        if (analysis.Study.Factors.Count > 1 && analysis.Factorial is null
            && analysis.Arms.All(arm => arm.Same is null))
            yield return "Fewer than two seeds are complete in all arms, so effects of factors cannot be told apart "
                + "yet.";
        if (MissingRuns(analysis) is { } missing)
            yield return missing;
    }

    static string Fresh(StudyAnalysis analysis, string winner) =>
        analysis.Study.Confirmed is { } fresh && fresh.Arm == winner
            ? $"Run again on fresh seeds ({fresh.Study}) it has {fresh.Result}: publish that number, not the one here."
            : $"`ceteris study run {analysis.Study.Name} --confirm` runs it again on fresh seeds; publish that number.";

    /// <summary><c>3 of 20 runs have no result: 2 diverged, 1 has not run.</c></summary>
    static string? MissingRuns(StudyAnalysis analysis)
    {
        BlockScore[] missing = [.. analysis.Arms.SelectMany(arm => arm.Missing)];
        int runs = analysis.Arms.Sum(arm => arm.Scores.Blocks.Count);
        if (missing.Length == 0)
            return null;
        string[] reasons = [.. missing.GroupBy(block => block.Missing!).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => MissingBlock.Counted(g.Count(), g.Key))];
        return string.Create(CultureInfo.InvariantCulture,
            $"{missing.Length} of {runs} runs {(missing.Length == 1 ? "has" : "have")} no result: "
                + $"{InWords.List(reasons)}.");
    }
}
