using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>A run of a store that was trained again.</summary>
/// <param name="RunId">Of the run.</param>
/// <param name="Recipe">What was trained.</param>
/// <param name="Expected">The identity hash of the run in the store.</param>
/// <param name="Got">That of the repetition, or why there is none.</param>
public sealed record AuditedRun(string RunId, Recipe Recipe, string Expected, string Got)
{
    public bool Passed => Expected == Got;

    /// <summary>What the repetition saw in its layers, if that was asked for.</summary>
    public IReadOnlyList<LayerRecord> Layers { get; init; } = [];
}

/// <summary>Runs of a store, trained again and compared by their hashes.</summary>
public static class StoreAudit
{
    /// <summary>
    /// Runs of the present numerics, drawn without replacement; a function of the seed and of the ids in the store.
    /// </summary>
    /// <exception cref="InvalidDataException">A run is damaged.</exception>
    public static IReadOnlyList<StoredRun> Sample(RunStore store, int count, ulong seed)
    {
        List<string> ids = [.. store.IdsWith("")];
        var random = new RandomStream(StreamKey.For(seed, "audit"));
        var sample = new List<StoredRun>();
        while (ids.Count > 0 && sample.Count < count)
        {
            int at = random.Next(ids.Count);
            StoredRun? run = store.Find(ids[at]);
            (ids[at], ids[^1]) = (ids[^1], ids[at]);
            ids.RemoveAt(ids.Count - 1);
            if (run?.Certificate.NumericsVersion == NumericsVersion.Current)
                sample.Add(run);
        }
        return sample;
    }

    /// <summary>Trains a run again, in a temporary folder; the store is not changed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="load">Makes the job of its recipe again, with its data.</param>
    /// <param name="options">Threads, observer and stop request.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static AuditedRun Repeat(StoredRun run, Func<Recipe, TrainingJob> load, TrainingOptions options)
    {
        Recipe recipe = run.Summary.Recipe;
        string expected = run.Certificate.IdentitySha256;
        TrainingJob job;
        try
        {
            job = load(recipe);
        }
        catch (Exception e) when (e is DataException or RecipeException or ShapeException)
        {
            return new(run.RunId, recipe, expected, $"not trained: {e.Message}");
        }
        if (job.RunId != run.RunId)
            return new(run.RunId, recipe, expected, "not trained: its images are others here");
        string temporary = Directory.CreateTempSubdirectory("ceteris-audit-").FullName;
        try
        {
            RunSummary summary = Trainer.Run(job, options with
            {
                Folder = temporary,
                CheckpointEvery = TimeSpan.MaxValue,
                KeepWeights = false,
                DrawPictures = false,
            });
            if (summary.State == RunState.Interrupted)
            {
                throw new OperationCanceledException(
                    $"the repetition was stopped by {summary.Reason} at step {summary.Steps}");
            }
            RunCertificate again = RunReader.Open(temporary).Certificate!;
            return new(run.RunId, recipe, expected, again.IdentitySha256) { Layers = again.Layers };
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}
