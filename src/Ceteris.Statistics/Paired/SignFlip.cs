namespace Ceteris.Statistics;

/// <summary>
/// The sign-flip (permutation) test of paired differences: were the two arms alike, each difference could as well have
/// had the other sign. P is the share of sign patterns whose sum is at least as far from 0 as the one seen
/// (R. Fisher, The Design of Experiments, 1935). It assumes no distribution, but cannot fall below 2^(1 − n): with
/// five blocks never below 0.0625.
/// </summary>
public static class SignFlip
{
    /// <summary>Up to so many values that are not 0, every pattern is looked at.</summary>
    public const int MostExact = 20;

    /// <summary>Beyond, so many patterns are drawn; then p = (k + 1) / (draws + 1).</summary>
    public const int Draws = 1_000_000;

    /// <summary>P in both tails; 1 where all differences are 0. The order of the differences does not matter.</summary>
    public static double P(ReadOnlySpan<double> differences)
    {
        Check.Finite(differences, nameof(differences));
        double sum = 0, total = 0;
        var sizes = new List<double>();
        foreach (double difference in differences)
        {
            sum += difference;
            total += Math.Abs(difference);
            if (difference != 0)
                sizes.Add(Math.Abs(difference));
        }
        if (sizes.Count == 0)
            return 1;
        double[] sorted = [.. sizes.Order()];
        // Sums that are equal but for rounding count as equal.
        double bound = Math.Abs(sum) - 1e-12 * total;
        return sorted.Length <= MostExact ? Exact(sorted, bound) : Drawn(sorted, bound);
    }

    /// <summary>
    /// Wilcoxon's signed-rank test, exact with ties: the sign-flip test of the ranks of the sizes. Zeros are left out.
    /// (F. Wilcoxon, "Individual comparisons by ranking methods", 1945.)
    /// </summary>
    /// <returns>The sum of the ranks of the positive differences, and p in both tails.</returns>
    public static (double PositiveRanks, double P) Wilcoxon(ReadOnlySpan<double> differences)
    {
        Check.Finite(differences, nameof(differences));
        double[] nonzero = [.. differences.ToArray().Where(d => d != 0)];
        double[] ranks = Moments.Ranks([.. nonzero.Select(Math.Abs)]);
        double[] signed = [.. ranks.Zip(nonzero, (rank, d) => Math.CopySign(rank, d))];
        return (signed.Where(rank => rank > 0).Sum(), P(signed));
    }

    /// <summary>Half of the patterns are enough: the other half are their mirror images.</summary>
    static double Exact(double[] sizes, double bound)
    {
        return (double)Count(1, sizes[0]) / (1L << (sizes.Length - 1));

        long Count(int next, double sum)
        {
            if (next == sizes.Length)
                return Math.Abs(sum) >= bound ? 1 : 0;
            return Count(next + 1, sum + sizes[next]) + Count(next + 1, sum - sizes[next]);
        }
    }

    static double Drawn(double[] sizes, double bound)
    {
        int extreme = 0;
        ulong state = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            double sum = 0;
            ulong signs = 0;
            for (int i = 0; i < sizes.Length; i++, signs >>= 1)
            {
                if (i % 64 == 0)
                    signs = Next(ref state);
                sum += (signs & 1) == 0 ? sizes[i] : -sizes[i];
            }
            if (Math.Abs(sum) >= bound)
                extreme++;
        }
        return (extreme + 1.0) / (Draws + 1.0);
    }

    /// <summary>SplitMix64 (G. Steele et al., "Fast splittable pseudorandom number generators", 2014).</summary>
    static ulong Next(ref ulong state)
    {
        unchecked
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
