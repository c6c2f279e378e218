using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>An arm against the baseline: the answer to one question of the study.</summary>
/// <param name="Arm">The treatment.</param>
/// <param name="Contrast">Of the two, among all contrasts of the study.</param>
/// <param name="Verdict">The answer.</param>
/// <param name="Subject">Who is compared, in words.</param>
/// <param name="Context">What is told beside it: costs, what else differs, what others found.</param>
/// <param name="Images">Where the difference is; null where the two have no completed block in common.</param>
public sealed record ArmFinding(
    ArmSummary Arm, ArmsContrast Contrast, Verdict Verdict, VerdictSubject Subject, VerdictContext Context,
    ImageFindings? Images)
{
    public PairedComparison Paired => Contrast.Paired;

    /// <summary>The verdict in words, one sentence after the other.</summary>
    public IReadOnlyList<string> Sentences => SentencesIn(Context);

    public string Text => string.Join(' ', Sentences);

    /// <summary>As <see cref="Text"/>, in a list below an answer that has said what holds for all arms.</summary>
    public string Line =>
        string.Join(' ', SentencesIn(Context with { IsInList = true }));

    IReadOnlyList<string> SentencesIn(VerdictContext context) => Arm.Same is { } same ? [same.Sentence(Arm.Name)]
        : VerdictText.Sentences(Verdict, Subject, context);

    /// <summary><c>better</c>, <c>real but negligible</c>, <c>too few seeds</c>: the verdict for a table.</summary>
    public string Word => Verdict switch
    {
        _ when Arm.Same is not null => "the same weights",
        { Strength: Strength.Nothing } => IsDiverged ? "diverged" : "no pairs",
        { Strength: Strength.Points } => "points only",
        { Strength: Strength.Exploratory } => "too few seeds",
        { IsNegligible: true } => "real but negligible",
        { Kind: VerdictKind.Better } => "better",
        { Kind: VerdictKind.Worse } => "worse",
        { Kind: VerdictKind.Equivalent } => "equivalent",
        _ => "undecided",
    };

    /// <summary>Whether it, or the baseline, has diverged in every seed: more of them do not help.</summary>
    public bool IsDiverged => VerdictText.AlwaysDiverged(Verdict) is not null;

    /// <summary>What was concluded elsewhere, and is decided otherwise here.</summary>
    public bool ContradictsReference => Verdict.Kind != VerdictKind.Undecided
        && Context.Reference?.Claim is { } claim && claim != Verdict.Kind;
}
