namespace Ceteris.Statistics;

/// <summary>
/// The best arm of a sweep. Its mean is not a result: it was chosen for being high. See <see cref="Confirmation"/>.
/// </summary>
/// <param name="Name">Of the arm.</param>
/// <param name="Arms">Among how many.</param>
/// <param name="Mean">Of the metric over the blocks of the sweep, in its unit (percent for counts).</param>
/// <param name="StandardError">Of the mean of one arm relative to the others, from the rest of the arms × blocks
/// table.</param>
/// <param name="ExpectedExcess">By how much the mean flatters if all arms are equal.</param>
/// <param name="Blocks">The seeds of the sweep, which a confirmation must not use.</param>
public sealed record SweepWinner(
    string Name, int Arms, double Mean, double StandardError, double ExpectedExcess, IReadOnlyList<long> Blocks)
{
    /// <summary>The arm with the best mean; of equal ones the first.</summary>
    /// <exception cref="ArgumentException">Fewer than two complete blocks.</exception>
    public static SweepWinner Of(BlockTable table)
    {
        RepeatedMeasures rest = RepeatedMeasures.Of(table);
        int k = table.Arms.Count, sign = table.Metric.HigherIsBetter ? 1 : -1;
        double[] means = [.. Enumerable.Range(0, k).Select(
            arm => Moments.Mean(table.Column(arm)) * table.Metric.Scale)];
        int best = Enumerable.Range(0, k).MaxBy(arm => sign * means[arm]);
        double error = Math.Sqrt(rest.MeanSquareError / table.N);
        long[] blocks = [.. table.Blocks.Concat(table.Missing.Select(missing => missing.Block)).Distinct().Order()];
        return new(table.Arms[best], k, means[best], error, error * WinnersCurse.InStandardErrors(k), blocks);
    }
}
