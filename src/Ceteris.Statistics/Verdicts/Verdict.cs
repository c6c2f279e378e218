namespace Ceteris.Statistics;

/// <summary>The answer to one question, with all that it rests on. In words: <see cref="VerdictText"/>.</summary>
public sealed record Verdict
{
    /// <summary>The least number of seeds for a claim.</summary>
    public const int LeastSeeds = 5;

    Verdict(PairedComparison comparison, double? margin, double alpha, double? adjustedP)
    {
        (Comparison, Margin, Alpha) = (comparison, margin, alpha);
        Strength = comparison.N switch
        {
            0 => Strength.Nothing,
            1 or 2 => Strength.Points,
            < LeastSeeds => Strength.Exploratory,
            _ => Strength.Claim,
        };
        if (comparison.Test is not { } test)
        {
            MoreSeeds = LeastSeeds - comparison.N;
            return;
        }
        (P, AdjustedP) = (test.P, adjustedP ?? test.P);
        Decision decision = Decision.Of(test, comparison.Metric.HigherIsBetter, margin, alpha, adjustedP);
        (Kind, Equivalence) = (decision.Kind, decision.Equivalence);
        (IsNegligible, MoreSeeds) = (decision.IsNegligible, decision.MoreSeeds);
    }

    public VerdictKind Kind { get; } = VerdictKind.Undecided;
    public Strength Strength { get; }
    public PairedComparison Comparison { get; }

    /// <summary>The largest difference that does not matter, in the unit of the metric; null if none was
    /// declared.</summary>
    public double? Margin { get; }

    public double Alpha { get; }

    /// <summary>Of the paired t test alone; null with fewer than two blocks.</summary>
    public double? P { get; }

    /// <summary>What decides: P, allowing for the other comparisons of the study.</summary>
    public double? AdjustedP { get; }

    /// <summary>Null without a margin or with fewer than two blocks.</summary>
    public Equivalence? Equivalence { get; }

    /// <summary>Equivalent, and yet a difference was shown: real, but too small to matter.</summary>
    public bool IsNegligible { get; }

    /// <summary>
    /// If undecided: about how many more seeds would decide (<see cref="Power.MoreSeeds"/>), and at least as many as a
    /// claim needs. Null if decided, or if no number of seeds that can be run would.
    /// </summary>
    public int? MoreSeeds { get; }

    /// <param name="comparison">The two arms.</param>
    /// <param name="margin">
    /// The largest difference that does not matter, in the unit of the metric, declared before the runs. Without one
    /// nothing can be shown to be equivalent.
    /// </param>
    /// <param name="alpha">
    /// Level: 0.05, or the one of a planned look (<see cref="PlannedLooks.NominalPAt"/>); then make the comparison with
    /// confidence 1 − alpha, so that interval and verdict say the same.
    /// </param>
    /// <param name="adjustedP">
    /// Of this comparison among several (<see cref="ArmsContrast.AdjustedP"/>); of this alone if null.
    /// </param>
    public static Verdict Of(
        PairedComparison comparison, double? margin = null, double alpha = 0.05, double? adjustedP = null)
    {
        Decision.Check(margin, alpha, adjustedP);
        return new(comparison, margin, alpha, adjustedP);
    }
}
