namespace Ceteris.Benchmarks;

/// <summary>
/// A line of the table: Ceteris and PyTorch (every way, the ordinary one last) at the same work with the same number of
/// threads. <paramref name="Gflop"/> is that of the work; <paramref name="Peak"/> the GFLOP/s of fused multiply-adds in
/// registers on as many threads, measured just before.
/// </summary>
sealed record ComparisonRow(
    string Network, string Title, Phase Phase, int Images, int Threads, Measured Ceteris,
    IReadOnlyList<Measured> PyTorch, double Gflop, double Peak, double AllocatedPerStep, long ArenaBytes,
    long LargestLiveBytes, long PeakBytes, long PyTorchPeakBytes, double Goal)
{
    public Measured Ordinary => PyTorch[^1];

    /// <summary>
    /// The fastest way; "fast" as a rule, but noise or a small data set may make it the ordinary one.
    /// </summary>
    public Measured Faster => PyTorch.MinBy(m => m.Seconds.Median)!;

    /// <summary>The headline: PyTorch's time in its faster way divided by Ceteris'.</summary>
    public Spread Ratio => Faster.RatioTo(Ceteris);

    /// <summary>
    /// The same with the processor time of both, all threads together: less disturbed by what else runs.
    /// </summary>
    public double CpuRatio => Faster.CpuSeconds / Ceteris.CpuSeconds;

    public Spread RatioToOrdinary => Ordinary.RatioTo(Ceteris);

    public double ImagesPerSecond => Images / Ceteris.Seconds.Median;

    public double GflopPerSecond => Gflop / Ceteris.Seconds.Median;

    public double PyTorchGflopPerSecond => Gflop / Faster.Seconds.Median;

    /// <summary>Whether other processes spoilt it.</summary>
    public bool IsNoisy => Ceteris.IsNoisy || Faster.IsNoisy;

    public bool MeetsGoal => !IsNoisy && Ratio.Median >= Goal;

    public int NoisySamples => Ceteris.NoisySamples + Faster.NoisySamples;
}
