namespace Ceteris.Statistics;

/// <summary>
/// Two single networks on the same images, by the images that only one of them gets right (Q. McNemar, Psychometrika
/// 12, 1947). It speaks of these two networks, not of the two ways of training: another seed is another network.
/// </summary>
/// <param name="OnlyBaseline">b: images that only the baseline gets right.</param>
/// <param name="OnlyTreatment">c: images that only the treatment gets right.</param>
/// <param name="ExactP">2 P(X ≤ min(b, c)), X binomial of b + c halves; at most 1.</param>
/// <param name="MidP">
/// The same less P(X = min): the p to quote (M. Fagerland et al., BMC Medical Research Methodology 13, 2013).
/// </param>
/// <param name="ChiSquared">(b − c)² / (b + c), one degree of freedom.</param>
/// <param name="ChiSquaredP">Of it; a large-sample approximation.</param>
/// <param name="CorrectedChiSquared">max(0, |b − c| − 1)² / (b + c).</param>
/// <param name="CorrectedP">Of it.</param>
public sealed record McNemar(
    int OnlyBaseline, int OnlyTreatment, double ExactP, double MidP, double ChiSquared, double ChiSquaredP,
    double CorrectedChiSquared, double CorrectedP)
{
    /// <summary>What to write below the number.</summary>
    public const string Caption = "these two networks";

    public static McNemar Of(int onlyBaseline, int onlyTreatment)
    {
        Check.That(onlyBaseline >= 0, nameof(onlyBaseline), "a count", onlyBaseline);
        Check.That(onlyTreatment >= 0, nameof(onlyTreatment), "a count", onlyTreatment);
        int n = onlyBaseline + onlyTreatment, low = Math.Min(onlyBaseline, onlyTreatment);
        if (n == 0)
            return new(0, 0, 1, 1, 0, 1, 0, 1);
        // P(X ≤ low) = I_½(n − low, low + 1), and C(n, low) = 1 / ((n + 1) B(n − low + 1, low + 1))
        double tail = SpecialFunctions.BetaRegularised(n - low, low + 1, 0.5, 0.5);
        double at = StableMath.Exp(-SpecialFunctions.LogBeta(n - low + 1, low + 1) - n * StableMath.Ln2) / (n + 1);
        double gap = Math.Abs(onlyBaseline - onlyTreatment), corrected = Math.Max(0, gap - 1);
        double chi = gap * gap / n, chiCorrected = corrected * corrected / n;
        return new(
            onlyBaseline, onlyTreatment, Math.Min(1, 2 * tail), Math.Min(1, 2 * tail - at), chi,
            UpperTail.ChiSquared(chi, 1), chiCorrected, UpperTail.ChiSquared(chiCorrected, 1));
    }

    /// <summary>From which images each network gets right.</summary>
    public static McNemar Of(IReadOnlyList<bool> baseline, IReadOnlyList<bool> treatment)
    {
        Check.That(treatment.Count == baseline.Count, nameof(treatment), $"{baseline.Count} images", treatment.Count);
        int onlyBaseline = 0, onlyTreatment = 0;
        for (int i = 0; i < baseline.Count; i++)
        {
            onlyBaseline += baseline[i] && !treatment[i] ? 1 : 0;
            onlyTreatment += treatment[i] && !baseline[i] ? 1 : 0;
        }
        return Of(onlyBaseline, onlyTreatment);
    }
}
