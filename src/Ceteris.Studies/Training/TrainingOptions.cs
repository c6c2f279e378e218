using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>How a run is done; nothing here changes a bit of its result.</summary>
public sealed record TrainingOptions
{
    /// <summary>The run folder; null for <see cref="RunReader.DefaultFolder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>Threads that train.</summary>
    public int Threads { get; init; } = WorkerPool.DefaultThreads;

    /// <summary>
    /// The most training time that an abrupt end can cost: at least so often a checkpoint is written, between two
    /// steps; at the end of an epoch already after a tenth of it. Zero: after every step.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Trains again where a completed or failed run, or one of another recipe, lies in the folder; what was there is
    /// lost.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>Whether a completed run leaves its weights.</summary>
    public bool KeepWeights { get; init; } = true;

    /// <summary>Whether a completed run leaves pictures; they can be drawn later, too.</summary>
    public bool DrawPictures { get; init; } = true;

    /// <summary>
    /// Whether a completed run leaves <see cref="RunCertificate.Layers"/>: saturation and gradient norms at its start
    /// and its end.
    /// </summary>
    public bool ProbesLayers { get; init; }

    /// <summary>Whether nothing else uses the machine meanwhile; it stands in the certificate beside the
    /// times.</summary>
    public bool IsAlone { get; init; }

    public ITrainingObserver Observer { get; init; } = SilentObserver.Instance;

    /// <summary>Set it, or let signals set it, to end at the next step boundary, saved.</summary>
    public StopRequest Stop { get; init; } = new();

    /// <summary>Where the run folder lies; tests let it fail.</summary>
    public IFileSystem Files { get; init; } = DiskFileSystem.Instance;
}
