using System.Globalization;

namespace Ceteris.Statistics;

/// <summary>A verdict in words that a newcomer understands; the same text for the same numbers, everywhere.</summary>
public static class VerdictText
{
    /// <summary>All sentences: the verdict, then what limits it, what it costs, and what others found.</summary>
    public static string Of(Verdict verdict, VerdictSubject subject, VerdictContext? context = null) =>
        string.Join(" ", Sentences(verdict, subject, context));

    /// <summary>The sentences one by one; the first is the verdict.</summary>
    public static IReadOnlyList<string> Sentences(Verdict verdict, VerdictSubject subject, VerdictContext? context = null)
    {
        context ??= new VerdictContext();
        string?[] sentences =
        [
            Headline(verdict, subject), Error(verdict), More(verdict), Missing(verdict), .. Cautions(verdict),
            Costs(verdict, context), NotEqual(context), .. Elsewhere(verdict, context.Reference),
        ];
        return [.. sentences.OfType<string>()];
    }

    /// <summary>The verdict in one sentence.</summary>
    public static string Headline(Verdict verdict, VerdictSubject subject)
    {
        (string treatment, string baseline, string data) = (subject.Treatment, subject.Baseline, subject.Data);
        string start = InWords.Capitalised(treatment);
        string both = InWords.Capitalised($"{treatment} and {baseline}");
        string text = verdict switch
        {
            { Strength: Strength.Nothing } => $"{both} have no finished seed in common on {data}: there is nothing to compare",
            { Strength: Strength.Points } => $"{start} against {baseline} on {data}: {Points(verdict)}",
            { Strength: Strength.Exploratory } => $"Too few seeds to say whether {Does(subject, "helps", "is better than")} on {data}: so far {Numbers(verdict)}",
            { Kind: VerdictKind.Better } => $"{Does(subject with { Treatment = start }, "helps", "is better than")} on {data}: {Numbers(verdict)}",
            { Kind: VerdictKind.Worse } => $"{Does(subject with { Treatment = start }, "hurts", "is worse than")} on {data}: {Numbers(verdict)}",
            { IsNegligible: true } => $"{Does(subject with { Treatment = start }, IsGood(verdict) ? "helps" : "hurts", IsGood(verdict) ? "is better than" : "is worse than")} on {data}, but too little to matter: {Inside(verdict)}",
            { Kind: VerdictKind.Equivalent } when subject.IsAddition => $"{start} makes no difference that matters to {baseline} on {data}: {Inside(verdict)}",
            { Kind: VerdictKind.Equivalent } => $"{both} do equally well on {data}: {Inside(verdict)}",
            _ => $"Whether {Does(subject, "helps", "is better than")} on {data} is undecided: {Numbers(verdict)}",
        };
        return text + ".";
    }

    static string Does(VerdictSubject subject, string verb, string comparison) =>
        $"{subject.Treatment} {(subject.IsAddition ? verb : comparison)} {subject.Baseline}";

    static bool IsGood(Verdict verdict) => verdict.Comparison.Mean > 0 == verdict.Comparison.Metric.HigherIsBetter;

    /// <summary><c>+0.47 points (95 % interval 0.38 to 0.56, 10 seeds, better in 10 of 10)</c>.</summary>
    static string Numbers(Verdict verdict)
    {
        PairedComparison pair = verdict.Comparison;
        MeanTest test = pair.Test!;
        int decimals = InWords.Decimals(test.Interval.HalfWidth);
        bool tellsLosses = pair.Losses > pair.Wins;
        string wins = InvariantText($"{(tellsLosses ? "worse" : "better")} in {(tellsLosses ? pair.Losses : pair.Wins)} of {pair.N}");
        return $"{Size(verdict, decimals)} ({Interval(test, test.Interval, decimals)}{InWords.Seeds(pair.N)}, {wins})";
    }

    /// <summary><c>0.00 points, inside ±0.10 (90 % interval −0.03 to 0.03, 8 seeds)</c>.</summary>
    static string Inside(Verdict verdict)
    {
        MeanTest test = verdict.Comparison.Test!;
        Interval interval = verdict.Equivalence!.Interval;
        int decimals = InWords.Decimals(interval.HalfWidth);
        string margin = InWords.Number(verdict.Margin!.Value, InWords.Decimals(verdict.Margin.Value));
        return $"{Size(verdict, decimals)}, inside ±{margin} ({Interval(test, interval, decimals)}{InWords.Seeds(verdict.Comparison.N)})";
    }

    static string Interval(MeanTest test, Interval interval, int decimals) => !test.HasSpread ? ""
        : $"{InWords.Confidence(interval.Confidence)} interval {InWords.Range(interval, decimals)}, ";

    static string Size(Verdict verdict, int decimals) =>
        $"{InWords.Signed(verdict.Comparison.Mean!.Value, decimals)} {verdict.Comparison.Metric.Unit}";

    /// <summary><c>+0.30 and −0.10 points in 2 seeds, which are points and no test</c>.</summary>
    static string Points(Verdict verdict)
    {
        PairedComparison pair = verdict.Comparison;
        string[] points = [.. pair.Blocks.Select(block => InWords.Signed(block.Difference, 2))];
        string what = pair.N == 1 ? "a single point" : "two points";
        return $"{InWords.List(points)} {pair.Metric.Unit} in {InWords.Seeds(pair.N)}: {what}, and no test";
    }

    static string? Error(Verdict verdict) =>
        verdict.Kind is VerdictKind.Better or VerdictKind.Worse && verdict.Comparison.Metric.IsCount
            && verdict.Comparison.ErrorRatio is { } ratio ? InWords.ErrorChange(ratio.Ratio) + "." : null;

    static string? More(Verdict verdict) => verdict switch
    {
        { Kind: not VerdictKind.Undecided } => null,
        { Strength: Strength.Nothing or Strength.Points, MoreSeeds: { } more } =>
            $"{InWords.Seeds(more, "more ")} are the least for a claim.",
        { MoreSeeds: > 1000 } => "More than 1,000 more seeds would be needed to decide.",
        { MoreSeeds: { } more } => $"About {InWords.Seeds(InWords.RoundUp(more), "more ")} would decide.",
        { Margin: null } =>
            "More seeds would hardly decide: that a difference is too small to matter can only be shown with a margin.",
        _ => "More seeds would hardly decide: the difference is about as large as the margin.",
    };

    /// <summary><c>2 of 10 seeds are not in these numbers: SK diverged (seeds 3 and 7).</c></summary>
    static string? Missing(Verdict verdict)
    {
        IReadOnlyList<MissingBlock> missing = verdict.Comparison.Missing;
        if (missing.Count == 0)
            return null;
        int blocks = missing.Select(m => m.Block).Distinct().Count(), all = blocks + verdict.Comparison.N;
        IEnumerable<string> reasons = missing.GroupBy(m => (m.Arm, m.Reason)).Select(group => InvariantText(
            $"{group.Key.Arm} {group.Key.Reason} (seed{(group.Count() == 1 ? "" : "s")} {InWords.List([.. group.Select(m => m.Block.ToString(CultureInfo.InvariantCulture))])})"));
        return InvariantText(
            $"{blocks} of {InWords.Seeds(all)} {(blocks == 1 ? "is" : "are")} not in these numbers: {string.Join("; ", reasons)}.");
    }

    static IEnumerable<string?> Cautions(Verdict verdict)
    {
        if (verdict.Comparison.Test is not { } test || verdict.Strength < Strength.Exploratory)
            yield break;
        double flip = verdict.Comparison.SignFlipP!.Value;
        if (verdict.Comparison.IsIdentical)
            yield return "The two agreed in every seed: are they one configuration?";
        else if (!test.HasSpread)
            yield return $"Every seed gave the same difference, so its spread is unknown and the sign-flip test decides ({InWords.P(flip)}).";
        else if (verdict.Kind is VerdictKind.Better or VerdictKind.Worse && test.N > LeastForSignFlip && flip >= verdict.Alpha)
            yield return $"The sign-flip test, which assumes no distribution, is less sure ({InWords.P(flip)}).";
        if (verdict.P < verdict.Alpha && verdict.AdjustedP >= verdict.Alpha && verdict.Strength == Strength.Claim)
            yield return $"By itself {InWords.P(verdict.P.Value)}, but allowing for the other comparisons {InWords.P(verdict.AdjustedP.Value)}.";
    }

    /// <summary>With five seeds the sign-flip test cannot reach 0.05, whatever they say.</summary>
    const int LeastForSignFlip = 5;

    static string? Costs(Verdict verdict, VerdictContext context)
    {
        if (verdict.Strength < Strength.Exploratory)
            return null;
        var costs = new List<string>();
        if (context.Time is { } time)
        {
            costs.Add(time.Interval.Contains(1) ? $"about the same {context.TimeName}"
                : InWords.Change(time.Ratio, context.TimeName, "less"));
        }
        costs.AddRange(context.Confounds.Where(row => row.IsCost && row.Differs && row.Ratio is not null)
            .Select(row => InWords.Change(row.Ratio!.Value, row.Name)));
        return costs.Count == 0 ? null : $"It costs {InWords.List(costs)}.";
    }

    static string? NotEqual(VerdictContext context)
    {
        string[] serious = [.. context.Confounds.Where(row => row.IsSerious).Select(Told)];
        return serious.Length == 0 ? null
            : $"Not all else is equal: {InWords.List(serious)}; part of the difference may be due to that.";
    }

    static string Told(ConfoundRow row)
    {
        string change = row.Ratio is { } ratio
            ? InvariantText($" ({(ratio > 1 ? "+" : "−")}{InWords.Percent(Math.Abs(ratio - 1))})") : "";
        return $"{row.Name} {Plain(row.Baseline)} against {Plain(row.Treatment)}{change}";
    }

    static string Plain(double? value) => value is null ? "none"
        : value.Value.ToString("#,0.######", CultureInfo.InvariantCulture);

    static IEnumerable<string?> Elsewhere(Verdict verdict, Reference? reference)
    {
        if (reference is null || verdict.Comparison.Test is not { HasSpread: true } test)
            yield break;
        bool isInside = test.Interval.Contains(reference.Effect);
        bool holds = reference.Claim is null || reference.Claim == verdict.Kind;
        bool open = verdict.Kind == VerdictKind.Undecided;
        string why = reference.Why is null ? "" : $": {reference.Why}";
        bool tellsLater = !holds && !open;
        string effect = InWords.Signed(reference.Effect, 2);
        yield return $"{InWords.Capitalised(reference.Source)}'s {effect} is {(isInside ? "inside" : "outside")} the interval{(isInside || tellsLater ? "" : why)}.";
        if (!holds)
            yield return open ? "Its conclusion is neither confirmed nor refuted." : $"Its conclusion does not hold here{why}.";
    }

    static string InvariantText(FormattableString text) => FormattableString.Invariant(text);
}
