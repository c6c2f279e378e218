namespace Ceteris.Benchmarks;

/// <summary>How thoroughly contenders are timed.</summary>
/// <param name="Rounds">Samples of each.</param>
/// <param name="SampleSeconds">What a sample lasts at least; a unit that takes longer is a sample.</param>
/// <param name="WarmUpSeconds">
/// What a contender runs beforehand at least; then up to four times as long, until it has done 30 units.
/// </param>
/// <param name="WarmUpUnits">What it does beforehand at least.</param>
/// <param name="RepeatSeconds">Noisy samples are repeated for as long.</param>
sealed record SamplePolicy(
    int Rounds, double SampleSeconds, double WarmUpSeconds, int WarmUpUnits, double RepeatSeconds)
{
    public static SamplePolicy Thorough { get; } = new(7, 0.5, 1, 2, 2);

    public static SamplePolicy Short { get; } = new(5, 0.2, 0.5, 2, 0.5);

    public static SamplePolicy Quick { get; } = new(3, 0.1, 0.3, 1, 0);

    /// <summary>One sample of each in each round; every other round backwards, so that no one always comes
    /// first.</summary>
    public IReadOnlyList<Measured> Alternate(IReadOnlyList<Sampler> samplers)
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (var sampler in round % 2 == 0 ? samplers : samplers.Reverse())
                sampler.Take();
        }
        return [.. samplers.Select(sampler => sampler.Measured)];
    }
}
