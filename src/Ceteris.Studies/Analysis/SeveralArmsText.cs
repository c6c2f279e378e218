using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>Several arms in one paragraph: what helps most and surely, what hurts, what is undecided.</summary>
static class SeveralArmsText
{
    public static IEnumerable<string> Sentences(StudyAnalysis analysis)
    {
        ArmFinding[] claims = [.. analysis.Findings.Where(f => f.Verdict.Strength == Strength.Claim)];
        ArmFinding[] better = Of(claims, VerdictKind.Better), worse = Of(claims, VerdictKind.Worse);
        ArmFinding[] equivalent = Of(claims, VerdictKind.Equivalent), open = Of(claims, VerdictKind.Undecided);
        ArmFinding[] diverged = [.. analysis.Findings.Where(f => f.IsDiverged)];
        ArmFinding[] own = [.. analysis.Findings.Where(f => f.Arm.Same is null)];
        ArmFinding[] weak = [.. own.Except(claims).Except(diverged)];
        string count = string.Create(CultureInfo.InvariantCulture, $"{own.Length}");
        if (better.Length > 0)
            yield return VerdictText.Headline(better[0].Verdict, better[0].Subject);
        else if (claims.Length > 0)
            yield return $"None of {count} arms is surely better than "
                + $"{analysis.Study.BaselineName} on {analysis.DataName}.";
        if (better.Length > 1)
            yield return $"Better too: {List(better[1..])}.";
        string[] rivals = [.. better.GroupBy(Rivals).Where(group => group.Key.Length > 0).Select(group =>
            $"{InWords.List([.. group.Select(f => f.Subject.Treatment)])} differ{(group.Count() == 1 ? "s" : "")} in "
                + $"{group.Key} too")];
        if (rivals.Length > 0)
            yield return $"Not all else is equal: {string.Join("; ", rivals)}.";
        if (worse.Length > 0)
            yield return $"Worse: {List(worse)}.";
        if (equivalent.Length > 0)
            yield return $"No difference that matters: {List(equivalent)}.";
        if (open.Length > 0)
            yield return $"Undecided: {List(open)}{Seeds(open)}.";
        if (diverged.Length > 0)
            yield return $"Diverged in every seed: {List(diverged)}.";
        if (weak.Length == 0)
            yield break;
        if (claims.Length > 0)
        {
            yield return $"Too few seeds for a claim: {List(weak)}.";
            yield break;
        }
        yield return $"Too few seeds to say anything of the {count} arms surely: "
            + $"{InWords.Seeds(Statistics.Verdict.LeastSeeds)} are the least for a claim.";
        if (weak.Where(f => f.Paired.N > 0).MaxBy(f => Math.Abs(f.Paired.Mean!.Value)) is { } first)
        {
            yield return $"So far {first.Subject.Treatment} is furthest from {analysis.Study.BaselineName}: "
                + $"{InWords.Signed(first.Paired.Mean!.Value, 2)} {analysis.Metric.Unit} in "
                + $"{InWords.Seeds(first.Paired.N)}.";
        }
    }

    /// <summary>What else may be the cause.</summary>
    static string Rivals(ArmFinding finding) =>
        InWords.List([.. finding.Context.Confounds.Where(row => row.IsSerious).Select(row => row.Name)]);

    static ArmFinding[] Of(ArmFinding[] findings, VerdictKind kind) =>
        [.. findings.Where(f => f.Verdict.Kind == kind).OrderByDescending(f => Math.Abs(f.Paired.Mean!.Value))];

    /// <summary><c>batch norm (+0.47 points) and SK (+0.80 points)</c>.</summary>
    static string List(IReadOnlyList<ArmFinding> findings) => InWords.List([.. findings.Select(f =>
        f.Paired.Mean is { } mean
            ? $"{f.Subject.Treatment} "
                + $"({InWords.Signed(mean, InWords.Decimals(f.Paired.Test?.Interval.HalfWidth ?? 0))} "
                + $"{f.Paired.Metric.Unit})"
            : f.Subject.Treatment)]);

    /// <summary>How many more seeds would decide all of them that can be decided.</summary>
    static string Seeds(ArmFinding[] open)
    {
        int most = open.Max(f => f.Verdict.MoreSeeds ?? 0);
        return most is 0 or > 1000 ? "" : $"; about {InWords.Seeds(InWords.RoundUp(most), "more ")} would decide";
    }
}
