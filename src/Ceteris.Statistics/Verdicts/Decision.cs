namespace Ceteris.Statistics;

/// <summary>
/// What a mean difference over blocks decides, of two arms (<see cref="Verdict"/>) or of a factor
/// (<see cref="FactorialEffect"/>).
/// </summary>
/// <param name="Kind">With fewer seeds than a claim needs: undecided.</param>
/// <param name="IsNegligible">Equivalent, and yet a difference was shown: real, but too small to matter.</param>
/// <param name="Equivalence">Null without a margin.</param>
/// <param name="MoreSeeds">
/// If undecided: about how many more seeds would decide (<see cref="Power.MoreSeeds"/>), and at least as many as a
/// claim needs. Null if decided, or if no number of seeds that can be run would.
/// </param>
public sealed record Decision(VerdictKind Kind, bool IsNegligible, Equivalence? Equivalence, int? MoreSeeds)
{
    /// <param name="test">Treatment less baseline.</param>
    /// <param name="higherIsBetter">Whether a positive difference is good.</param>
    /// <param name="margin">The largest difference that does not matter; null if none was declared.</param>
    /// <param name="alpha">Level.</param>
    /// <param name="adjustedP">Of this test among several; of this alone if null.</param>
    /// <exception cref="ArgumentException">The margin is not positive, or a probability is none.</exception>
    public static Decision Of(
        MeanTest test, bool higherIsBetter, double? margin = null, double alpha = 0.05, double? adjustedP = null)
    {
        Check(margin, alpha, adjustedP);
        double p = adjustedP ?? test.P;
        Equivalence? equivalence = margin is { } m ? Equivalence.Of(test, m, alpha) : null;
        bool isClaim = test.N >= Verdict.LeastSeeds, isDifferent = p < alpha, isInside = equivalence?.P < alpha;
        VerdictKind kind = !isClaim ? VerdictKind.Undecided
            : isInside ? VerdictKind.Equivalent
            : !isDifferent ? VerdictKind.Undecided
            : test.Mean > 0 == higherIsBetter ? VerdictKind.Better : VerdictKind.Worse;
        int? more = kind == VerdictKind.Undecided ? SeedsToDecide(test, margin, alpha, p) : null;
        return new(kind, isClaim && isInside && isDifferent, equivalence, more);
    }

    internal static void Check(double? margin, double alpha, double? adjustedP)
    {
        Statistics.Check.That(margin is null or > 0, nameof(margin), "a positive margin", margin ?? 1);
        Statistics.Check.That(alpha is > 0 and < 0.5, nameof(alpha), "a level between 0 and 0.5", alpha);
        Statistics.Check.That(adjustedP is null or (>= 0 and <= 1), nameof(adjustedP), "a p-value", adjustedP ?? 1);
    }

    static int? SeedsToDecide(MeanTest test, double? margin, double alpha, double p)
    {
        int least = Math.Max(0, Verdict.LeastSeeds - test.N);
        if (!test.HasSpread)
            return SeedsWithoutSpread(test, margin, alpha) - test.N is var n && n > 0 ? Math.Max(least, n) : null;
        // Holm and its kin multiply p; the level left for this comparison is that much smaller.
        double level = p > test.P ? alpha * test.P / p : alpha;
        int? more = test.N > 2 ? Power.MoreSeeds(test, margin, level) : least;
        return more is null ? null : Math.Max(least, more.Value);
    }

    /// <summary>At how many seeds 2^(1 − n), or 2^−n for the margin, falls below the level.</summary>
    static int SeedsWithoutSpread(MeanTest test, double? margin, double alpha)
    {
        bool isInside = Math.Abs(test.Mean) < margin;
        if (test.Mean == 0 && !isInside)
            return 0;
        int seeds = Verdict.LeastSeeds;
        while (Math.ScaleB(1, isInside ? -seeds : 1 - seeds) >= alpha)
            seeds++;
        return seeds;
    }
}
