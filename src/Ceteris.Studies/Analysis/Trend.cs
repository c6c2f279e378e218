using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The arms along an ordered factor, all other factors at the baseline's level.</summary>
/// <param name="Factor">What rises.</param>
/// <param name="X">Its values.</param>
/// <param name="Arms">In their order.</param>
/// <param name="Fit">Slope, bend, order.</param>
/// <param name="Steps">Each arm against the one before it.</param>
/// <param name="Curve">How the error falls with the number of training images; null for another factor.</param>
public sealed record Trend(
    StudyFactor Factor, IReadOnlyList<double> X, IReadOnlyList<ArmSummary> Arms, OrderedFactor Fit,
    IReadOnlyList<TrendStep> Steps, LearningCurve? Curve)
{
    /// <summary>Blocks complete in all arms.</summary>
    public int N => Fit.Slope.N;

    /// <summary>
    /// The least-squares parabola on log₂ x through the complete blocks: it has the mean slope and bend of
    /// <see cref="Fit"/>. In the unit of the metric; null with two values of x.
    /// </summary>
    public Func<double, double>? Parabola()
    {
        if (Fit.Quadratic is not { Mean: var bend })
            return null;
        double middle = X.Average(Math.Log2), slope = Fit.Slope.Mean;
        double[] log = [.. X.Select(x => Math.Log2(x) - middle)];
        // what of the square is neither constant nor slope has the bend for its weight
        double square = log.Average(u => u * u), along = log.Sum(u => u * u * u) / log.Sum(u => u * u);
        double level = BlockTable.Of([.. Arms.Select(arm => arm.Scores)])
            .Contrast([.. X.Select(_ => 1.0 / X.Count)]).Mean;
        return x =>
        {
            double u = Math.Log2(x) - middle;
            return level + slope * u + bend * (u * u - square - along * u);
        };
    }

    /// <summary>Null where fewer than two blocks are complete.</summary>
    public static Trend? Of(
        StudyFactor factor, IReadOnlyList<double> x, IReadOnlyList<ArmSummary> arms, double confidence)
    {
        ArmScores[] scores = [.. arms.Select(arm => arm.Compared)];
        var table = BlockTable.Of(scores);
        if (table.N < 2)
            return null;
        PairedComparison[] pairs =
            [.. scores.Zip(scores.Skip(1), (a, b) => PairedComparison.Of(a, b, confidence))];
        double[] adjusted = Adjusted.Holm([.. pairs.Select(pair => pair.Test!.P)]);
        bool isSize = factor.Levels.All(level => level.Settings.Any(s => s.Key == "data"));
        return new(
            factor, x, arms, OrderedFactor.Of(x, table, confidence),
            [.. pairs.Select((pair, i) => new TrendStep(x[i], x[i + 1], pair, adjusted[i]))],
            isSize ? LearningCurve.Of(x, table) : null);
    }
}

/// <summary>From one value of an ordered factor to the next.</summary>
/// <param name="From">The value before.</param>
/// <param name="To">The value after.</param>
/// <param name="Pair">The arm of the latter against that of the former.</param>
/// <param name="AdjustedP">Holm, over the steps.</param>
public sealed record TrendStep(double From, double To, PairedComparison Pair, double AdjustedP);
