using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>How the error falls with the number of training images: a power law in every block.</summary>
/// <param name="Exponent">Of the number of images, per block: −0.5 means that four times the images halve the
/// error.</param>
/// <param name="Law">The mean law: mean slope and intercept, in percent (of an accuracy) or the unit of the
/// metric.</param>
/// <param name="Hidden">The largest size as the others foretell it; null where that is not possible.</param>
/// <param name="Floor">A law with a floor, of the mean errors; null with too few sizes or where there is none.</param>
public sealed record LearningCurve(MeanTest Exponent, PowerLaw Law, HiddenLargest? Hidden, PowerLawWithFloor? Floor)
{
    const int LeastSizes = 3, LeastToHide = 4;

    /// <summary>Null with fewer than three sizes, or where an error is 0 or has no meaning.</summary>
    /// <param name="sizes">Numbers of training images, rising.</param>
    /// <param name="table">Arms in their order.</param>
    public static LearningCurve? Of(IReadOnlyList<double> sizes, BlockTable table)
    {
        double?[][] errors =
        [
            .. Enumerable.Range(0, table.N).Select(row => Enumerable.Range(0, sizes.Count)
                .Select(arm => ErrorOf(table, row, arm)).ToArray()),
        ];
        if (sizes.Count < LeastSizes || errors.Any(row => row.Any(error => error is not > 0)))
            return null;
        double[][] known = [.. errors.Select(row => row.Select(error => error!.Value).ToArray())];
        PowerLaw[] laws = [.. known.Select(row => PowerLaw.Of(sizes, row))];
        PowerLaw mean = laws[0] with { Intercept = laws.Average(l => l.Intercept), Slope = laws.Average(l => l.Slope) };
        bool canHide = sizes.Count >= LeastToHide && sizes[^1] <= PowerLaw.FarthestExtrapolation * sizes[^2];
        return new(
            PowerLaw.SlopeOver(sizes, known), mean, canHide ? HiddenLargest.Of(sizes, known) : null,
            FloorOf(sizes, [.. sizes.Select((_, i) => known.Average(row => row[i]))]));
    }

    /// <summary>By how much twice the images change the error: 0.7 is 30 % less.</summary>
    public double Doubling => Law.At(Law.LargestSize) / Law.At(Law.LargestSize / 2);

    static double? ErrorOf(BlockTable table, int row, int arm)
    {
        double value = table[row, arm];
        return StudyMetric.IsPoints(table.Metric) ? 100 - value * table.Metric.Scale : table.Metric.Error(value);
    }

    static PowerLawWithFloor? FloorOf(IReadOnlyList<double> sizes, double[] errors)
    {
        if (sizes.Count < PowerLawWithFloor.LeastSizes || sizes[^1] / sizes[0] < PowerLawWithFloor.LeastRange)
            return null;
        try
        {
            return PowerLawWithFloor.Of(sizes, errors);
        }
        catch (ArgumentException)
        {
            return null; // a curve that has no such law
        }
    }
}
