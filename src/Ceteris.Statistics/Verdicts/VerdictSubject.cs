namespace Ceteris.Statistics;

/// <summary>What a verdict speaks of, in words.</summary>
/// <param name="Treatment">As in the middle of a sentence: <c>batch norm</c>, <c>SK</c>.</param>
/// <param name="Baseline"><c>BASE</c>.</param>
/// <param name="Data"><c>MNIST</c>.</param>
/// <param name="IsAddition">
/// Whether the treatment is something done to the baseline ("batch norm helps BASE") or stands beside it ("SK is better
/// than BN").
/// </param>
public sealed record VerdictSubject(string Treatment, string Baseline, string Data, bool IsAddition = true);

/// <summary>A number published elsewhere for the same question.</summary>
/// <param name="Effect">Treatment less baseline, in the unit of the metric.</param>
/// <param name="Claim">What was concluded there; null if nothing.</param>
/// <param name="Why">Why it differs, as in the middle of a sentence: <c>one run, and a weaker baseline</c>.</param>
/// <param name="Source">Whose it is, as in the middle of a sentence.</param>
/// <param name="Rounding">By how much the effect may be off because its numbers were rounded.</param>
/// <param name="Decimals">Digits after the point that its numbers were given with.</param>
public sealed record Reference(
    double Effect, VerdictKind? Claim = null, string? Why = null, string Source = "the article", double Rounding = 0,
    int Decimals = 2);

/// <summary>What is told beside the verdict itself, as far as it is known.</summary>
public sealed record VerdictContext
{
    /// <summary>What else differs between the arms.</summary>
    public IReadOnlyList<ConfoundRow> Confounds { get; init; } = [];

    /// <summary>What the treatment costs in time.</summary>
    public TimeRatio? Time { get; init; }

    /// <summary>Of what the time is: <c>time per step</c>.</summary>
    public string TimeName { get; init; } = "time per step";

    /// <summary>What others found.</summary>
    public Reference? Reference { get; init; }

    /// <summary>
    /// Whether the interval that is valid at any look is told, too: before the planned number of seeds, or where that
    /// was changed after a look.
    /// </summary>
    public bool ShowsAlwaysValid { get; init; }

    /// <summary>
    /// Whether it stands in a list below an answer that has told that seeds are too few and runs still to do.
    /// </summary>
    public bool IsInList { get; init; }
}
