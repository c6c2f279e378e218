namespace Ceteris.Statistics;

/// <summary>One block of two arms. The difference is treatment less baseline, in the unit of the metric.</summary>
public readonly record struct PairedBlock(long Block, double Baseline, double Treatment, double Difference);

/// <summary>The treatment's error as a multiple of the baseline's: the geometric mean over blocks.</summary>
public readonly record struct ErrorRatio(double Ratio, Interval Interval);

/// <summary>
/// Two arms that ran in the same blocks: the estimate d̄ of the expected difference over new seeds, with everything
/// that is told beside it.
/// </summary>
public sealed record PairedComparison
{
    PairedComparison(ArmScores baseline, ArmScores treatment, BlockTable table, double confidence)
    {
        (Baseline, Treatment, Missing) = (baseline, treatment, table.Missing);
        double[] a = table.Column(0), b = table.Column(1);
        double[] differences = [.. a.Zip(b, (x, y) => y - x)];
        double scale = Metric.Scale;
        Blocks = [.. table.Blocks.Select(
            (block, i) => new PairedBlock(block, a[i] * scale, b[i] * scale, differences[i] * scale))];
        int sign = Metric.HigherIsBetter ? 1 : -1;
        Wins = differences.Count(d => d * sign > 0);
        Losses = differences.Count(d => d * sign < 0);
        if (N == 0)
            return;
        Mean = Moments.Mean(differences) * scale;
        SignFlipP = SignFlip.P(differences);
        if (N < 2)
            return;
        Test = MeanTest.Of(differences, confidence, scale);
        Welch = Welch.Of(a, b, confidence, scale);
        ErrorRatio = RatioOf(a, b, confidence);
        double varianceA = Moments.Variance(a), varianceB = Moments.Variance(b), variance = Moments.Variance(
            differences);
        if (varianceA > 0 && varianceB > 0)
            Correlation = Moments.Covariance(a, b) / Math.Sqrt(varianceA * varianceB);
        if (variance > 0)
            VarianceRatio = (varianceA + varianceB) / variance;
    }

    public ArmScores Baseline { get; }
    public ArmScores Treatment { get; }
    public Metric Metric => Baseline.Metric;

    /// <summary>The blocks in which both arms have a value, in the order of the seeds.</summary>
    public IReadOnlyList<PairedBlock> Blocks { get; }

    /// <summary>The blocks in which one has not: reported, never averaged in.</summary>
    public IReadOnlyList<MissingBlock> Missing { get; }

    public int N => Blocks.Count;

    /// <summary>d̄: the mean difference, treatment less baseline. Null without a complete block.</summary>
    public double? Mean { get; }

    /// <summary>The paired t test of the differences. Null with fewer than two complete blocks.</summary>
    public MeanTest? Test { get; }

    /// <summary>The exact sign-flip test. Null without a complete block.</summary>
    public double? SignFlipP { get; }

    /// <summary>Blocks in which the treatment is better, in the direction of the metric.</summary>
    public int Wins { get; }

    /// <summary>Blocks in which the treatment is worse.</summary>
    public int Losses { get; }

    public int Ties => N - Wins - Losses;

    /// <summary>Share of blocks won, a tie counting half. NaN without a complete block.</summary>
    public double WinShare => (Wins + 0.5 * Ties) / N;

    /// <summary>
    /// exp(mean of ln(error of treatment / error of baseline)) with the paired t interval of the logarithms. Null where
    /// an error is 0, or the metric has none.
    /// </summary>
    public ErrorRatio? ErrorRatio { get; }

    /// <summary>ρ of the two arms over blocks. Null where an arm has no spread.</summary>
    public double? Correlation { get; }

    /// <summary>
    /// (s_A² + s_B²) / s_d²: how many times the seeds an unpaired study would need. Null where the differences have no
    /// spread.
    /// </summary>
    public double? VarianceRatio { get; }

    /// <summary>The unpaired test, for context only.</summary>
    public Welch? Welch { get; }

    /// <summary>Whether the arms agreed to the last image in every block: they may be one configuration.</summary>
    public bool IsIdentical => N > 0 && Wins == 0 && Losses == 0;

    /// <summary>Pairs the arms by block.</summary>
    /// <param name="baseline">What is compared against.</param>
    /// <param name="treatment">What is asked about.</param>
    /// <param name="confidence">Of the intervals.</param>
    /// <exception cref="ArgumentException">The metrics differ, or the arms have one name.</exception>
    public static PairedComparison Of(ArmScores baseline, ArmScores treatment, double confidence = 0.95) =>
        new(baseline, treatment, BlockTable.Of(baseline, treatment), Check.Confidence(confidence));

    ErrorRatio? RatioOf(double[] baseline, double[] treatment, double confidence)
    {
        double[] logs = new double[N];
        for (int i = 0; i < N; i++)
        {
            if (Metric.Error(baseline[i]) is not > 0 || Metric.Error(treatment[i]) is not > 0)
                return null;
            logs[i] = StableMath.Log(Metric.Error(treatment[i])!.Value / Metric.Error(baseline[i])!.Value);
        }
        MeanTest test = MeanTest.Of(logs, confidence);
        return new(StableMath.Exp(test.Mean), test.Interval.Map(StableMath.Exp));
    }
}
