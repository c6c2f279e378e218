using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What was published elsewhere for the same question.</summary>
/// <param name="Source">Whose it is, as in the middle of a sentence: <c>the article</c>.</param>
/// <param name="Values">By the name of the arm: the metric as published, accuracies in percent.</param>
/// <param name="Claims">By the name of the arm: what was concluded about it against the baseline.</param>
/// <param name="Why">Why it may differ: <c>one run, and a weaker baseline</c>.</param>
public sealed record StudyReference(
    string Source, IReadOnlyDictionary<string, double> Values, IReadOnlyDictionary<string, VerdictKind> Claims,
    string? Why)
{
    /// <summary>For whom the numbers speak: data set names; empty for any.</summary>
    public string? Data { get; init; }

    /// <summary>What was published of these arms.</summary>
    public StudyReference Of(IReadOnlyCollection<string> arms) => this with
    {
        Values = Values.Where(value => arms.Contains(value.Key)).ToDictionary(),
        Claims = Claims.Where(claim => arms.Contains(claim.Key)).ToDictionary(),
    };
}
