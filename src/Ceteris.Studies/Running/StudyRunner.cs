using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// Runs what of a study is not in the store yet, several runs at a time, block by block, so that the arms of a block
/// are complete early and none is favoured by the hour. Stopped at any moment it can be run again: finished runs are in
/// the store, begun ones go on. Several processes may run one study; each run is done by one of them.
/// </summary>
public sealed class StudyRunner
{
    static readonly TimeSpan patience = TimeSpan.FromMilliseconds(200);

    readonly Study study;
    readonly RunStore store;
    readonly StudyData data;
    readonly StudyRunOptions options;
    readonly Lock gate = new();
    readonly Queue<StudyTask> waiting;
    readonly List<StudyTask> elsewhere = [];
    readonly Dictionary<StudyTask, Exception> failed = [];
    Exception? broken;
    int running;

    StudyRunner(Study study, RunStore store, StudyData data, StudyRunOptions options)
    {
        (this.study, this.store, this.data, this.options) = (study, store, data, options);
        waiting = new(study.Seeds.SelectMany(seed => study.Arms.Select(arm => new StudyTask(arm, seed))));
    }

    /// <summary>Runs a study, as far as it is not stopped, and returns what came of it.</summary>
    /// <exception cref="StudyException">The study cannot be.</exception>
    /// <exception cref="Data.DataException">Images are missing or damaged.</exception>
    /// <exception cref="StorageException">A file operation failed; what was finished is in the store.</exception>
    public static StudyOutcome Run(Study study, RunStore store, StudyData data, StudyRunOptions options)
    {
        var runner = new StudyRunner(study, store, data, options);
        options.Observer.Started(study, runner.waiting.Count);
        Thread[] threads =
        [
            .. Enumerable.Range(0, Math.Clamp(options.Parallel, 1, runner.waiting.Count)).Select(i =>
                new Thread(runner.Work) { IsBackground = true, Name = $"Ceteris run {i}" }),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        if (runner.broken is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return Collect(study, store, data, runner.failed);
    }

    /// <summary>What there is of a study, nothing trained.</summary>
    public static StudyOutcome Collect(
        Study study, RunStore store, StudyData data, IReadOnlyDictionary<StudyTask, Exception>? failed = null)
    {
        ArmOutcome[] arms = [.. study.Arms.Select(arm => Of(arm))];
        return new(study, arms)
        {
            Classes = data.Test(study.Arms[0].Recipe).Classes,
            TimesAreAlone = arms.All(arm => arm.Blocks.All(block => block.Run is { Environment.IsAlone: true })),
        };

        ArmOutcome Of(StudyArm arm)
        {
            BlockOutcome[] blocks =
            [
                .. study.Seeds.Select(seed => Outcome(store, data.Job(study.RecipeOf(arm, seed)), seed) with
                {
                    Failure = failed?.GetValueOrDefault(new(arm, seed))?.Message,
                }),
            ];
            TrainingJob job = data.Job(arm.Recipe);
            return new(arm, Networks.Description.Of(job.Network, job.Data.Train.Image).MultiplyAdds, blocks);
        }
    }

    /// <summary>What to do about runs that are damaged.</summary>
    public const string DamageAdvice = "`ceteris store check` finds all that is damaged, "
        + "`ceteris store gc --damaged` deletes it, and running the study again trains it anew";

    static BlockOutcome Outcome(RunStore store, TrainingJob job, long seed)
    {
        string runId = job.RunId;
        try
        {
            StoredRun? run = store.Find(runId);
            Predictions? predictions = run is { Certificate.Result: not null } ? run.Predictions() : null;
            return new(seed, runId, run?.Certificate) { ReadPredictions = () => predictions };
        }
        catch (Exception e) when (e is InvalidDataException or StorageException { Fault: StorageFault.Missing })
        {
            return new(seed, runId, null) { Damage = e.Message };
        }
    }

    void Work()
    {
        try
        {
            while (Next() is { } task)
                Do(task);
        }
        catch (Exception e)
        {
            // One error of the machine ends all: the other runs are saved and can go on.
            lock (gate)
                broken ??= e;
            options.Stop.Set(e is StorageException ? "an error of the file system" : "an error");
        }
    }

    /// <summary>
    /// The next run; null when there is none left, or a stop is wished. Waits for those of other processes.
    /// </summary>
    StudyTask? Next()
    {
        while (options.Stop.Reason is null)
        {
            lock (gate)
            {
                if (waiting.TryDequeue(out StudyTask task))
                {
                    running++;
                    return task;
                }
                if (elsewhere.Count == 0)
                    return null;
                foreach (StudyTask again in elsewhere)
                    waiting.Enqueue(again);
                elsewhere.Clear();
            }
            Thread.Sleep(patience);
        }
        return null;
    }

    void Do(StudyTask task)
    {
        TrainingJob job = data.Job(study.RecipeOf(task.Arm, task.Seed));
        try
        {
            bool wasThere = store.Contains(job.RunId);
            if (!wasThere)
            {
                RunSummary summary = store.Train(job, new TrainingOptions
                {
                    Threads = options.Threads,
                    Stop = options.Stop,
                    CheckpointEvery = options.CheckpointEvery,
                    Observer = options.Observer.Training(task),
                    ProbesLayers = study.ProbesLayers,
                    IsAlone = options.Parallel == 1 && RunEnvironment.IsIdle(but: options.Threads),
                }, options.KeepWeights);
                if (summary.State == RunState.Interrupted)
                    return;
                wasThere = summary.Repeated;
            }
            options.Observer.Ended(task, Outcome(store, job, task.Seed), wasThere);
        }
        catch (LeaseException e)
        {
            lock (gate)
                elsewhere.Add(task);
            options.Observer.Waiting(task, e.Owner);
        }
        catch (OutOfMemoryException e)
        {
            // What it had got already is for the others.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            lock (gate)
                failed[task] = e;
            options.Observer.Failed(task, e);
        }
    }
}
