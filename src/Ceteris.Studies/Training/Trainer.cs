using System.Diagnostics;
using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// Trains a job into a run folder. The result is a function of the job alone: of neither threads nor clock nor
/// interruptions, for all that a later step depends on is in the variables and in a few counters, and checkpoints hold
/// both.
/// </summary>
public sealed class Trainer : IDisposable
{
    readonly TrainingJob job;
    readonly TrainingOptions options;
    readonly Model model;
    readonly StepRunner steps;
    readonly Evaluator evaluator;
    readonly RunFiles files;
    readonly RecentVariables recent;
    readonly CheckpointCadence cadence;
    readonly DateTimeOffset started = DateTimeOffset.UtcNow;
    TrainingState state;
    Evaluation? tested;

    Trainer(
        TrainingJob job, TrainingOptions options, Model model, StepRunner steps, RunFiles files, TrainingState state)
    {
        (this.job, this.options, this.model) = (job, options, model);
        (this.steps, this.files, this.state) = (steps, files, state);
        evaluator = new(model, job.Data.Normalisation);
        recent = new(model.Variables);
        cadence = new(options.CheckpointEvery);
    }

    /// <summary>
    /// Trains, or goes on from the newest checkpoint of the same run, or, if the run has ended already, returns what it
    /// came to. Errors come before anything is written, except for those of the file system.
    /// </summary>
    /// <exception cref="Compiler.ShapeException">The network does not fit the images.</exception>
    /// <exception cref="RecipeException">It does not fit the size of the last batch.</exception>
    /// <exception cref="RunFolderException">There is another run in the folder.</exception>
    /// <exception cref="LeaseException">Another process trains this run.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another format or of other numerics.</exception>
    /// <exception cref="StorageException">A file operation failed; the newest checkpoint is as it was.</exception>
    public static RunSummary Run(TrainingJob job, TrainingOptions options)
    {
        using var model = Model.Of(job, options.Threads);
        var steps = new StepRunner(job, model);
        string folder = options.Folder ?? RunReader.DefaultFolder(job.Recipe);
        using var files = RunFiles.Open(folder, job, options.Files, options.Force);
        return Run(job, options, model, steps, files);
    }

    /// <summary>The same in a folder that is owned already.</summary>
    internal static RunSummary Run(
        TrainingJob job, TrainingOptions options, Model model, StepRunner steps, RunFiles files)
    {
        if (files.Certificate() is { Status.State: not RunState.Interrupted } ended)
        {
            files.DeleteCheckpoints();
            return RunReader.Summarise(files.Location, ended) with { Repeated = true };
        }
        using var trainer = new Trainer(job, options, model, steps, files, Resume(job, options, model, files));
        return trainer.Train();
    }

    public void Dispose() => recent.Dispose();

    static TrainingState Resume(TrainingJob job, TrainingOptions options, Model model, RunFiles files)
    {
        CheckpointLoad load = files.LoadCheckpoint();
        foreach (string rejected in load.Rejected)
            options.Observer.Noticed(rejected);
        if (load.Data is not { } checkpoint)
        {
            if (load.Rejected.Count > 0)
                options.Observer.Noticed("no checkpoint is whole: the run begins again");
            else if (files.WasBegun)
                options.Observer.Noticed("there is no checkpoint: the run begins again");
            return new(job.RunId);
        }
        model.Load(checkpoint.Tensors, load.File!, all: true);
        return TrainingState.Of(job.RunId, checkpoint);
    }

    RunSummary Train()
    {
        options.Observer.Started(new(
            files.Location, job.Recipe, job.Data, model.Parameters, steps.Steps, (long)steps.Steps * job.Recipe.Epochs,
            state.Step, options.Threads));
        foreach (string warning in job.Warnings)
            options.Observer.Noticed(warning);
        RunStatus status;
        try
        {
            recent.Take(state.Here);
            status = TrainEpochs();
        }
        catch (DivergenceException)
        {
            status = new Divergence(job, model, steps, recent).Diagnose(state);
        }
        RunSummary summary = Finish(status);
        options.Observer.Finished(summary);
        return summary;
    }

    RunStatus TrainEpochs()
    {
        for (; state.Epoch <= job.Recipe.Epochs; state.EpochDone())
        {
            while (state.Position < steps.Steps)
            {
                if (options.Stop.Reason is { } reason)
                    return Interrupt(reason);
                Step();
                if (cadence.IsDue(epochEnd: state.Position == steps.Steps))
                    Save();
            }
            if (state.Epoch % job.Recipe.ReportEvery == 0 || state.Epoch == job.Recipe.Epochs)
                Report();
        }
        return new(RunState.Completed, state.Step);
    }

    void Step()
    {
        if (recent.IsOld(state.Step))
            recent.Take(state.Here);
        long from = Stopwatch.GetTimestamp();
        (int epoch, int position) = (state.Epoch, state.Position);
        (float loss, int correct) = steps.Run(epoch, position);
        if (!float.IsFinite(loss))
            throw new DivergenceException();
        int images = steps.Images(position);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        state.StepDone(images, correct, loss, seconds);
        options.Observer.Stepped(new(
            state.Step, epoch, state.Position, steps.RateAt(epoch, position), loss, state.Epochal, state.Seconds));
    }

    /// <summary>Evaluates at the end of an epoch and records it; the last epoch is never passed over.</summary>
    void Report()
    {
        Tally? validation = job.Data.Validation is { } images ? Evaluate(images).Tally : null;
        tested = Evaluate(job.Data.Test);
        Tally test = tested.Tally, train = state.Epochal.ToTally();
        var record = EpochRecord.Next(state.Chain, state.Epoch, state.Step, train, validation, test, WeightsSha256());
        var row = new MetricRow(
            state.Epoch, state.Step, steps.RateAt(state.Epoch, state.Position - 1), train.Loss, train.Accuracy,
            test.Loss, test.Accuracy,
            Speed(since: state.Rows.LastOrDefault()), state.Seconds)
        {
            ValidationLoss = validation?.Loss,
            ValidationAccuracy = validation?.Accuracy,
        };
        state.Record(record, row);
        files.Write(MetricsCsv.FileName, MetricsCsv.ToBytes(state.Rows));
        options.Observer.EpochEnded(record, row);
    }

    Evaluation Evaluate(Data.ImageSet images) =>
        evaluator.Evaluate(images) is { Predictions: not null } sound ? sound : throw new DivergenceException();

    void Save()
    {
        string file = files.Save(state.ToCheckpoint(model.All(), WeightsSha256()));
        cadence.Saved();
        options.Observer.Saved(state.Step, file);
    }

    /// <summary>
    /// Of the present weights, which must be sound: a checkpoint or a record of anything else would be of no use.
    /// </summary>
    string WeightsSha256() =>
        model.IsFinite() ? WeightsHash.Compute(model.Weights())! : throw new DivergenceException();

    RunStatus Interrupt(string reason)
    {
        Save();
        return new(RunState.Interrupted, state.Step, reason);
    }

    RunSummary Finish(RunStatus status)
    {
        RunResult? result = status.State == RunState.Completed
            ? new RunOutputs(job, options, files, model).Write(tested!, state.Rows) : null;
        files.Write(MetricsCsv.FileName, MetricsCsv.ToBytes(state.Rows));
        var certificate = new RunCertificate
        {
            Recipe = job.Recipe.ToJson(),
            Data = job.Data.Record,
            NumericsVersion = NumericsVersion.Current,
            Parameters = model.Parameters,
            Epochs = [.. state.Records],
            Status = status,
            Result = result,
            Layers = options.ProbesLayers && result is not null ? LayerProbe.Measure(job, model) : [],
            Engine = EngineRecord.Current(),
            Environment = new(
                RunEnvironment.CurrentProcessor(), RunEnvironment.CurrentFlags(), RunEnvironment.CurrentSystem(),
                options.Threads,
                Utc(started), Utc(DateTimeOffset.UtcNow), state.Seconds, Speed(since: null),
                state.Interruptions, options.IsAlone),
        };
        files.Write(certificate);
        if (status.State == RunState.Completed)
            files.DeleteCheckpoints();
        return RunReader.Summarise(files.Location, certificate);
    }

    /// <summary>
    /// Images trained on per second of training since a row, or from the beginning, over all sessions: checkpoints hold
    /// what it is computed from.
    /// </summary>
    double Speed(MetricRow? since)
    {
        long images = (state.Epoch - 1L - (since?.Epoch ?? 0)) * job.Data.Train.Count + state.Epochal.Images;
        double seconds = state.Seconds - (since?.Seconds ?? 0);
        return seconds == 0 ? 0 : images / seconds;
    }

    static string Utc(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
