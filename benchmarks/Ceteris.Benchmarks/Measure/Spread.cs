namespace Ceteris.Benchmarks;

/// <summary>Median and range of several figures.</summary>
readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>The median of an even number of figures is the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("expected at least one figure, got none", nameof(figures));
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, sorted[0], sorted[^1]);
    }
}
