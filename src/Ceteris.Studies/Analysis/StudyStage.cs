namespace Ceteris.Studies;

/// <summary>
/// The other stage of a study whose best arm was run again on fresh seeds: what chose it, or what confirmed it.
/// </summary>
/// <param name="Study">The name of the study that is the other stage.</param>
/// <param name="Arm">The arm that was chosen.</param>
/// <param name="Result">Its difference to the baseline there, <c>+0.41 points (10 seeds)</c>.</param>
public sealed record StudyStage(string Study, string Arm, string Result)
{
    /// <summary>What a study says of an arm; null if it has no result of it to compare.</summary>
    public static StudyStage? Of(StudyAnalysis analysis, string arm) =>
        analysis.Findings.FirstOrDefault(finding => finding.Arm.Name == arm)?.Paired.Test is { } test
            ? new(analysis.Study.Name, arm, EffectWords.Size(test, analysis.Metric.Unit)
                + EffectWords.Known(test, seeds: true))
            : null;
}
