namespace Ceteris.Statistics;

/// <summary>
/// How the error falls with the number of training images: err = e^α N^−b, a straight line of ln err on ln N.
/// </summary>
/// <param name="Intercept">α.</param>
/// <param name="Slope">−b: −0.5 means that four times the images halve the error.</param>
/// <param name="SlopeStandardError">From the points around this one line.</param>
/// <param name="SlopeInterval">With n − 2 degrees of freedom.</param>
/// <param name="R2">Share of the variance of ln err that the line explains; NaN where it does not vary.</param>
/// <param name="LargestSize">The largest N of the fit.</param>
public sealed record PowerLaw(
    double Intercept, double Slope, double SlopeStandardError, Interval SlopeInterval, double R2, double LargestSize)
{
    /// <summary>A prediction further beyond the data than this is refused.</summary>
    public const double FarthestExtrapolation = 4;

    /// <summary>The line through one curve, by least squares.</summary>
    /// <param name="sizes">Three or more different sizes.</param>
    /// <param name="errors">Positive, in any unit (a count of wrong images, percent).</param>
    /// <param name="confidence">Of the interval.</param>
    /// <exception cref="ArgumentException">Too few sizes, or an error of 0, which has no logarithm.</exception>
    public static PowerLaw Of(IReadOnlyList<double> sizes, IReadOnlyList<double> errors, double confidence = 0.95)
    {
        CheckCurve(sizes, errors, 3);
        double[] x = [.. sizes.Select(StableMath.Log)], y = [.. errors.Select(StableMath.Log)];
        double varianceX = Moments.Variance(x), covariance = Moments.Covariance(x, y), varianceY = Moments.Variance(y);
        double slope = covariance / varianceX, intercept = Moments.Mean(y) - slope * Moments.Mean(x), rest = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double residual = y[i] - intercept - slope * x[i];
            rest += residual * residual;
        }
        int df = x.Length - 2;
        double error = Math.Sqrt(rest / df / (varianceX * (x.Length - 1)));
        double half = Quantile.StudentT((1 - Check.Confidence(confidence)) / 2, df) * error;
        return new(
            intercept, slope, error, new(slope - half, slope + half, confidence),
            1 - rest / (varianceY * (x.Length - 1)), sizes.Max());
    }

    /// <summary>The slope of every block by itself, tested over blocks: the interval to quote.</summary>
    /// <param name="sizes">One per column.</param>
    /// <param name="errorsPerBlock">One row of errors per block.</param>
    /// <param name="confidence">Of the interval.</param>
    public static MeanTest SlopeOver(
        IReadOnlyList<double> sizes, IReadOnlyList<IReadOnlyList<double>> errorsPerBlock, double confidence = 0.95) =>
        MeanTest.Of([.. errorsPerBlock.Select(errors => Of(sizes, errors).Slope)], confidence);

    /// <summary>The error at another size, in the unit of the fit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size beyond four times the largest of the fit.</exception>
    public double At(double size)
    {
        double most = FarthestExtrapolation * LargestSize;
        if (!(size > 0 && size <= most))
        {
            throw new ArgumentOutOfRangeException(nameof(size), FormattableString.Invariant(
                $"expected a size up to {most} (four times the largest measured, {LargestSize}), got {size}"));
        }
        return StableMath.Exp(Intercept + Slope * StableMath.Log(size));
    }

    internal static void CheckCurve(IReadOnlyList<double> sizes, IReadOnlyList<double> errors, int least)
    {
        Check.That(errors.Count == sizes.Count, nameof(errors), $"{sizes.Count} errors, one per size", errors.Count);
        foreach (double size in sizes)
            Check.That(size > 0 && double.IsFinite(size), nameof(sizes), "positive sizes", size);
        foreach (double error in errors)
            Check.That(
                error > 0 && double.IsFinite(error), nameof(errors), "errors above 0, which have a logarithm", error);
        int different = sizes.Distinct().Count();
        Check.That(different >= least, nameof(sizes), $"{least} different sizes or more", different);
    }
}
