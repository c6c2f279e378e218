namespace Ceteris.Benchmarks;

/// <summary>Median and range of several figures.</summary>
readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, sorted[0], sorted[^1]);
    }
}

/// <summary>A contender's samples, one for each round.</summary>
sealed record Measured(string Name, Spread Seconds, IReadOnlyList<Sample> Samples)
{
    public static Measured Of(Sampler sampler) =>
        new(sampler.Name, Spread.Of(sampler.Samples.Select(s => s.Seconds)), [.. sampler.Samples]);

    public int NoisySamples => Samples.Count(s => s.IsNoisy);

    public double Cores => Spread.Of(Samples.Select(s => s.Cores)).Median;

    /// <summary>Median processor time of a unit, all threads together.</summary>
    public double CpuSeconds => Spread.Of(Samples.Select(s => s.Seconds * s.Cores)).Median;

    /// <summary>How many times longer than another this one takes: the ratio of each round.</summary>
    public Spread RatioTo(Measured other) => Spread.Of(Samples.Zip(other.Samples, (mine, its) => mine.Seconds / its.Seconds));
}

/// <summary>
/// A line of the table: Ceteris and PyTorch (every way, the ordinary one last) at the same work — train step, train epoch, evaluate batch —
/// with the same number of threads. <paramref name="Gflop"/> is that of the work; <paramref name="Peak"/> the GFLOP/s of fused
/// multiply-adds in registers on as many threads, measured in this run.
/// </summary>
sealed record CompareRow(
    string Network, string Title, string Work, int Images, int Threads, Measured Ceteris, IReadOnlyList<Measured> PyTorch,
    double Gflop, double Peak, double AllocatedPerStep, long ArenaBytes, long PeakBytes, long PyTorchPeakBytes, double Goal)
{
    public Measured Ordinary => PyTorch[^1];

    /// <summary>The fastest way; "fast" as a rule, but noise or a small data set may make it the ordinary one.</summary>
    public Measured Faster => PyTorch.MinBy(m => m.Seconds.Median)!;

    /// <summary>The headline: PyTorch's time in its faster way divided by Ceteris'.</summary>
    public Spread Ratio => Faster.RatioTo(Ceteris);

    /// <summary>The same with the processor time of both, all threads together: less disturbed by what else runs on the machine.</summary>
    public double CpuRatio => Faster.CpuSeconds / Ceteris.CpuSeconds;

    public Spread RatioToOrdinary => Ordinary.RatioTo(Ceteris);

    public double ImagesPerSecond => Images / Ceteris.Seconds.Median;

    public double GflopPerSecond => Gflop / Ceteris.Seconds.Median;

    public double PyTorchGflopPerSecond => Gflop / Faster.Seconds.Median;

    public int NoisySamples => Ceteris.NoisySamples + Faster.NoisySamples;
}
