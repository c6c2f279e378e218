namespace Ceteris.Statistics;

/// <summary>
/// What came of one block of an arm: a value, or the reason why there is none (it diverged, it failed, it has not run).
/// A block fixes everything random — seed, order, initial values, masks — and all arms run in every block, so values
/// of equal blocks are pairs.
/// </summary>
/// <param name="Block">Which: its seed.</param>
/// <param name="Value">The metric: a count of correct images, or another value.</param>
/// <param name="Missing">Why there is no value; null where there is one.</param>
public readonly record struct BlockScore(long Block, double? Value, string? Missing = null);

/// <summary>All blocks of one arm.</summary>
public sealed record ArmScores
{
    /// <exception cref="ArgumentException">
    /// A block twice, a value that cannot be, or a block with neither value nor reason.
    /// </exception>
    public ArmScores(string name, Metric metric, IReadOnlyList<BlockScore> blocks)
    {
        var seen = new HashSet<long>();
        foreach (BlockScore score in blocks)
        {
            string where = FormattableString.Invariant($"arm '{name}', seed {score.Block}");
            if (!seen.Add(score.Block))
                throw Check.Wrong(nameof(blocks), "every seed once", where + " twice");
            if (score.Value is { } value)
                metric.Accept(value, name, score.Block);
            if (score.Value is null == string.IsNullOrEmpty(score.Missing))
                throw Check.Wrong(nameof(blocks), "a value, or why it is missing", where + " with both or neither");
        }
        (Name, Metric, Blocks) = (name, metric, [.. blocks.OrderBy(score => score.Block)]);
    }

    public string Name { get; }
    public Metric Metric { get; }

    /// <summary>In the order of the seeds.</summary>
    public IReadOnlyList<BlockScore> Blocks { get; }

    /// <summary>Counts of correct images in the blocks 0, 1, 2, ….</summary>
    public static ArmScores Counts(string name, int images, params IReadOnlyList<int> correct) =>
        new(name, Metric.Accuracy(images), [.. correct.Select((count, block) => new BlockScore(block, count))]);

    /// <summary>Values in the blocks 0, 1, 2, ….</summary>
    public static ArmScores Values(string name, Metric metric, params IReadOnlyList<double> values) =>
        new(name, metric, [.. values.Select((value, block) => new BlockScore(block, value))]);

    /// <summary>The values that are there, in the unit of the metric: percent for counts.</summary>
    public IReadOnlyList<double> Present => [.. Blocks.Where(b => b.Value is not null).Select(
        b => b.Value!.Value * Metric.Scale)];
}
