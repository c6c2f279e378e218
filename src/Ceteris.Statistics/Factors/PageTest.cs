namespace Ceteris.Statistics;

/// <summary>
/// Page's test of an ordering stated beforehand: L = Σ over blocks and arms of place · rank. Large when values rise
/// with the place. (E. Page, "Ordered hypotheses for multiple treatments", JASA 58, 1963; variance with ties.)
/// </summary>
/// <param name="L">The statistic.</param>
/// <param name="Expected">Of L if the order means nothing: n k (k + 1)² / 4.</param>
/// <param name="Variance">Of L if the order means nothing.</param>
/// <param name="Z">(L − Expected) / √Variance; 0 where all values are tied.</param>
/// <param name="PRising">That values rise along the arms, one tail, by the normal approximation.</param>
/// <param name="P">Of both tails.</param>
public sealed record PageTest(double L, double Expected, double Variance, double Z, double PRising, double P)
{
    public static PageTest Of(BlockTable table)
    {
        int n = table.N, k = table.Arms.Count;
        Check.That(n >= 2, nameof(table), "two complete blocks or more", n);
        double l = 0, variance = 0, middle = (k + 1) / 2.0, places = k * (k * (double)k - 1) / 12;
        for (int row = 0; row < n; row++)
        {
            double[] ranks = Moments.Ranks([.. Enumerable.Range(0, k).Select(arm => table[row, arm])]);
            for (int arm = 0; arm < k; arm++)
                l += (arm + 1) * ranks[arm];
            variance += places * ranks.Sum(rank => (rank - middle) * (rank - middle)) / (k - 1);
        }
        double expected = n * k * middle * middle, z = variance == 0 ? 0 : (l - expected) / Math.Sqrt(variance);
        double rising = UpperTail.Normal(z);
        return new(l, expected, variance, z, rising, Math.Min(1, 2 * UpperTail.Normal(Math.Abs(z))));
    }
}
