using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// Combinations of factors in words: interactions first where one is shown, else the effects of single factors.
/// </summary>
static class FactorialText
{
    public static IEnumerable<string> Sentences(Factorial factorial, StudyAnalysis analysis)
    {
        double alpha = analysis.Look.Alpha;
        FactorialEffect[] interactions = [.. factorial.Effects.Where(effect => effect.Order > 1)];
        FactorialEffect[] shown = [.. interactions.Where(e => EffectWords.IsShown(e.Test, e.AdjustedP, alpha))];
        FactorialEffect[] single = [.. factorial.Effects.Where(effect => effect.Order == 1)];
        bool few = factorial.Effects[0].Test.N < Verdict.LeastSeeds;
        if (few)
        {
            yield return $"Too few seeds for a claim: there are {InWords.Seeds(factorial.Effects[0].Test.N)}, and "
                + $"{InWords.Seeds(Verdict.LeastSeeds)} are the least.";
        }
        string together = interactions.Length == 1
            ? TwoFactors(factorial, interactions[0], shown.Length == 1, analysis)
            : shown.Length == 0 ? string.Create(CultureInfo.InvariantCulture,
                $"None of {interactions.Length} interactions of the factors is shown.")
            : "Factors depend on each other: " + InWords.List(
                [.. shown.Select(e => $"{e.Name} {EffectWords.Effect(e.Test, analysis.Metric.Unit)}")]) + ".";
        IEnumerable<string> alone =
            single.Select(e => Single(factorial, e, analysis, interactions.Length == 1, shown.Length > 0));
        if (shown.Length == 0)
            yield return string.Join(' ', alone);
        yield return together;
        foreach (string sentence in shown.Length > 0 ? alone : [])
            yield return sentence;
        if (analysis.Look.ShowsAlwaysValid && factorial.Effects[0].Test.BearsInterval
            && EffectWords.AtAnyLook(ToldWithInterval(factorial, shown), alpha) is { } valid)
            yield return valid;
    }

    /// <summary>The effects whose intervals the sentences tell, in their order.</summary>
    static IEnumerable<(string Name, MeanTest Test)> ToldWithInterval(Factorial factorial, FactorialEffect[] shown)
    {
        FactorialEffect[] interactions = [.. factorial.Effects.Where(effect => effect.Order > 1)];
        bool isOnly = interactions.Length == 1, isShown = shown.Length > 0;
        IEnumerable<(string, MeanTest)> together = (isOnly ? interactions : shown).Select(e => (e.Name, e.Test));
        IEnumerable<(string, MeanTest)> first = isOnly && isShown ? Simple(Told(factorial)) : [];
        return [.. first, .. together, .. factorial.Effects.Where(effect => effect.Order == 1).SelectMany(effect =>
            !effect.Reverses || !isShown ? [(effect.Name, effect.Test)]
            : isOnly && effect == Told(factorial) ? [] : Simple(effect))];

        static IEnumerable<(string, MeanTest)> Simple(FactorialEffect effect) =>
            effect.SimpleEffects.Select(e => ($"{effect.Name} {At(e)}", e.Test));
    }

    static string TwoFactors(Factorial factorial, FactorialEffect interaction, bool isShown, StudyAnalysis analysis)
    {
        string unit = analysis.Metric.Unit;
        string[] names = [.. factorial.Factors.Select(factor => factor.Name)];
        if (isShown)
        {
            FactorialEffect told = Told(factorial);
            string other = names.First(name => name != told.Name);
            string[] simple = [.. told.SimpleEffects.Select(e => $"{EffectWords.Effect(e.Test, unit)} {At(e)}")];
            return $"{What(told, factorial, analysis)} depends on {other}: {InWords.List(simple)}. "
                + "Their interaction is "
                + EffectWords.Size(interaction.Test, unit)
                + EffectWords.Known(interaction.Test, true, interaction.AdjustedP) + ".";
        }
        Decision decision = Decided(interaction, analysis);
        if (decision.Kind == VerdictKind.Equivalent)
        {
            return $"{InWords.Capitalised(InWords.List(names))} do not depend on each other: their interaction, "
                + $"{EffectWords.Size(interaction.Test, unit)}, is {Inside(interaction, decision, analysis)}.";
        }
        string so = interaction.Test.N < Verdict.LeastSeeds ? "is open: so far their interaction is"
            : "is undecided: interaction";
        return $"Whether {InWords.List(names)} depend on each other {so} "
            + $"{EffectWords.Size(interaction.Test, unit)}{EffectWords.Known(interaction.Test, seeds: true)}"
            + $"{More(decision, interaction)}.";
    }

    static Decision Decided(FactorialEffect effect, StudyAnalysis analysis) => Decision.Of(
        effect.Test, analysis.Metric.HigherIsBetter, analysis.Margin, analysis.Look.Alpha, effect.AdjustedP);

    /// <summary><c>inside ±0.22 (90 % interval 0.04 to 0.18, 5 seeds)</c>.</summary>
    static string Inside(FactorialEffect effect, Decision decision, StudyAnalysis analysis)
    {
        double margin = analysis.Margin!.Value;
        return $"inside ±{InWords.Number(margin, InWords.Decimals(margin))} "
            + $"({EffectWords.Interval(decision.Equivalence!.Interval)}, {InWords.Seeds(effect.Test.N)})";
    }

    /// <summary><c>; about 9 more seeds would decide</c>.</summary>
    static string More(Decision decision, FactorialEffect effect) =>
        effect.Test.N < Verdict.LeastSeeds || decision.MoreSeeds is not { } more || more > 1000 ? ""
            : $"; about {InWords.Seeds(InWords.RoundUp(more), "more ")} would decide";

    /// <summary><c>What batch norm does</c>, <c>How much CNN gains over FC</c>.</summary>
    static string What(FactorialEffect effect, Factorial factorial, StudyAnalysis analysis)
    {
        Factor factor = factorial.Factors.First(f => IsOf(effect, f.Name));
        if (factor.Levels[0] is StudyFactor.Without or StudyFactor.None || factor.Levels.Contains(StudyFactor.Without))
            return $"What {effect.Name} does";
        StudyFactor design = analysis.Study.Factors.First(f => f.Name == factor.Name);
        // as arms are called: levels of the first factor by their names alone
        bool isName = design == analysis.Study.Factors[0] && design.Key is null && !design.IsOrdered;
        string level = LevelOf(factor, effect), verb = analysis.Metric.HigherIsBetter ? "gains over" : "adds to";
        return $"How much {(isName ? level : $"{factor.Name} {level}")} {verb} {factor.Levels[0]}";
    }

    /// <summary>The factor to tell the interaction by: one that helps here and hurts there, else the last.</summary>
    static FactorialEffect Told(Factorial factorial)
    {
        FactorialEffect[] single = [.. factorial.Effects.Where(effect => effect.Order == 1)];
        return single.FirstOrDefault(effect => effect.Reverses) ?? single[^1];
    }

    /// <param name="factorial">All effects.</param>
    /// <param name="effect">That of one factor.</param>
    /// <param name="analysis">Of the study.</param>
    /// <param name="isOnly">Whether there is a single interaction.</param>
    /// <param name="isShown">Whether any interaction is shown; then the simple effects of one factor were told.</param>
    static string Single(
        Factorial factorial, FactorialEffect effect, StudyAnalysis analysis, bool isOnly, bool isShown)
    {
        string unit = analysis.Metric.Unit;
        Factor factor = factorial.Factors.First(f => IsOf(effect, f.Name));
        bool isAddition = factor.Levels[0] is StudyFactor.Without or StudyFactor.None;
        string what = isAddition ? effect.Name : Instead(factor, effect), name = InWords.Capitalised(what);
        if (effect.Reverses && isShown)
        {
            string[] simple = [.. effect.SimpleEffects.Select(e => $"{EffectWords.Effect(e.Test, unit)} {At(e)}")];
            string where = isOnly && effect == Told(factorial) ? "" : $": {InWords.List(simple)}";
            return $"{InWords.Capitalised(effect.Name)} has no single effect{where}; its mean, "
                + $"{EffectWords.Size(effect.Test, unit)}, "
                + "would mislead.";
        }
        string average = "averaged over "
            + string.Join(" and over ", factorial.Factors.Where(f => !IsOf(effect, f.Name)).Select(Levels));
        string numbers = EffectWords.Size(effect.Test, unit) + EffectWords.Known(effect.Test, true, effect.AdjustedP);
        if (effect.Test.N < Verdict.LeastSeeds)
            return $"{name}, {average}, so far: {numbers}.";
        Decision decision = Decided(effect, analysis);
        string verb = (effect.Test.Mean > 0 == analysis.Metric.HigherIsBetter, isAddition) switch
        {
            (true, true) => "helps",
            (false, true) => "hurts",
            (true, false) => "is better",
            (false, false) => "is worse",
        };
        string inside = decision.Kind == VerdictKind.Equivalent
            ? $"{EffectWords.Size(effect.Test, unit)}, {Inside(effect, decision, analysis)}" : "";
        return decision switch
        {
            { Kind: VerdictKind.Undecided } => $"Whether {what} {(isAddition ? "helps" : "is better")}, {average}, "
                + $"is undecided: {numbers}{More(decision, effect)}.",
            { IsNegligible: true } => $"{name} {verb}, {average}, but too little to matter: {inside}.",
            { Kind: VerdictKind.Equivalent } => $"{name} makes no difference that matters, {average}: {inside}.",
            _ => $"{name} {verb}, {average}: {numbers}.",
        };
    }

    /// <summary>
    /// <c>with and without batch norm</c>, <c>no dropout, dropout after fc1 and dropout after fc2</c>, <c>width 1, 2
    /// and 4</c>.
    /// </summary>
    static string Levels(Factor factor) =>
        factor.Levels.All(level => level is StudyFactor.With or StudyFactor.Without)
            ? $"{StudyFactor.With} and {StudyFactor.Without} {factor.Name}"
        : factor.Levels.Any(level => level is StudyFactor.Without or StudyFactor.None) ? InWords.List(
            [.. factor.Levels.Select(level => level is StudyFactor.Without or StudyFactor.None ? $"no {factor.Name}"
                : $"{factor.Name} {level}")])
        : $"{factor.Name} {InWords.List(factor.Levels)}";

    /// <summary><c>pixels permuted instead of in place</c>.</summary>
    static string Instead(Factor factor, FactorialEffect effect)
    {
        string level = LevelOf(factor, effect);
        return level == StudyFactor.Without ? $"leaving out {factor.Name}"
            : $"{factor.Name} {level} instead of {factor.Levels[0]}";
    }

    static string LevelOf(Factor factor, FactorialEffect effect) =>
        factor.Levels.Count == 2 ? factor.Levels[1] : effect.Name[(factor.Name.Length + 1)..];

    static bool IsOf(FactorialEffect effect, string factor) =>
        effect.Name == factor || effect.Name.StartsWith(factor + " ", StringComparison.Ordinal);

    /// <summary><c>without batch norm</c>, <c>with width 2</c>.</summary>
    public static string At(SimpleEffect effect) => string.Join(", ", effect.At.Split(", ").Select(Place));

    static string Place(string at) => at.Split(" = ") switch
    {
        [var factor, StudyFactor.With] => $"with {factor}",
        [var factor, StudyFactor.Without or StudyFactor.None] => $"without {factor}",
        [var factor, var level] => $"with {factor} {level}",
        _ => $"at {at}",
    };
}
