namespace Ceteris.Statistics;

/// <summary>A block that cannot be compared because an arm has no value in it.</summary>
public sealed record MissingBlock(long Block, string Arm, string Reason)
{
    /// <summary>The reason that more seeds do not mend.</summary>
    public const string Diverged = "diverged";

    /// <summary>The reason that time mends.</summary>
    public const string NotRun = "has not run";

    /// <summary><c>1 has not run</c>, <c>4 have not run</c>, <c>2 diverged</c>.</summary>
    public static string Counted(int count, string reason) => FormattableString.Invariant(
        $"{count} {(count != 1 && reason == NotRun ? "have not run" : reason)}");
}

/// <summary>
/// Arms side by side: the blocks in which every arm has a value, and those in which one has not, with the reason. None
/// is dropped silently.
/// </summary>
public sealed record BlockTable
{
    readonly double[][] rows;

    BlockTable(
        Metric metric, IReadOnlyList<string> arms, long[] blocks, double[][] rows, IReadOnlyList<MissingBlock> missing)
    {
        (Metric, Arms, Blocks, Missing, this.rows) = (metric, arms, blocks, missing, rows);
    }

    public Metric Metric { get; }
    public IReadOnlyList<string> Arms { get; }

    /// <summary>The seeds in which all arms have a value, in order.</summary>
    public IReadOnlyList<long> Blocks { get; }

    /// <summary>The seeds in which some arm has none, in order.</summary>
    public IReadOnlyList<MissingBlock> Missing { get; }

    public int N => rows.Length;

    /// <summary>The value of an arm in the block at <paramref name="row"/>, as given (a count, for accuracy).</summary>
    public double this[int row, int arm] => rows[row][arm];

    /// <exception cref="ArgumentException">Fewer than two arms, a name twice, or metrics that differ.</exception>
    public static BlockTable Of(params IReadOnlyList<ArmScores> arms)
    {
        Check.That(arms.Count >= 2, nameof(arms), "two arms or more", arms.Count);
        foreach (ArmScores arm in arms)
        {
            if (arm.Metric != arms[0].Metric)
                throw Check.Wrong(nameof(arms), $"one metric, {arms[0].Metric}", $"{arm.Metric} in arm '{arm.Name}'");
            if (arms.Count(other => other.Name == arm.Name) > 1)
                throw Check.Wrong(nameof(arms), "a name of its own for every arm", $"'{arm.Name}' twice");
        }
        long[] all = [.. arms.SelectMany(arm => arm.Blocks).Select(score => score.Block).Distinct().Order()];
        Dictionary<long, BlockScore>[] scores = [.. arms.Select(arm => arm.Blocks.ToDictionary(score => score.Block))];
        var missing = new List<MissingBlock>();
        var blocks = new List<long>();
        foreach (long block in all)
        {
            int before = missing.Count;
            for (int arm = 0; arm < arms.Count; arm++)
            {
                if (!scores[arm].TryGetValue(block, out BlockScore score))
                    missing.Add(new(block, arms[arm].Name, MissingBlock.NotRun));
                else if (score.Missing is not null)
                    missing.Add(new(block, arms[arm].Name, score.Missing));
            }
            if (missing.Count == before)
                blocks.Add(block);
        }
        double[][] rows = [.. blocks.Select(block => scores.Select(arm => arm[block].Value!.Value).ToArray())];
        return new(arms[0].Metric, [.. arms.Select(arm => arm.Name)], [.. blocks], rows, missing);
    }

    /// <summary>All values of an arm, in the order of the blocks.</summary>
    public double[] Column(int arm) => [.. rows.Select(row => row[arm])];

    /// <summary>
    /// The test of a contrast: Σ weight · value in every block, a mean over the blocks. Sums are made before they are
    /// scaled, so with counts and whole weights they are exact.
    /// </summary>
    /// <param name="weights">One per arm.</param>
    /// <param name="scale">Of the sum, beside that of the metric.</param>
    /// <param name="confidence">Of the interval.</param>
    public MeanTest Contrast(IReadOnlyList<double> weights, double scale = 1, double confidence = 0.95)
    {
        Check.That(weights.Count == Arms.Count, nameof(weights), $"{Arms.Count} weights, one per arm", weights.Count);
        double[] values = [.. rows.Select(row => row.Zip(weights, (value, weight) => value * weight).Sum())];
        return MeanTest.Of(values, confidence, Metric.Scale * scale);
    }
}
