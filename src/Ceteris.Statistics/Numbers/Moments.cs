namespace Ceteris.Statistics;

/// <summary>Sums over blocks, in their order.</summary>
static class Moments
{
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>Σ (x − x̄)² / (n − 1); exactly 0 where all values are equal.</summary>
    public static double Variance(ReadOnlySpan<double> values) => Covariance(values, values);

    /// <summary>Σ (x − x̄)(y − ȳ) / (n − 1).</summary>
    public static double Covariance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (IsConstant(x) || IsConstant(y))
            return 0;
        double meanX = Mean(x), meanY = Mean(y), sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += (x[i] - meanX) * (y[i] - meanY);
        return sum / (x.Length - 1);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        double[] all = values.ToArray();
        return [.. all.Select(x => all.Count(y => y < x) + (all.Count(y => y == x) + 1) / 2.0)];
    }

    static bool IsConstant(ReadOnlySpan<double> values) => values.IndexOfAnyExcept(values[0]) < 0;
}
