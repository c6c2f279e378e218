namespace Ceteris.Statistics;

/// <summary>
/// Does the power law foretell? The largest size is hidden, the line fitted to the others in every block, and its
/// prediction compared with what was measured.
/// </summary>
/// <param name="Size">The size hidden.</param>
/// <param name="Beyond">How many times the largest size of the fit that is.</param>
/// <param name="Predicted">Geometric mean over blocks, in the unit of the errors.</param>
/// <param name="Measured">Geometric mean over blocks.</param>
/// <param name="Miss">
/// Measured / predicted: 1.2 means that the error is 20 % larger than the law says.
/// </param>
/// <param name="MissInterval">Over blocks; null with one block.</param>
public sealed record HiddenLargest(
    double Size, double Beyond, double Predicted, double Measured, double Miss, Interval? MissInterval)
{
    /// <param name="sizes">Four or more different sizes, rising.</param>
    /// <param name="errorsPerBlock">One row of errors per block, one error per size.</param>
    /// <param name="confidence">Of the interval.</param>
    /// <exception cref="ArgumentOutOfRangeException">The largest is beyond four times the next.</exception>
    public static HiddenLargest Of(
        IReadOnlyList<double> sizes, IReadOnlyList<IReadOnlyList<double>> errorsPerBlock, double confidence = 0.95)
    {
        Check.That(errorsPerBlock.Count >= 1, nameof(errorsPerBlock), "one block or more", errorsPerBlock.Count);
        Check.That(sizes.Count >= 4, nameof(sizes), "four sizes or more, of which one is hidden", sizes.Count);
        for (int i = 1; i < sizes.Count; i++)
            Check.That(sizes[i] > sizes[i - 1], nameof(sizes), "rising sizes", sizes[i]);
        double hidden = sizes[^1];
        double[] seen = [.. sizes.SkipLast(1)];
        var misses = new List<double>();
        double predicted = 0, measured = 0;
        foreach (IReadOnlyList<double> errors in errorsPerBlock)
        {
            PowerLaw.CheckCurve(sizes, errors, 4);
            double foretold = StableMath.Log(PowerLaw.Of(seen, [.. errors.SkipLast(1)]).At(hidden));
            double found = StableMath.Log(errors[^1]);
            misses.Add(found - foretold);
            predicted += foretold / errorsPerBlock.Count;
            measured += found / errorsPerBlock.Count;
        }
        Interval? interval = misses.Count < 2 ? null : MeanTest.Of([.. misses], confidence).Interval.Map(
            StableMath.Exp);
        return new(
            hidden, hidden / seen[^1], StableMath.Exp(predicted), StableMath.Exp(measured),
            StableMath.Exp(measured - predicted), interval);
    }
}
