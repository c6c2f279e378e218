namespace Ceteris.Statistics;

/// <summary>p-values of several tests, adjusted for their number; in the order given.</summary>
public static class Adjusted
{
    /// <summary>
    /// Holm: with p sorted upwards, max over j ≤ i of min(1, (m − j + 1) p_j). Keeps the chance of even one false claim
    /// at α, whatever the dependence. (S. Holm, "A simple sequentially rejective multiple test procedure", 1979.)
    /// </summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        int[] order = Sorted(p);
        double[] adjusted = new double[p.Count];
        double largest = 0;
        for (int i = 0; i < order.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - i) * p[order[i]]));
            adjusted[order[i]] = largest;
        }
        return adjusted;
    }

    /// <summary>
    /// Benjamini and Hochberg: with p sorted upwards, min over j ≥ i of min(1, m p_j / j). Keeps the expected share of
    /// false claims among the claims at α: a screen, not a proof. (J. Royal Statistical Society B 57, 1995.)
    /// </summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p)
    {
        int[] order = Sorted(p);
        double[] adjusted = new double[p.Count];
        double least = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            least = Math.Min(least, p[order[i]] * order.Length / (i + 1));
            adjusted[order[i]] = least;
        }
        return adjusted;
    }

    static int[] Sorted(IReadOnlyList<double> p)
    {
        foreach (double value in p)
            Check.That(value is >= 0 and <= 1, nameof(p), "p-values from 0 to 1", value);
        return [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
    }
}
