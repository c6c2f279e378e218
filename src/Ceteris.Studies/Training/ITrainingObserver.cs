namespace Ceteris.Studies;

/// <summary>
/// Is told what a run does, on the thread that trains; what it does takes training time but changes no result. Each
/// method is optional.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>Before the first step.</summary>
    void Started(RunStart start)
    {
    }

    /// <summary>After every step. Nothing is allocated for it.</summary>
    void Stepped(in StepProgress step)
    {
    }

    /// <summary>After each epoch that is evaluated and recorded (<c>report_every</c>).</summary>
    void EpochEnded(EpochRecord epoch, MetricRow row)
    {
    }

    /// <summary>A checkpoint is safe on disk.</summary>
    void Saved(long step, string file)
    {
    }

    /// <summary>Something the user should know though it is no error.</summary>
    void Noticed(string message)
    {
    }

    /// <summary>At the end, however it came.</summary>
    void Finished(RunSummary summary)
    {
    }
}

/// <summary>An observer that does not look.</summary>
public sealed class SilentObserver : ITrainingObserver
{
    public static SilentObserver Instance { get; } = new();
}

/// <summary>What is known before the first step.</summary>
/// <param name="Folder">Full path of the run folder.</param>
/// <param name="Recipe">What is trained.</param>
/// <param name="Data">The images.</param>
/// <param name="Parameters">Trainable numbers in the network.</param>
/// <param name="StepsPerEpoch">Batches in an epoch, the smaller last one included.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="ResumedAt">Steps already done, from a checkpoint; 0 for a new run.</param>
/// <param name="Threads">That train.</param>
public sealed record RunStart(
    string Folder, Recipe Recipe, RunData Data, long Parameters, int StepsPerEpoch, long Steps, long ResumedAt,
    int Threads);

/// <summary>Where training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">The epoch of the step, from 1.</param>
/// <param name="StepInEpoch">Steps done in it, from 1.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="BatchLoss">Mean loss of this batch.</param>
/// <param name="Epochal">Over the images of the epoch so far, each as it was when it was trained on.</param>
/// <param name="Seconds">Training time so far, over all sessions.</param>
public readonly record struct StepProgress(
    long Step, int Epoch, int StepInEpoch, double LearningRate, float BatchLoss, RunningTally Epochal, double Seconds);

/// <summary>Images, how many of them right, and the sum of their losses, added up in the order of the steps.</summary>
public readonly record struct RunningTally(long Images, long Correct, double LossSum)
{
    /// <summary>Share of correct images in [0, 1].</summary>
    public double Accuracy => Images == 0 ? 0 : (double)Correct / Images;

    /// <summary>Mean loss.</summary>
    public double Loss => Images == 0 ? 0 : LossSum / Images;

    public RunningTally Plus(int images, int correct, double meanLoss) =>
        new(Images + images, Correct + correct, LossSum + images * meanLoss);

    public Tally ToTally() => new(Correct, Images, Loss);
}
