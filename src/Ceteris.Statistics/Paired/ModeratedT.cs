namespace Ceteris.Statistics;

/// <summary>
/// The t test with a variance borrowed in part from earlier studies, for the very few seeds of an exploration:
/// s̃² = (d₀ s₀² + d s²) / (d₀ + d), with d₀ + d degrees of freedom (G. Smyth, "Linear models and empirical Bayes
/// methods", 2004). As good as s₀ is: name its source beside the result.
/// </summary>
public static class ModeratedT
{
    /// <param name="values">Differences per block.</param>
    /// <param name="priorDegreesOfFreedom">d₀: how many values the earlier spread is worth.</param>
    /// <param name="priorSpread">s₀: the standard deviation of such differences in earlier studies.</param>
    /// <param name="confidence">Of the interval.</param>
    public static MeanTest Of(
        ReadOnlySpan<double> values, double priorDegreesOfFreedom, double priorSpread, double confidence = 0.95)
    {
        Check.That(
            priorDegreesOfFreedom > 0, nameof(priorDegreesOfFreedom), "more than 0 degrees of freedom",
            priorDegreesOfFreedom);
        Check.That(priorSpread > 0, nameof(priorSpread), "a positive standard deviation", priorSpread);
        MeanTest plain = MeanTest.Of(values, confidence);
        double own = plain.DegreesOfFreedom, all = own + priorDegreesOfFreedom;
        double square = priorDegreesOfFreedom * priorSpread * priorSpread
            + own * plain.StandardDeviation * plain.StandardDeviation;
        return MeanTest.FromPooled(plain.N, plain.Mean, Math.Sqrt(square / all), all, confidence);
    }
}
