namespace Ceteris.Benchmarks;

/// <summary>
/// A timed stretch of work: seconds per unit, processors that the contender kept busy, and processors that everything
/// else kept busy, other guests of the machine included.
/// </summary>
sealed record Sample(double Seconds, int Units, double Cores, double ForeignCores)
{
    /// <summary>Above this much foreign load a sample is repeated, and marked when repeating does not help.</summary>
    public const double ForeignLimit = 0.10;

    public bool IsNoisy => ForeignCores > ForeignLimit;
}

/// <summary>A contender's samples, one for each round.</summary>
sealed record Measured(string Name, IReadOnlyList<Sample> Samples)
{
    /// <summary>Of a unit.</summary>
    public Spread Seconds => Spread.Of(Samples.Select(s => s.Seconds));

    public int NoisySamples => Samples.Count(s => s.IsNoisy);

    /// <summary>Whether most samples are: then the figures are no result.</summary>
    public bool IsNoisy => 2 * NoisySamples > Samples.Count;

    public double Cores => Spread.Of(Samples.Select(s => s.Cores)).Median;

    /// <summary>Median processor time of a unit, all threads together.</summary>
    public double CpuSeconds => Spread.Of(Samples.Select(s => s.Seconds * s.Cores)).Median;

    /// <summary>How many times longer than another this one takes: the ratio of each round.</summary>
    public Spread RatioTo(Measured other) =>
        Spread.Of(Samples.Zip(other.Samples, (mine, its) => mine.Seconds / its.Seconds));
}
