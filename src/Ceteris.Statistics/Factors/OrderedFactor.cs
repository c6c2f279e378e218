namespace Ceteris.Statistics;

/// <summary>
/// Arms that differ in one number, such as a width or a count of images: is there a trend, and does it level off?
/// </summary>
/// <param name="Slope">
/// Per block the least-squares slope on log₂ x: the change per doubling, in units of the metric.
/// </param>
/// <param name="Quadratic">
/// Per block the coefficient of (log₂ x)² in a least-squares parabola: below 0 where a gain levels off. Null with two
/// values of x, through which every parabola passes.
/// </param>
/// <param name="Page">Whether the arms are in order, by ranks alone.</param>
/// <param name="Missing">Blocks that are not complete.</param>
public sealed record OrderedFactor(
    MeanTest Slope, MeanTest? Quadratic, PageTest Page, IReadOnlyList<MissingBlock> Missing)
{
    /// <param name="x">One positive number per arm, rising.</param>
    /// <param name="table">The arms in the same order.</param>
    /// <param name="confidence">Of the intervals.</param>
    /// <exception cref="ArgumentException">Numbers not rising, or fewer than two complete blocks.</exception>
    public static OrderedFactor Of(IReadOnlyList<double> x, BlockTable table, double confidence = 0.95)
    {
        Check.That(x.Count == table.Arms.Count, nameof(x), $"{table.Arms.Count} numbers, one per arm", x.Count);
        Check.That(table.N >= 2, nameof(table), "two complete blocks or more", table.N);
        for (int i = 0; i < x.Count; i++)
        {
            double least = i == 0 ? 0 : x[i - 1];
            Check.That(
                x[i] > least && double.IsFinite(x[i]), nameof(x),
                FormattableString.Invariant($"a number above {least} for arm '{table.Arms[i]}'"), x[i]);
        }
        double[] log = Centred([.. x.Select(value => StableMath.Log(value) / StableMath.Ln2)]);
        // What of the square is neither constant nor slope: its weight is the parabola's coefficient.
        double[] square = Centred([.. log.Select(value => value * value)]);
        double along = Dot(square, log) / Dot(log, log);
        double[] bend = [.. square.Zip(log, (s, l) => s - along * l)];
        return new(
            table.Contrast(log, 1 / Dot(log, log), confidence),
            x.Count < 3 ? null : table.Contrast(bend, 1 / Dot(bend, bend), confidence),
            PageTest.Of(table), table.Missing);
    }

    static double[] Centred(double[] values)
    {
        double mean = Moments.Mean(values);
        return [.. values.Select(value => value - mean)];
    }

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
