using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What was published elsewhere for the same question.</summary>
/// <param name="Source">Whose it is, as in the middle of a sentence: <c>the article</c>.</param>
/// <param name="Values">By the name of the arm: the metric as published, accuracies in percent.</param>
/// <param name="Claims">By the name of the arm: what was concluded about it.</param>
/// <param name="Why">Why it may differ: <c>one run, and a weaker baseline</c>.</param>
public sealed record StudyReference(
    string Source, IReadOnlyDictionary<string, ReferenceValue> Values, IReadOnlyDictionary<string, StudyClaim> Claims,
    string? Why)
{
    /// <summary>For whom the numbers speak: data set names; empty for any.</summary>
    public string? Data { get; init; }

    /// <summary>Which metric the values are of; null for that of the study.</summary>
    public StudyMetric? Metric { get; init; }

    /// <summary>What was published of these arms.</summary>
    public StudyReference Of(IReadOnlyCollection<string> arms) => this with
    {
        Values = Values.Where(value => arms.Contains(value.Key)).ToDictionary(),
        Claims = Claims.Where(claim => arms.Contains(claim.Key)
            && (claim.Value.Than is not { } than || arms.Contains(than))).ToDictionary(),
    };
}

/// <summary>What was concluded about an arm.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Than">Against which arm; null for the baseline.</param>
public sealed record StudyClaim(VerdictKind Kind, string? Than = null);

/// <summary>A published number, with the digits it was given with.</summary>
/// <param name="Runs">One, or those of several runs; <c>99.0</c> is another number than <c>99</c>.</param>
public sealed record ReferenceValue(params IReadOnlyList<decimal> Runs)
{
    public double Mean => (double)(Runs.Sum() / Runs.Count);

    /// <summary>Digits after the point that it was given with.</summary>
    public int Decimals => Runs.Max(run => run.Scale);

    /// <summary>Half a unit of the last digit given: by so much the number may have been rounded.</summary>
    public double Rounding => 0.5 * Math.Pow(10, -Runs.Min(run => run.Scale));

    /// <summary><c>97.32</c>, <c>98.9 to 99.1</c>.</summary>
    public override string ToString() => Runs.Count == 1 ? Text(Runs[0]) : $"{Text(Runs.Min())} to {Text(Runs.Max())}";

    static string Text(decimal run) => run.ToString(CultureInfo.InvariantCulture).Replace('-', '−');
}
