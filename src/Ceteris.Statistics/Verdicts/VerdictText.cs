using System.Globalization;

namespace Ceteris.Statistics;

/// <summary>A verdict in words that a newcomer understands; the same text for the same numbers, everywhere.</summary>
public static class VerdictText
{
    /// <summary>All sentences: the verdict, then what limits it, what it costs, and what others found.</summary>
    public static string Of(Verdict verdict, VerdictSubject subject, VerdictContext? context = null) =>
        string.Join(" ", Sentences(verdict, subject, context));

    /// <summary>The sentences one by one; the first is the verdict.</summary>
    public static IReadOnlyList<string> Sentences(
        Verdict verdict, VerdictSubject subject, VerdictContext? context = null)
    {
        context ??= new VerdictContext();
        string?[] sentences =
        [
            Headline(verdict, subject, context.IsInList), context.ShowsAlwaysValid ? AtAnyLook(verdict) : null,
            Error(verdict), .. Lack(verdict, context.IsInList),
            .. Cautions(verdict),
            .. Costs(verdict, context), verdict.Strength == Strength.Nothing ? null : NotEqual(context),
            .. Elsewhere(verdict, context.Reference),
        ];
        return [.. sentences.OfType<string>()];
    }

    /// <summary>The verdict in one sentence.</summary>
    /// <param name="verdict">The answer.</param>
    /// <param name="subject">Who is compared.</param>
    /// <param name="isInList">Whether it has been said that seeds are too few.</param>
    public static string Headline(Verdict verdict, VerdictSubject subject, bool isInList = false)
    {
        string start = Start(subject, subject.Treatment);
        string both = $"{start} and {subject.Baseline}";
        string text = verdict switch
        {
            { Strength: Strength.Nothing } when AlwaysDiverged(verdict) is { } arm =>
                $"{arm} diverged in {Every(verdict)} on {subject.Data}: it has no result to compare",
            { Strength: Strength.Nothing } =>
                $"{both} have no finished seed in common on {subject.Data}: there is nothing to compare",
            { Strength: Strength.Points } => $"{start} against {subject.Baseline} on {subject.Data}: {Points(verdict)}",
            { Strength: Strength.Exploratory } when isInList =>
                $"{start} against {subject.Baseline} on {subject.Data}, so far: {Numbers(verdict)}",
            { Strength: Strength.Exploratory } =>
                $"Too few seeds to say whether {Claim(subject, true)}: so far {Numbers(verdict)}",
            { Kind: VerdictKind.Better or VerdictKind.Worse } =>
                $"{Start(subject, Claim(subject, IsGood(verdict)))}: {Numbers(verdict)}",
            { IsNegligible: true } =>
                $"{Start(subject, Claim(subject, IsGood(verdict)))}, but too little to matter: {Inside(verdict)}",
            { Kind: VerdictKind.Equivalent } when subject.IsAddition =>
                $"{start} makes no difference that matters to {subject.Baseline} on {subject.Data}: {Inside(verdict)}",
            { Kind: VerdictKind.Equivalent } => $"{both} do equally well on {subject.Data}: {Inside(verdict)}",
            _ => $"Whether {Claim(subject, true)} is undecided: {Numbers(verdict)}",
        };
        return text + ".";
    }

    /// <summary>At the start of a sentence: the name of an arm keeps its spelling.</summary>
    static string Start(VerdictSubject subject, string text) =>
        subject.IsAddition ? InWords.Capitalised(text) : text;

    /// <summary><c>batch norm helps BASE on MNIST</c>, <c>SK is worse than BN on MNIST</c>.</summary>
    static string Claim(VerdictSubject subject, bool isGood)
    {
        string verb = subject.IsAddition ? isGood ? "helps" : "hurts" : isGood ? "is better than" : "is worse than";
        return $"{subject.Treatment} {verb} {subject.Baseline} on {subject.Data}";
    }

    static bool IsGood(Verdict verdict) => verdict.Comparison.Mean > 0 == verdict.Comparison.Metric.HigherIsBetter;

    /// <summary><c>+0.47 points (95 % interval 0.38 to 0.56, 10 seeds, better in 10 of 10)</c>.</summary>
    static string Numbers(Verdict verdict)
    {
        PairedComparison pair = verdict.Comparison;
        MeanTest test = pair.Test!;
        int decimals = InWords.Decimals(test.Interval.HalfWidth);
        (string better, int count) = pair.Losses > pair.Wins ? ("worse", pair.Losses) : ("better", pair.Wins);
        string wins = InvariantText($"{better} in {count} of {pair.N}");
        return $"{Size(verdict, decimals)} ({Interval(test, test.Interval, decimals)}{InWords.Seeds(pair.N)}, {wins})";
    }

    /// <summary><c>0.00 points, inside ±0.10 (90 % interval −0.03 to 0.03, 8 seeds)</c>.</summary>
    static string Inside(Verdict verdict)
    {
        MeanTest test = verdict.Comparison.Test!;
        Interval interval = verdict.Equivalence!.Interval;
        int decimals = InWords.Decimals(interval.HalfWidth);
        string margin = InWords.Number(verdict.Margin!.Value, InWords.Decimals(verdict.Margin.Value));
        string known = Interval(test, interval, decimals) + InWords.Seeds(verdict.Comparison.N);
        return $"{Size(verdict, decimals)}, inside ±{margin} ({known})";
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

    static string? AtAnyLook(Verdict verdict)
    {
        if (verdict.Strength < Strength.Exploratory || verdict.Comparison.Test is not { HasSpread: true } test)
            return null;
        return AlwaysValid.Of(test, verdict.Alpha).Interval is not { } interval
            ? "So few seeds have no interval yet that is valid however often one looks."
            : $"The {InWords.Confidence(interval.Confidence)} interval that is valid however often one looks is "
                + $"{InWords.Range(interval, InWords.Decimals(interval.HalfWidth))}.";
    }

    static string? Error(Verdict verdict) =>
        verdict.Kind is VerdictKind.Better or VerdictKind.Worse && verdict.Comparison.Metric.IsCount
            && verdict.Comparison.ErrorRatio is { } ratio ? InWords.ErrorChange(ratio.Ratio) + "." : null;

    /// <summary>The arm that has diverged in every seed; null if there is none.</summary>
    public static string? AlwaysDiverged(Verdict verdict) => verdict.Comparison is { N: 0, Missing: [var first, ..] all }
        && all.All(m => m.Reason == MissingBlock.Diverged && m.Arm == first.Arm) ? first.Arm : null;

    static string Every(Verdict verdict) => verdict.Comparison.Missing.Count is var n && n == 1 ? "its only seed"
        : InvariantText($"all {n} seeds");

    /// <summary>What is missing, unless the headline says that more seeds would not help.</summary>
    static string?[] Lack(Verdict verdict, bool isInList) =>
        AlwaysDiverged(verdict) is null ? [More(verdict, isInList), Missing(verdict, isInList)] : [];

    static string? More(Verdict verdict, bool isInList) => verdict switch
    {
        { Kind: not VerdictKind.Undecided } => null,
        { Strength: not Strength.Claim } when isInList => null,
        { Strength: Strength.Nothing or Strength.Points, MoreSeeds: { } more } =>
            $"{InWords.Seeds(more, "more ")} are the least for a claim.",
        { MoreSeeds: > 1000 } => "More than 1,000 more seeds would be needed to decide.",
        { MoreSeeds: { } more } => $"About {InWords.Seeds(InWords.RoundUp(more), "more ")} would decide.",
        { Margin: null } =>
            "More seeds would hardly decide: that a difference is too small to matter can only be shown with a margin.",
        _ => "More seeds would hardly decide: the difference is about as large as the margin.",
    };

    /// <summary><c>2 of 10 seeds are not in these numbers: SK diverged (seeds 3 and 7).</c></summary>
    static string? Missing(Verdict verdict, bool isInList)
    {
        IReadOnlyList<MissingBlock> missing = verdict.Comparison.Missing;
        if (missing.Count == 0 || (isInList && missing.All(m => m.Reason == MissingBlock.NotRun)))
            return null;
        int blocks = missing.Select(m => m.Block).Distinct().Count();
        string share = InvariantText($"{blocks} of {InWords.Seeds(blocks + verdict.Comparison.N)}");
        IEnumerable<string> reasons = missing.GroupBy(m => (m.Arm, m.Reason))
            .Select(group => $"{group.Key.Arm} {group.Key.Reason} ({Listed([.. group.Select(m => m.Block)])})");
        return $"{share} {(blocks == 1 ? "is" : "are")} not in these numbers: {string.Join("; ", reasons)}.";
    }

    /// <summary><c>seed 3</c>, <c>seeds 3 and 7</c>.</summary>
    static string Listed(IReadOnlyList<long> seeds)
    {
        string[] names = [.. seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))];
        return $"seed{(seeds.Count == 1 ? "" : "s")} {InWords.List(names)}";
    }

    static IEnumerable<string?> Cautions(Verdict verdict)
    {
        if (verdict.Comparison.Test is not { } test || verdict.Strength < Strength.Exploratory)
            yield break;
        double flip = verdict.Comparison.SignFlipP!.Value;
        bool isShown = verdict.Kind is VerdictKind.Better or VerdictKind.Worse;
        if (verdict.Comparison.IsIdentical)
        {
            yield return "The two agreed in every seed: are they one configuration?";
        }
        else if (!test.HasSpread)
        {
            yield return "Every seed gave the same difference, so its spread is unknown and the sign-flip test decides "
                + $"({InWords.P(flip)}).";
        }
        else if (isShown && test.N > LeastForSignFlip && flip >= verdict.Alpha)
        {
            yield return $"The sign-flip test, which assumes no distribution, is less sure ({InWords.P(flip)}).";
        }
        if (verdict.P < verdict.Alpha && verdict.AdjustedP >= verdict.Alpha && verdict.Strength == Strength.Claim)
        {
            yield return $"By itself {InWords.P(verdict.P.Value)}, but allowing for the other comparisons "
                + $"{InWords.P(verdict.AdjustedP.Value)}.";
        }
    }

    /// <summary>With five seeds the sign-flip test cannot reach 0.05, whatever they say.</summary>
    const int LeastForSignFlip = 5;

    static IEnumerable<string?> Costs(Verdict verdict, VerdictContext context)
    {
        if (verdict.Strength < Strength.Exploratory)
            yield break;
        List<string> costs = [], savings = [];
        if (context.Time is { } time)
        {
            if (time.Interval.Contains(1))
                costs.Add($"about the same {context.TimeName}");
            else
                (time.Ratio > 1 ? costs : savings).Add(InWords.Change(time.Ratio, context.TimeName, "less"));
        }
        foreach (ConfoundRow row in context.Confounds.Where(row => row.IsCost && row.Differs && row.Ratio is not null))
            (row.Ratio > 1 ? costs : savings).Add(InWords.Change(row.Ratio!.Value, row.Name));
        if (costs.Count > 0)
            yield return $"It costs {InWords.List(costs)}.";
        if (savings.Count > 0)
            yield return $"It needs {InWords.List(savings)}.";
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

    static string Plain(double? value) => value is null ? "none" : InWords.Plain(value.Value);

    static IEnumerable<string?> Elsewhere(Verdict verdict, Reference? reference)
    {
        if (reference is null || verdict.Comparison.Test is not { BearsInterval: true } test)
            yield break;
        bool isInside = test.Interval.Reaches(reference.Effect, reference.Rounding);
        bool isOpen = verdict.Kind == VerdictKind.Undecided;
        bool holds = reference.Claim is null || reference.Claim == verdict.Kind;
        string why = reference.Why is null ? "" : $": {reference.Why}";
        string effect = InWords.Signed(reference.Effect, reference.Decimals);
        string number = $"{InWords.Capitalised(reference.Source)}'s {effect}";
        if (isInside)
            yield return $"{number} is inside the interval"
                + (test.Interval.Contains(reference.Effect) ? "." : ", as far as its digits go.");
        else
            yield return $"{number} is outside the interval{(holds || isOpen ? why : "")}.";
        if (!holds && isOpen)
            yield return "Its conclusion is neither confirmed nor refuted.";
        else if (!holds)
            yield return $"Its conclusion does not hold here{why}.";
    }

    static string InvariantText(FormattableString text) => FormattableString.Invariant(text);
}
