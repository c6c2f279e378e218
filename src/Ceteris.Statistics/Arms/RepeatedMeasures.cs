namespace Ceteris.Statistics;

/// <summary>
/// Analysis of variance of k arms in the same n blocks: do the arms differ at all? F = MS_arms / MS_rest with k − 1 and
/// (k − 1)(n − 1) degrees of freedom, both times ε where variances of differences are unequal (S. Greenhouse and
/// S. Geisser, Psychometrika 24, 1959).
/// </summary>
/// <param name="F">∞ where nothing is left over, NaN where nothing varies at all.</param>
/// <param name="NumeratorDegreesOfFreedom">k − 1.</param>
/// <param name="DenominatorDegreesOfFreedom">(k − 1)(n − 1).</param>
/// <param name="P">As if all differences had one variance; NaN with F.</param>
/// <param name="MeanSquareError">MS_rest, in squared units of the metric: pooled over all arms.</param>
/// <param name="Epsilon">Greenhouse and Geisser's, from 1/(k − 1) to 1.</param>
/// <param name="EpsilonP">The p to quote.</param>
public sealed record RepeatedMeasures(
    double F, double NumeratorDegreesOfFreedom, double DenominatorDegreesOfFreedom, double P, double MeanSquareError,
    double Epsilon, double EpsilonP)
{
    /// <exception cref="ArgumentException">Fewer than two complete blocks.</exception>
    public static RepeatedMeasures Of(BlockTable table)
    {
        int n = table.N, k = table.Arms.Count;
        Check.That(n >= 2, nameof(table), "two complete blocks or more", n);
        double[][] arms = [.. Enumerable.Range(0, k).Select(table.Column)];
        double[] armMeans = [.. arms.Select(arm => Moments.Mean(arm))];
        double[] blockMeans = [.. Enumerable.Range(0, n).Select(r => arms.Average(arm => arm[r]))];
        double grand = Moments.Mean(armMeans), between = 0, rest = 0;
        for (int a = 0; a < k; a++)
        {
            between += n * (armMeans[a] - grand) * (armMeans[a] - grand);
            for (int r = 0; r < n; r++)
            {
                double residual = arms[a][r] - armMeans[a] - blockMeans[r] + grand;
                rest += residual * residual;
            }
        }
        double df1 = k - 1, df2 = df1 * (n - 1), f = between / df1 / (rest / df2), epsilon = EpsilonOf(arms);
        return new(
            f, df1, df2, TailOf(f, df1, df2), rest / df2 * table.Metric.Scale * table.Metric.Scale, epsilon,
            TailOf(f, df1 * epsilon, df2 * epsilon));
    }

    static double TailOf(double f, double df1, double df2) => double.IsNaN(f) ? f : UpperTail.FisherF(f, df1, df2);

    /// <summary>ε = (tr C)² / ((k − 1) tr C²), C the doubly centred covariance of the arms.</summary>
    static double EpsilonOf(double[][] arms)
    {
        int k = arms.Length;
        double[,] covariance = new double[k, k];
        double[] means = new double[k];
        for (int a = 0; a < k; a++)
        {
            for (int b = 0; b < k; b++)
            {
                covariance[a, b] = Moments.Covariance(arms[a], arms[b]);
                means[a] += covariance[a, b] / k;
            }
        }
        double grand = Moments.Mean(means), trace = 0, squares = 0;
        for (int a = 0; a < k; a++)
        {
            for (int b = 0; b < k; b++)
            {
                double centred = covariance[a, b] - means[a] - means[b] + grand;
                trace += a == b ? centred : 0;
                squares += centred * centred;
            }
        }
        return squares == 0 ? 1 : Math.Clamp(trace * trace / ((k - 1) * squares), 1.0 / (k - 1), 1);
    }
}
