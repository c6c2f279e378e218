namespace Ceteris.Statistics;

/// <summary>
/// The winner of a sweep against the baseline on fresh blocks: the number to publish.
/// </summary>
public sealed record Confirmation
{
    /// <param name="winner">The stage that chose the winner.</param>
    /// <param name="fresh">Winner against baseline in blocks the sweep has not seen.</param>
    /// <exception cref="ArgumentException">Another arm, or a block that chose the winner.</exception>
    public Confirmation(SweepWinner winner, PairedComparison fresh)
    {
        if (fresh.Treatment.Name != winner.Name)
            throw Check.Wrong(nameof(fresh), $"the winner, '{winner.Name}'", $"'{fresh.Treatment.Name}'");
        long[] seen = [.. fresh.Blocks.Select(block => block.Block).Intersect(winner.Blocks)];
        if (seen.Length > 0)
            throw Check.Wrong(
                nameof(fresh), "seeds that did not choose the winner", $"the seeds {string.Join(", ", seen)} again");
        (Winner, Fresh) = (winner, fresh);
    }

    public SweepWinner Winner { get; }

    /// <summary>The published comparison.</summary>
    public PairedComparison Fresh { get; }
}
