namespace Ceteris.Statistics;

/// <summary>
/// Friedman's test by ranks, with Iman and Davenport's F and Nemenyi's critical difference, for tables whose rows are
/// data sets (J. Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 2006). Not for
/// seeds of one data set: there the differences themselves are comparable, and the t test sees more.
/// </summary>
/// <param name="MeanRanks">Per arm, in the order of the table; 1 is the smallest value.</param>
/// <param name="ChiSquared">With k − 1 degrees of freedom, corrected for ties.</param>
/// <param name="P">Of χ².</param>
/// <param name="F">Iman and Davenport's, with k − 1 and (k − 1)(N − 1) degrees of freedom.</param>
/// <param name="FisherP">Of F: the p to quote.</param>
/// <param name="CriticalDifference">Mean ranks further apart than this differ at level 0.05.</param>
public sealed record Friedman(
    IReadOnlyList<double> MeanRanks, double ChiSquared, double P, double F, double FisherP, double CriticalDifference)
{
    /// <exception cref="ArgumentException">Fewer than two complete rows.</exception>
    public static Friedman Of(BlockTable table, double alpha = 0.05)
    {
        int n = table.N, k = table.Arms.Count;
        Check.That(n >= 2, nameof(table), "two complete rows or more", n);
        double[] ranks = new double[k];
        double between = 0, total = 0, middle = (k + 1) / 2.0;
        for (int row = 0; row < n; row++)
        {
            double[] own = Moments.Ranks([.. Enumerable.Range(0, k).Select(arm => table[row, arm])]);
            for (int arm = 0; arm < k; arm++)
            {
                ranks[arm] += own[arm] / n;
                total += (own[arm] - middle) * (own[arm] - middle);
            }
        }
        foreach (double rank in ranks)
            between += n * (rank - middle) * (rank - middle);
        double chi = total == 0 ? 0 : n * (k - 1) * between / total, f = (n - 1) * chi / (n * (k - 1) - chi);
        double q = StudentizedRange.Quantile(alpha, k, double.PositiveInfinity);
        return new(
            ranks, chi, UpperTail.ChiSquared(chi, k - 1), f, UpperTail.FisherF(f, k - 1, (k - 1.0) * (n - 1)),
            q / Math.Sqrt(2) * Math.Sqrt(k * (k + 1) / (6.0 * n)));
    }
}
