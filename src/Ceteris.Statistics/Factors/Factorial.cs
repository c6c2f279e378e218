namespace Ceteris.Statistics;

/// <summary>Something varied, and the values it takes; the first is the baseline.</summary>
public sealed record Factor(string Name, params IReadOnlyList<string> Levels);

/// <summary>The effect of one factor at fixed levels of all others.</summary>
/// <param name="At">Where: <c>batch norm = off</c>.</param>
/// <param name="Test">Of the difference there, level less baseline level.</param>
public sealed record SimpleEffect(string At, MeanTest Test);

/// <summary>An effect of a factorial study: of one factor, or an interaction of several.</summary>
/// <param name="Name">
/// <c>dropout</c>, <c>batch norm × dropout</c>; with the level, <c>width 2</c>, where a factor has more than two.
/// </param>
/// <param name="Order">1 for the effect of one factor, 2 for an interaction of two, ….</param>
/// <param name="Test">
/// Of one factor: level less baseline level, mean over the levels of the others. Of two: by how much the effect of one
/// changes from baseline level to level of the other.
/// </param>
/// <param name="AdjustedP">Holm, over all effects of this order.</param>
/// <param name="SimpleEffects">Of one factor: its effect at every combination of the others. Else empty.</param>
public sealed record FactorialEffect(
    string Name, int Order, MeanTest Test, double AdjustedP, IReadOnlyList<SimpleEffect> SimpleEffects)
{
    /// <summary>
    /// Whether the factor helps here and hurts there. Then its mean effect misleads: tell the simple effects instead.
    /// </summary>
    public bool Reverses =>
        SimpleEffects.Any(e => e.Test.Mean > 0) && SimpleEffects.Any(e => e.Test.Mean < 0);
}

/// <summary>
/// A study whose arms are all combinations of the levels of its factors. In every block the contrast of each effect is
/// computed, and tested by one-sample t: for 2×2, interaction (y₁₁ − y₁₀) − (y₀₁ − y₀₀) and effect of the
/// first factor ½[(y₁₀ + y₁₁) − (y₀₀ + y₀₁)]. (R. Fisher, The Design of Experiments, 1935.)
/// </summary>
/// <param name="Factors">What is varied.</param>
/// <param name="Effects">Interactions first, the highest order first: read them before the rest.</param>
/// <param name="Missing">Blocks that are not complete, which no effect can use.</param>
public sealed record Factorial(
    IReadOnlyList<Factor> Factors, IReadOnlyList<FactorialEffect> Effects, IReadOnlyList<MissingBlock> Missing)
{
    /// <param name="factors">Two or more, with two levels or more each.</param>
    /// <param name="table">One arm per combination, the levels of the last factor changing fastest.</param>
    /// <param name="confidence">Of the intervals.</param>
    /// <exception cref="ArgumentException">
    /// The number of arms is not the product of the levels, or fewer than two blocks are complete.
    /// </exception>
    public static Factorial Of(IReadOnlyList<Factor> factors, BlockTable table, double confidence = 0.95)
    {
        Check.That(factors.Count >= 2, nameof(factors), "two factors or more", factors.Count);
        foreach (Factor factor in factors)
            Check.That(
                factor.Levels.Count >= 2, nameof(factors), $"two levels of '{factor.Name}' or more",
                factor.Levels.Count);
        int cells = factors.Aggregate(1, (product, factor) => product * factor.Levels.Count);
        Check.That(table.Arms.Count == cells, nameof(table), $"{cells} arms, one per combination", table.Arms.Count);
        Check.That(table.N >= 2, nameof(table), "two complete blocks or more", table.N);
        var effects = new List<FactorialEffect>();
        foreach (var order in Chosen(factors).GroupBy(levels => levels.Count(level => level > 0)).OrderByDescending(
            g => g.Key))
        {
            MeanTest[] tests = [.. order.Select(levels => TestOf(factors, table, levels, confidence))];
            double[] adjusted = Adjusted.Holm([.. tests.Select(test => test.P)]);
            effects.AddRange(order.Select((levels, i) => new FactorialEffect(
                NameOf(factors, levels), order.Key, tests[i], adjusted[i],
                order.Key == 1 ? SimpleEffectsOf(factors, table, levels, confidence) : [])));
        }
        return new(factors, effects, table.Missing);
    }

    /// <summary>Every effect as one level per factor: that compared with the baseline level, or 0 for "any".</summary>
    static IEnumerable<int[]> Chosen(IReadOnlyList<Factor> factors) =>
        Combinations(factors).Where(levels => levels.Any(level => level > 0));

    /// <summary>All combinations of levels, the last changing fastest: the order of the arms.</summary>
    static IEnumerable<int[]> Combinations(IReadOnlyList<Factor> factors) => factors.Aggregate(
        (IEnumerable<int[]>)[[]],
        (all, factor) => all.SelectMany(
            levels => Enumerable.Range(0, factor.Levels.Count).Select(i => (int[])[.. levels, i])));

    static MeanTest TestOf(IReadOnlyList<Factor> factors, BlockTable table, int[] chosen, double confidence)
    {
        double[] weights = [.. Combinations(factors).Select(
            cell => cell.Zip(chosen, Sign).Aggregate(1, (x, y) => x * y))];
        double others = factors.Where((_, i) => chosen[i] == 0).Aggregate(
            1.0, (product, factor) => product * factor.Levels.Count);
        return table.Contrast(weights, 1 / others, confidence);
    }

    static int Sign(int level, int chosen) => chosen == 0 || level == chosen ? 1 : level == 0 ? -1 : 0;

    static IReadOnlyList<SimpleEffect> SimpleEffectsOf(
        IReadOnlyList<Factor> factors, BlockTable table, int[] chosen, double confidence)
    {
        int factor = Array.FindIndex(chosen, level => level > 0);
        int[][] cells = [.. Combinations(factors)];
        return [.. cells.Where(cell => cell[factor] == 0).Select(at => new SimpleEffect(
            string.Join(", ", factors.Select((f, i) => $"{f.Name} = {f.Levels[at[i]]}").Where((_, i) => i != factor)),
            table.Contrast([.. cells.Select(cell => WeightAt(cell, at))], 1, confidence)))];

        double WeightAt(int[] cell, int[] at) =>
            cell.Where((level, i) => i != factor && level != at[i]).Any() ? 0
            : cell[factor] == chosen[factor] ? 1
            : cell[factor] == 0 ? -1 : 0;
    }

    static string NameOf(IReadOnlyList<Factor> factors, int[] chosen) => string.Join(
        " × ", factors.Select((factor, i) => (factor, level: chosen[i])).Where(f => f.level > 0)
            .Select(f => f.factor.Levels.Count == 2 ? f.factor.Name : $"{f.factor.Name} {f.factor.Levels[f.level]}"));
}
