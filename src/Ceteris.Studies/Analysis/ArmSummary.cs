using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>One arm by itself.</summary>
/// <param name="Outcome">What came of it; blocks in the order of their seeds.</param>
/// <param name="Scores">The metric in every block, or why there is none.</param>
public sealed record ArmSummary(ArmOutcome Outcome, ArmScores Scores)
{
    public string Name => Outcome.Name;

    public Metric Metric => Scores.Metric;

    /// <summary>The arm that it turned out to be under another name; null if it is one of its own.</summary>
    public SameWeights? Same { get; init; }

    /// <summary>As comparisons have them: an arm that is another one has none.</summary>
    public ArmScores Compared => Same is null ? Scores : new(Name, Metric,
        [.. Scores.Blocks.Select(block => new BlockScore(block.Block, null, block.Missing ?? Same.Reason))]);

    /// <summary>Values in the unit of the metric: percent for counts.</summary>
    public IReadOnlyList<double> Values => Scores.Present;

    public int N => Values.Count;

    public double? Mean => Test?.Mean ?? (N == 1 ? Values[0] : null);

    /// <summary>Mean, standard deviation and 95 % interval of the mean; null with fewer than two values.</summary>
    public MeanTest? Test { get; } = MeanOf(Scores);

    /// <summary>Digits after the point to tell the mean with.</summary>
    public int Decimals => DecimalsOf(Metric, Test);

    /// <summary>Losses are small: they have four at least.</summary>
    public static int DecimalsOf(Metric metric, MeanTest? test) => Math.Max(
        StudyMetric.IsPoints(metric) ? 2 : 4, InWords.Decimals(test?.Interval.HalfWidth ?? 0));

    /// <summary>In points; null for a metric that is no accuracy.</summary>
    public double? Error => StudyMetric.IsPoints(Metric) && Mean is { } mean ? 100 - mean : null;

    /// <summary>Known exactly, and the same in all blocks; empty before a run has ended.</summary>
    public IReadOnlyList<Quantity> Quantities { get; } = ArmQuantities.Of(Outcome);

    /// <summary>By name; null if it is not known.</summary>
    public double? this[string quantity] => Quantities.FirstOrDefault(q => q.Name == quantity)?.Value;

    /// <summary>Blocks without a value, and why.</summary>
    public IReadOnlyList<BlockScore> Missing => [.. Scores.Blocks.Where(block => block.Missing is not null)];

    /// <summary>Median over the completed runs of the seconds of training in a run; null without one.</summary>
    public double? Seconds { get; } = ArmQuantities.MedianSeconds(Outcome, perStep: false);

    /// <summary>As <see cref="Seconds"/>, per step.</summary>
    public double? SecondsPerStep { get; } = ArmQuantities.MedianSeconds(Outcome, perStep: true);

    /// <summary>Published elsewhere; null if nothing was, or it was of other data or another metric.</summary>
    public ReferenceValue? Reference { get; init; }

    static MeanTest? MeanOf(ArmScores scores)
    {
        double[] values = [.. scores.Blocks.Where(b => b.Value is not null).Select(b => b.Value!.Value)];
        return values.Length < 2 ? null : MeanTest.Of(values, 0.95, scores.Metric.Scale);
    }
}
