using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>How a study is run; nothing here changes a bit of its result.</summary>
public sealed record StudyRunOptions
{
    /// <summary>Runs at one time.</summary>
    public int Parallel { get; init; } = WorkerPool.DefaultThreads;

    /// <summary>Threads of each run.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether the final weights of runs that are trained now are kept.</summary>
    public bool KeepWeights { get; init; }

    /// <summary>As <see cref="TrainingOptions.CheckpointEvery"/>.</summary>
    public TimeSpan CheckpointEvery { get; init; } = new TrainingOptions().CheckpointEvery;

    /// <summary>Set it, or let signals set it, to end with all runs saved.</summary>
    public StopRequest Stop { get; init; } = new();

    public IStudyObserver Observer { get; init; } = SilentStudyObserver.Instance;
}
