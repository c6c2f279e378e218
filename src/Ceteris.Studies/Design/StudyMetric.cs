using Ceteris.Kernels;
using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What of a run is compared.</summary>
/// <param name="Name">In words, as study files have it.</param>
/// <param name="Of">Its tally in an epoch, the last recorded one; null where it was not evaluated.</param>
/// <param name="IsLoss">The mean loss, not the count of correct images.</param>
public sealed record StudyMetric(string Name, Func<EpochRecord, Tally?> Of, bool IsLoss)
{
    public static StudyMetric TestAccuracy { get; } = new("test accuracy", epoch => epoch.Test, false);

    public static IReadOnlyList<StudyMetric> All { get; } =
    [
        TestAccuracy,
        new("test loss", epoch => epoch.Test, true),
        new("validation accuracy", epoch => epoch.Validation, false) { IsValidation = true },
        new("validation loss", epoch => epoch.Validation, true) { IsValidation = true },
        new("train accuracy", epoch => epoch.Train, false),
        new("train loss", epoch => epoch.Train, true),
    ];

    /// <summary><c>training accuracy</c> for <c>train accuracy</c>.</summary>
    internal string Title => Name.Replace("train ", "training ", StringComparison.Ordinal);

    /// <summary>Whether it is of images that the recipe has put aside.</summary>
    public bool IsValidation { get; private init; }

    /// <exception cref="StudyException">There is none of this name.</exception>
    public static StudyMetric Find(string name) => All.FirstOrDefault(metric => metric.Name == name)
        ?? throw new StudyException($"expected a metric ({string.Join(", ", All.Select(m => m.Name))}), got '{name}'"
            + Nearest.Hint(name, All.Select(m => m.Name)));

    /// <summary>The value of a completed run: a count of correct images, or a mean loss.</summary>
    public double? ValueOf(RunCertificate run) => run.Epochs.Count == 0 ? null : Of(run.Epochs[^1]) switch
    {
        null => null,
        { } tally => IsLoss ? tally.Loss : tally.Correct,
    };

    /// <summary>How statistics see it.</summary>
    /// <param name="images">That were evaluated.</param>
    public Metric ToStatistics(int images) =>
        IsLoss ? new(Name, "nats", HigherIsBetter: false) : Metric.Accuracy(images, Name);

    /// <summary>Whether it is an accuracy, told in percent and its differences in points.</summary>
    internal static bool IsPoints(Metric metric) => metric.Unit == Points;

    const string Points = "points";

    public override string ToString() => Name;
}
