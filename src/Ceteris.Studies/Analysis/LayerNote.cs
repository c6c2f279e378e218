namespace Ceteris.Studies;

/// <summary>What is said where only some runs of a study were looked into.</summary>
public static class LayerNote
{
    /// <summary>How many, why, and how the others are looked into; null if there is nothing to say.</summary>
    public static string? Of(StudyOutcome outcome)
    {
        RunCertificate[] runs =
        [
            .. outcome.Arms.SelectMany(arm => arm.Blocks).Select(block => block.Run)
                .Where(run => run?.Status.State == RunState.Completed).OfType<RunCertificate>(),
        ];
        int probed = runs.Count(run => run.Layers.Count > 0);
        return probed == runs.Length || !outcome.Study.ProbesLayers ? null
            : FormattableString.Invariant($"{probed} of {runs.Length} runs were looked into: those ")
                + "that were there before this study asked for it were not. "
                + $"`ceteris study run {outcome.Study.Name} --rerun` looks into them.";
    }
}
