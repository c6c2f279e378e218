using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What others concluded and found, where an answer of several arms has to take it up.</summary>
static class ReferenceText
{
    public static IEnumerable<string> Sentences(StudyAnalysis analysis) => analysis.Reference is not { } reference ? []
        : [.. Contradictions(analysis, reference), .. Confirmed(analysis, reference), .. Beside(analysis, reference),
            .. OfOtherMetric(analysis, reference)];

    /// <summary>Conclusions about the baseline that do not hold here; a single finding says so itself.</summary>
    static IEnumerable<string> Contradictions(StudyAnalysis analysis, StudyReference reference)
    {
        ArmFinding[] against = [.. analysis.Findings.Where(finding => finding.ContradictsReference)];
        if (against.Length == 0 || analysis.Findings.Count == 1)
            yield break;
        string[] claims = [.. against.Select(f => $"{f.Subject.Treatment} "
            + $"({f.Context.Reference!.Claim!.Value.ToString().ToLowerInvariant()} there, {f.Word} here)")];
        yield return $"{Start(reference)} conclusion does not hold for {InWords.List(claims)}{Why(reference)}.";
    }

    /// <summary>Conclusions about the baseline that hold here.</summary>
    static IEnumerable<string> Confirmed(StudyAnalysis analysis, StudyReference reference)
    {
        ArmFinding[] held = [.. analysis.Findings.Where(f => f.Verdict.Strength == Strength.Claim
            && f.Context.Reference?.Claim is { } claim && claim == f.Verdict.Kind
            && claim != VerdictKind.Undecided)];
        if (held.Length > 0 && analysis.Findings.Count > 1)
        {
            yield return $"{Start(reference)} conclusion holds for "
                + InWords.List([.. held.Select(f => $"{f.Subject.Treatment} ({f.Word})")]) + ".";
        }
    }

    /// <summary>Conclusions about an arm against one that is not the baseline.</summary>
    static IEnumerable<string> Beside(StudyAnalysis analysis, StudyReference reference)
    {
        foreach ((string name, StudyClaim claim) in reference.Claims)
        {
            if (claim.Than is null || claim.Than == analysis.Baseline.Name)
                continue;
            ArmSummary arm = analysis.ArmOf(name), other = analysis.ArmOf(claim.Than);
            var verdict = Verdict.Of(PairedComparison.Of(other.Compared, arm.Compared, 1 - analysis.Look.Alpha),
                analysis.Margin, analysis.Look.Alpha);
            if (verdict.Strength != Strength.Claim)
                continue;
            string relation = claim.Kind switch
            {
                VerdictKind.Better => "is better than",
                VerdictKind.Worse => "is worse than",
                _ => "does as well as",
            };
            string so = verdict.Kind == claim.Kind ? "holds"
                : verdict.Kind == VerdictKind.Undecided ? "is neither confirmed nor refuted" : "does not hold";
            MeanTest test = verdict.Comparison.Test!;
            string there = arm.Reference is { } a && other.Reference is { } b
                ? $"{InWords.Signed(a.Mean - b.Mean, Math.Max(a.Decimals, b.Decimals))} there, " : "";
            string here = EffectWords.Effect(test, analysis.Metric.Unit);
            yield return $"{Start(reference)} conclusion that {arm.Name} {relation} {other.Name} {so}: "
                + $"{there}{here} here{(verdict.Kind == claim.Kind ? "" : Why(reference))}.";
        }
    }

    /// <summary>Numbers of another metric are set beside that metric, and said not to be of this one.</summary>
    static IEnumerable<string> OfOtherMetric(StudyAnalysis analysis, StudyReference reference)
    {
        if (reference.Metric is not { } metric || metric == analysis.Study.Metric)
            yield break;
        string there = metric.Title, here = analysis.Metric.Name;
        bool isBetterHigh = analysis.Metric.HigherIsBetter;
        foreach (var same in reference.Values.GroupBy(value => value.Value.ToString()))
        {
            ArmSummary[] arms = [.. same.Select(value => analysis.ArmOf(value.Key)).Where(arm => arm.Mean is not null)];
            if (arms.MaxBy(arm => isBetterHigh ? arm.Mean : -arm.Mean) is not { } best
                || ArmValues.MeanOf(best.Outcome, metric) is not { } learnt)
            {
                continue;
            }
            int decimals = InWords.Decimals(best.Test?.Interval.HalfWidth ?? 0);
            string interval = best.Test is { BearsInterval: true }
                test ? $" ({EffectWords.Interval(test.Interval)})" : "";
            string which = arms.Length > 1 ? ", the best arm," : "";
            yield return $"{Start(reference)} {same.Key}{Percent(metric)} is {there}, not {here}: here "
                + $"{best.Name}{which} has {InWords.Number(learnt, 2)}{Percent(metric)} of the one and "
                + $"{InWords.Number(best.Mean!.Value, decimals)}{Percent(analysis.Study.Metric)} of the other{interval}"
                + Holds(best, learnt, same.First().Value, here, metric, analysis) + ".";
        }

        string Holds(
            ArmSummary arm, double learnt, ReferenceValue value, string name, StudyMetric of, StudyAnalysis all) =>
            arm.Test is not { BearsInterval: true, Interval: var interval } || of.IsLoss != all.Study.Metric.IsLoss ? ""
            : Math.Abs(learnt - value.Mean) > value.Rounding && learnt > value.Mean != isBetterHigh
                && interval.Low > value.Mean != isBetterHigh ? $"; neither comes to it here{Why(reference)}"
            : interval.Reaches(value.Mean, value.Rounding) ? $"; for {name} it is neither confirmed nor refuted"
            : interval.Low > value.Mean == isBetterHigh ? $"; it holds for {name} too"
            : $"; for {name} it does not hold{Why(reference)}";
    }

    static string Percent(StudyMetric metric) => metric.IsLoss ? "" : " %";

    static string Start(StudyReference reference) => $"{InWords.Capitalised(reference.Source)}'s";

    static string Why(StudyReference reference) => reference.Why is null ? "" : $": {reference.Why}";
}
