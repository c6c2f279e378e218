using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>A study with what came of it so far: all that analysis and report are made of.</summary>
/// <param name="Study">The question.</param>
/// <param name="Arms">One for each arm of the study, in its order.</param>
public sealed record StudyOutcome(Study Study, IReadOnlyList<ArmOutcome> Arms)
{
    /// <summary>Names of the classes, in order.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>
    /// Whether all runs took turns and had the machine to themselves. If not, nothing is claimed about times.
    /// </summary>
    public bool TimesAreAlone { get; init; }

    /// <summary>The arm of the baseline.</summary>
    public ArmOutcome Baseline => Arms[0];
}

/// <summary>An arm with its blocks.</summary>
/// <param name="Arm">Of the study.</param>
/// <param name="MultiplyAdds">Of the network, for one image.</param>
/// <param name="Blocks">One for each seed of the study, in its order.</param>
public sealed record ArmOutcome(StudyArm Arm, long MultiplyAdds, IReadOnlyList<BlockOutcome> Blocks)
{
    public string Name => Arm.Name;
}

/// <summary>What came of an arm in a block.</summary>
/// <param name="Seed">Of the block.</param>
/// <param name="RunId">Of its run.</param>
/// <param name="Run">Completed or failed; null if it has not ended.</param>
public sealed record BlockOutcome(long Seed, string RunId, RunCertificate? Run)
{
    readonly Lazy<Predictions?> predictions = new(() => null);

    /// <summary>What a completed run says about each test image; read when asked for.</summary>
    public Predictions? Predictions => predictions.Value;

    /// <summary>How to read them.</summary>
    public Func<Predictions?> ReadPredictions
    {
        init => predictions = new(value);
    }

    /// <summary>Why it could not be run on this machine; such a run is not in the store.</summary>
    public string? Failure { get; init; }

    /// <summary>What of its run in the store is damaged, which then counts as not there; null if it can be read.</summary>
    public string? Damage { get; init; }

    /// <summary>Why there is no result; null if there is one.</summary>
    public string? Missing => Run?.Status.State switch
    {
        RunState.Completed => null,
        RunState.Failed => MissingBlock.Diverged,
        _ when Damage is not null => "damaged",
        _ => Failure is null ? MissingBlock.NotRun : "could not run",
    };
}
