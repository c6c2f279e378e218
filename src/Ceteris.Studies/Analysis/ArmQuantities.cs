using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What an arm costs and how it was trained, from the certificates of its runs.</summary>
static class ArmQuantities
{
    public const string Parameters = "parameters", MultiplyAdds = "multiply-adds", Steps = "steps";
    public const string ImagesSeen = "images seen", RateTimesBatch = "lr × batch";

    /// <summary>
    /// Of the first completed run, else of the first that has ended: a failed one has fewer steps. None if none has.
    /// </summary>
    public static IReadOnlyList<Quantity> Of(ArmOutcome arm)
    {
        RunCertificate[] ended = [.. arm.Blocks.Select(block => block.Run).OfType<RunCertificate>()];
        RunCertificate? run = ended.FirstOrDefault(run => run.Status.State == RunState.Completed)
            ?? ended.FirstOrDefault();
        if (run is null)
            return [];
        Recipe recipe = arm.Arm.Recipe;
        int images = run.Data.TrainImages, batch = recipe.Batch ?? images;
        long stepsPerEpoch = (images + batch - 1L) / batch;
        return
        [
            new(Parameters, run.Parameters, IsCost: true),
            new(MultiplyAdds, arm.MultiplyAdds, IsCost: true),
            new(Steps, run.Status.State == RunState.Completed ? run.Status.Step : stepsPerEpoch * recipe.Epochs, false),
            new(ImagesSeen, (double)images * recipe.Epochs, IsCost: false),
            new(RateTimesBatch, recipe.LearningRate * Math.Min(batch, images), IsCost: false),
        ];
    }

    public static double? MedianSeconds(ArmOutcome arm, bool perStep) =>
        Median.Of(arm.Blocks.Select(block => SecondsOf(block, perStep)).OfType<double>());

    /// <summary>
    /// Times of the blocks in which both arms completed, compared; null with fewer than two, or if a run shared the
    /// machine.
    /// </summary>
    public static TimeRatio? Ratio(ArmOutcome baseline, ArmOutcome arm, bool alone)
    {
        (double Baseline, double Arm)[] pairs =
        [
            .. from a in baseline.Blocks
               join b in arm.Blocks on a.Seed equals b.Seed
               let times = (A: SecondsOf(a, true), B: SecondsOf(b, true))
               where times.A is > 0 && times.B is > 0
               select (times.A!.Value, times.B!.Value),
        ];
        return alone && pairs.Length >= 2
            ? TimeRatio.Of([.. pairs.Select(p => new RunTime(p.Baseline, true))],
                [.. pairs.Select(p => new RunTime(p.Arm, true))])
            : null;
    }

    static double? SecondsOf(BlockOutcome block, bool perStep) =>
        block.Run is { Status: { State: RunState.Completed, Step: > 0 } status } run
            ? run.Environment.Seconds / (perStep ? status.Step : 1) : null;
}
