using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>From certificates to scores.</summary>
static class ArmValues
{
    /// <summary>
    /// Counts of correct images, if all runs were measured on equally many; else shares, in percent. Losses as they
    /// are.
    /// </summary>
    public static Metric MetricOf(StudyOutcome outcome)
    {
        StudyMetric metric = outcome.Study.Metric;
        if (metric.IsLoss)
            return metric.ToStatistics(0);
        long[] totals =
        [
            .. outcome.Arms.SelectMany(arm => arm.Blocks).Select(block => TallyOf(block, metric)?.Total)
                .OfType<long>().Distinct(),
        ];
        return totals is [> 0 and <= int.MaxValue] ? metric.ToStatistics((int)totals[0])
            : metric.ToStatistics(1) with { Images = 0 };
    }

    /// <summary>Of every block its value, or why it has none.</summary>
    public static ArmScores ScoresOf(ArmOutcome arm, StudyMetric metric, Metric statistics) =>
        new(arm.Name, statistics, [.. arm.Blocks.Select(block => ScoreOf(block, metric, statistics))]);

    /// <summary>Mean of another metric over the completed runs, in percent or as it is; null without one.</summary>
    public static double? MeanOf(ArmOutcome arm, StudyMetric metric)
    {
        double[] values = [.. arm.Blocks.Select(block => TallyOf(block, metric)).OfType<Tally>()
            .Where(tally => tally.Total > 0).Select(tally => metric.IsLoss ? tally.Loss : 100 * tally.Accuracy)];
        return values.Length == 0 ? null : values.Average();
    }

    static BlockScore ScoreOf(BlockOutcome block, StudyMetric metric, Metric statistics)
    {
        if (block.Missing is { } reason)
            return new(block.Seed, null, reason);
        if (TallyOf(block, metric) is not { Total: > 0 } tally)
            return new(block.Seed, null, $"has no {metric.Name}");
        double value = metric.IsLoss ? tally.Loss : statistics.IsCount ? tally.Correct : 100 * tally.Accuracy;
        return double.IsFinite(value) ? new(block.Seed, value) : new(block.Seed, null, $"has no finite {metric.Name}");
    }

    static Tally? TallyOf(BlockOutcome block, StudyMetric metric) =>
        block.Run is { Status.State: RunState.Completed, Epochs: [.., var last] } ? metric.Of(last) : null;
}
