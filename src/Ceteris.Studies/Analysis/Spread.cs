using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>How far single runs of one arm lie apart.</summary>
/// <param name="Test">Mean over seeds, its interval, and the standard deviation of single runs.</param>
/// <param name="StandardDeviation">Interval of the standard deviation: √((n − 1) s² / χ²).</param>
/// <param name="SingleRuns">Where 95 % of new single runs are expected: mean ± t s √(1 + 1/n).</param>
/// <param name="NoiseFloor">
/// By how much one run scatters because the test set is small (<see cref="Statistics.NoiseFloor"/>); null for a metric
/// that is no accuracy.
/// </param>
public sealed record Spread(MeanTest Test, Interval StandardDeviation, Interval SingleRuns, double? NoiseFloor)
{
    /// <summary>Standard deviation / noise floor; null without one.</summary>
    public double? Ratio => NoiseFloor is > 0 ? Test.StandardDeviation / NoiseFloor : null;

    /// <summary>Two single runs closer than this do not differ: 1.96 √2 standard deviations.</summary>
    public double LeastDifferenceOfSingleRuns => Quantile.Normal(0.025) * Math.Sqrt(2) * Test.StandardDeviation;

    /// <summary>Null with fewer than two values.</summary>
    public static Spread? Of(ArmSummary arm)
    {
        const double Tail = 0.025, Confidence = 0.95;
        if (arm.Test is not { } test)
            return null;
        double df = test.N - 1, sd = test.StandardDeviation;
        double reach = Quantile.StudentT(Tail, df) * sd * Math.Sqrt(1 + 1.0 / test.N);
        return new(
            test,
            new(sd * Math.Sqrt(df / Quantile.ChiSquared(Tail, df)),
                sd * Math.Sqrt(df / Quantile.ChiSquared(1 - Tail, df)),
                Confidence),
            new(test.Mean - reach, test.Mean + reach, Confidence),
            arm.Metric.IsCount ? Statistics.NoiseFloor.OfOneRun(arm.Error!.Value, arm.Metric.Images) : null);
    }
}
