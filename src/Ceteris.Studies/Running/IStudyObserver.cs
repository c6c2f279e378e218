namespace Ceteris.Studies;

/// <summary>A run of a study: an arm in a block.</summary>
public readonly record struct StudyTask(StudyArm Arm, long Seed)
{
    public override string ToString() => $"{Arm.Name}, seed {Seed}";
}

/// <summary>Is told what a study does, by the threads that run it. Each method is optional.</summary>
public interface IStudyObserver
{
    /// <summary>Before the first run.</summary>
    /// <param name="study">What is run.</param>
    /// <param name="runs">All of its runs.</param>
    void Started(Study study, int runs)
    {
    }

    /// <summary>A run is to be trained now; what watches it.</summary>
    ITrainingObserver Training(StudyTask task) => SilentObserver.Instance;

    /// <summary>Another process is at it; it is asked for again later.</summary>
    void Waiting(StudyTask task, LeaseOwner? owner)
    {
    }

    /// <summary>A run has ended, or was in the store.</summary>
    /// <param name="task">Which.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="wasThere">Nothing was trained.</param>
    void Ended(StudyTask task, BlockOutcome outcome, bool wasThere)
    {
    }

    /// <summary>A run could not be done on this machine, for example for lack of memory; the others go on.</summary>
    void Failed(StudyTask task, Exception error)
    {
    }
}

/// <summary>An observer that does not look.</summary>
public sealed class SilentStudyObserver : IStudyObserver
{
    public static SilentStudyObserver Instance { get; } = new();
}
