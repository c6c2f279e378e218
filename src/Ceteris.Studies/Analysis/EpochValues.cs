namespace Ceteris.Studies;

/// <summary>What the completed runs of an arm were at the end of an epoch: a point of its learning curve.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Values">One per run, in the order of the seeds: losses, or errors in percent.</param>
sealed record EpochValues(int Epoch, IReadOnlyList<double> Values)
{
    public double Mean { get; } = Values.Average();

    /// <summary>Null with one value.</summary>
    public double? StandardDeviation => Values.Count < 2 ? null
        : Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count - 1));

    /// <summary>Epochs that were not measured, and losses that are not finite, are left out.</summary>
    public static IReadOnlyList<EpochValues> Of(ArmSummary arm, bool isLoss, Func<EpochRecord, Tally?> of) =>
    [
        .. arm.Outcome.Blocks
            .Where(block => block.Run?.Status.State == RunState.Completed)
            .SelectMany(block => block.Run!.Epochs)
            .Select(epoch => (epoch.Epoch, Tally: of(epoch)))
            .Where(e => e.Tally is { Total: > 0 } && (!isLoss || double.IsFinite(e.Tally.Loss)))
            .GroupBy(e => e.Epoch, e => isLoss ? e.Tally!.Loss : 100 * (1 - e.Tally!.Accuracy))
            .OrderBy(epoch => epoch.Key)
            .Select(epoch => new EpochValues(epoch.Key, [.. epoch])),
    ];
}
