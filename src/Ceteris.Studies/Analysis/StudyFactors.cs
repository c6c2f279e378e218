using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>From the factors of a study to the statistics of factors.</summary>
static class StudyFactors
{
    /// <summary>
    /// All effects; null with fewer than two factors, two complete blocks or all combinations.
    /// </summary>
    public static Factorial? Factorial(Study study, IReadOnlyList<ArmSummary> arms, double confidence)
    {
        if (study.Factors.Count < 2)
            return null;
        int[][] orders = [.. study.Factors.Select(BaselineFirst)];
        IEnumerable<int[]> cells = orders.Aggregate(
            (IEnumerable<int[]>)[[]],
            (before, levels) => before.SelectMany(cell => levels.Select(l => (int[])[.. cell, l])));
        var table = BlockTable.Of([.. cells.Select(cell => Find(arms, cell).Compared)]);
        return table.N < 2 ? null : Statistics.Factorial.Of(
            [.. study.Factors.Select((f, i) => new Factor(f.Name, [.. orders[i].Select(l => f.Levels[l].Name)]))],
            table, confidence);
    }

    /// <summary>One for each ordered factor, the others being as in the baseline.</summary>
    public static IReadOnlyList<Trend> Trends(Study study, IReadOnlyList<ArmSummary> arms, double confidence)
    {
        var trends = new List<Trend>();
        for (int f = 0; f < study.Factors.Count; f++)
        {
            StudyFactor factor = study.Factors[f];
            if (!factor.IsOrdered)
                continue;
            ArmSummary[] along =
            [
                .. factor.Levels.Select((_, level) => Find(arms,
                    [.. study.Factors.Select((other, i) => i == f ? level : other.Baseline)])),
            ];
            if (Trend.Of(factor, [.. factor.Levels.Select(level => level.At!.Value)], along, confidence) is { } trend)
                trends.Add(trend);
        }
        return trends;
    }

    /// <summary>The arm with these levels.</summary>
    public static ArmSummary Find(IReadOnlyList<ArmSummary> arms, IReadOnlyList<int> levels) =>
        arms.First(arm => arm.Outcome.Arm.Levels.SequenceEqual(levels));

    static int[] BaselineFirst(StudyFactor factor) =>
        [factor.Baseline, .. Enumerable.Range(0, factor.Levels.Count).Where(level => level != factor.Baseline)];
}
