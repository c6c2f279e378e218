namespace Ceteris.Statistics;

/// <summary>
/// The winner of a sweep against the baseline on fresh blocks: the number to publish.
/// </summary>
public sealed record Confirmation
{
    /// <param name="sweep">The stage that chose the winner.</param>
    /// <param name="fresh">Winner against baseline in blocks the sweep has not seen.</param>
    /// <exception cref="ArgumentException">Another arm, or a block that chose the winner.</exception>
    public Confirmation(Sweep sweep, PairedComparison fresh)
    {
        if (fresh.Treatment.Name != sweep.Winner)
            throw Check.Wrong(nameof(fresh), $"the winner, '{sweep.Winner}'", $"'{fresh.Treatment.Name}'");
        long[] seen = [.. fresh.Blocks.Select(block => block.Block).Intersect(sweep.Blocks)];
        if (seen.Length > 0)
            throw Check.Wrong(nameof(fresh), "seeds that did not choose the winner", $"the seeds {string.Join(", ", seen)} again");
        (Sweep, Fresh) = (sweep, fresh);
    }

    public Sweep Sweep { get; }

    /// <summary>The published comparison.</summary>
    public PairedComparison Fresh { get; }
}
