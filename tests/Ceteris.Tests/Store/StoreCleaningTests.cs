using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>A cleaning takes what nobody needs, and nothing else.</summary>
public sealed class StoreCleaningTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly RunStore store;
    readonly StoreLayout layout;
    readonly TrainingJob job = TinyRuns.Job();

    public StoreCleaningTests()
    {
        store = RunStore.Open(folder["store"]);
        layout = new(DiskFileSystem.Instance, store.Root);
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    void Interrupt(TimeSpan? checkpointEvery = null)
    {
        var stop = new StopRequest();
        store.Train(job, Stores.Options with
        {
            CheckpointEvery = checkpointEvery ?? TimeSpan.MaxValue,
            Stop = stop,
            Observer = new ProbeObserver(_ => stop.Set("SIGINT")),
        }, keepWeights: false);
    }

    [Fact]
    public void AFinishedRunIsNeverTouched()
    {
        store.Train(job, Stores.Options, keepWeights: true);
        string[] before = Stores.FilesOf(store, job.RunId);
        StoreCleaning done = store.Clean(interrupted: true, damaged: true);
        Assert.Empty(done.Deleted);
        Assert.Equal(before, Stores.FilesOf(store, job.RunId));
    }

    [Fact]
    public void ARunThatAProcessIsAtIsNeverTouched()
    {
        Interrupt();
        string temporary = layout.TemporaryFor(layout.FolderOf(job.RunId));
        Directory.CreateDirectory(temporary);
        using (RunFolder.Open(layout.WorkOf(job.RunId)))
        {
            StoreCleaning done = store.Clean(interrupted: true, damaged: true);
            Assert.Equal([job.RunId], done.Owned);
            Assert.Empty(done.Deleted);
            Assert.True(Directory.Exists(temporary));
        }
        Assert.Equal([temporary, layout.WorkOf(job.RunId)], store.Clean(interrupted: true).Deleted);
        Assert.False(Directory.Exists(temporary));
        Assert.Empty(layout.IdsAtWork());
    }

    [Fact]
    public void AnInterruptedRunIsKeptUnlessAskedFor()
    {
        Interrupt();
        StoreCleaning done = store.Clean();
        Assert.Equal([job.RunId], done.Resumable);
        Assert.Empty(done.Deleted);
        var observer = new ProbeObserver();
        store.Train(job, Stores.Options with { Observer = observer }, keepWeights: false);
        Assert.Equal(1, observer.Start!.ResumedAt);
    }

    [Fact]
    public void ARunWithoutACheckpointHasNothingToKeep()
    {
        Interrupt();
        foreach (string file in Directory.GetFiles(layout.WorkOf(job.RunId)).Where(f =>
            CheckpointStore.IsCheckpoint(Path.GetFileName(f)) || f.EndsWith("run.json", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }
        Assert.Equal([layout.WorkOf(job.RunId)], store.Clean().Deleted);
    }

    [Fact]
    public void ARunThatHadEndedIsPublished()
    {
        Trainer.Run(job, Stores.Options with { Folder = layout.WorkOf(job.RunId) });
        Assert.Equal([job.RunId], store.Clean(interrupted: true).Published);
        Assert.Equal(["metrics.csv", "predictions.bin", "run.json", "weights.safetensors"],
            Stores.FilesOf(store, job.RunId));
        Stores.AssertClean(store, 1);
        Assert.True(store.Train(job, Stores.Options, keepWeights: true).Repeated);
    }

    [Fact]
    public void WhatIsLeftOfAPublishedRunAtWorkGoes()
    {
        Interrupt();
        Trainer.Run(job, Stores.Options with { Folder = folder["run"] });
        string aside = folder["aside"];
        Stores.Copy(layout.WorkOf(job.RunId), aside);
        store.Add(folder["run"], keepWeights: false);
        Stores.Copy(aside, layout.WorkOf(job.RunId));
        Assert.Equal([layout.WorkOf(job.RunId)], store.Clean().Deleted);
        Stores.AssertClean(store, 1);
    }

    [Fact]
    public void FilesOfDeadWritersGoThoseOfLivingOnesStay()
    {
        string dead = Path.Combine(store.Root, "format.json.999999999-1.tmp"),
            alive = Path.Combine(store.Root, $"format.json.{Environment.ProcessId}-1.tmp");
        File.WriteAllText(dead, "");
        File.WriteAllText(alive, "");
        Assert.Equal([dead], store.Clean().Deleted);
        Assert.True(File.Exists(alive));
    }
}
