using System.Diagnostics;

namespace Ceteris.Studies;

/// <summary>
/// When to write a checkpoint: after so much time since the last one, at the end of an epoch after a tenth of it. The
/// clock decides when something is saved, never what.
/// </summary>
sealed class CheckpointCadence(TimeSpan every)
{
    const int EpochShare = 10;

    long saved = Stopwatch.GetTimestamp();

    public bool IsDue(bool epochEnd) => Stopwatch.GetElapsedTime(saved) >= (epochEnd ? every / EpochShare : every);

    public void Saved() => saved = Stopwatch.GetTimestamp();
}
