using Ceteris.Studies;

namespace Ceteris.Tests;

public sealed class RunStoreTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Root => folder["store"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARunIsTrainedOnceAndThenFound(bool keepWeights)
    {
        TrainingJob job = TinyRuns.Job();
        RunSummary first;
        using (var store = RunStore.Open(Root))
        {
            Assert.False(store.Contains(job.RunId));
            first = store.Train(job, Stores.Options, keepWeights);
        }
        using var again = RunStore.Open(Root);
        var observer = new ProbeObserver();
        RunSummary second = again.Train(job, Stores.Options with { Observer = observer }, keepWeights);
        Assert.Equal((false, true), (first.Repeated, second.Repeated));
        Assert.Null(observer.Start);
        Assert.Equal(first, second with { Repeated = false });

        StoredRun run = again.Find(job.RunId)!;
        Assert.Equal(Stores.IdentityOf(job), run.Certificate.IdentitySha256);
        string[] expected = ["metrics.csv", "predictions.bin", "run.json"];
        Assert.Equal(keepWeights ? [.. expected, "weights.safetensors"] : expected, Stores.FilesOf(again, job.RunId));
        Assert.Equal(expected[..2], run.Certificate.Outputs.Select(file => file.Name).Take(2));
        Assert.Equal(keepWeights, File.Exists(run.WeightsFile));
        Assert.Equal(first.Test!.Correct, run.Predictions().Correct());
        Assert.Equal(3, run.Metrics().Count);
        Stores.AssertClean(again, 1);
    }

    [Fact]
    public void ARunWithoutWeightsIsVerifiedByItsHashesAndByTrainingItAgain()
    {
        TrainingJob job = TinyRuns.Job();
        using var store = RunStore.Open(Root);
        string run = store.Train(job, Stores.Options, keepWeights: false).Run;
        Assert.True(Verify(VerificationLevel.Hashes).Passed);
        Assert.True(Verify(VerificationLevel.Replay).Passed);
        VerificationCheck refused = Assert.Single(Verify(VerificationLevel.Predictions).Checks, check => !check.Passed);
        Assert.StartsWith("not kept", refused.Got, StringComparison.Ordinal);

        VerificationReport Verify(VerificationLevel level) => RunVerifier.Verify(run, level, _ => job, Stores.Options);
    }

    [Fact]
    public void AFailedRunIsStoredWithItsReasonAndRepeats()
    {
        TrainingJob job = TinyRuns.Job(("lr", "1e30"), ("clip-norm", "0"), ("network.batch-norm", "false"));
        using var store = RunStore.Open(Root);
        RunSummary failed = store.Train(job, Stores.Options, keepWeights: true);
        Assert.Equal(RunState.Failed, failed.State);
        Assert.Equal(failed.Reason, store.Train(job, Stores.Options, keepWeights: true).Reason);
        Assert.Equal(["metrics.csv", "run.json"], Stores.FilesOf(store, job.RunId));
        Assert.Equal("failed", Assert.Single(store.List(RunFilter.Parse("state=failed"))).State);
        Assert.True(RunVerifier.Verify(failed.Run, VerificationLevel.Replay, _ => job, Stores.Options).Passed);
        Stores.AssertClean(store, 1);
    }

    [Fact]
    public void AnInterruptedRunStaysAtWorkAndGoesOnToTheSameBits()
    {
        TrainingJob job = TinyRuns.Job();
        using var store = RunStore.Open(Root);
        var stop = new StopRequest();
        RunSummary stopped = store.Train(job, Stores.Options with
        {
            Stop = stop,
            Observer = new ProbeObserver(step => _ = step.Step == 3 && stop.Set("SIGINT")),
        }, keepWeights: true);
        Assert.Equal((RunState.Interrupted, 3L), (stopped.State, stopped.Steps));
        Assert.StartsWith(Path.Combine(Root, "work"), stopped.Run, StringComparison.Ordinal);
        Assert.False(store.Contains(job.RunId));
        var observer = new ProbeObserver();
        store.Train(job, Stores.Options with { Observer = observer }, keepWeights: true);
        Assert.Equal(3, observer.Start!.ResumedAt);
        Assert.Equal(Stores.IdentityOf(job), store.Find(job.RunId)!.Certificate.IdentitySha256);
        Stores.AssertClean(store, 1);
    }

    [Fact]
    public void ThreadsThatRaceTrainARunOnce()
    {
        using var store = RunStore.Open(Root);
        TrainingJob[] jobs = [TinyRuns.Job(), TinyRuns.Job(("seed", "8"))];
        int trainings = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            var observer = new StartObserver(() => Interlocked.Increment(ref trainings));
            while (true)
            {
                try
                {
                    store.Train(jobs[i % 2], Stores.Options with { Observer = observer }, keepWeights: false);
                    return;
                }
                catch (LeaseException)
                {
                    Thread.Sleep(5);
                }
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal(2, trainings);
        Assert.Equal(2, store.List(RunFilter.All).Count);
        Stores.AssertClean(store, 2);
    }

    [Fact]
    public void ARunFolderIsTakenInAndADamagedOneIsNot()
    {
        TrainingJob job = TinyRuns.Job();
        string run = folder["run"];
        Trainer.Run(job, Stores.Options with { Folder = run });
        using var store = RunStore.Open(Root);
        StoredRun stored = store.Add(run, keepWeights: true);
        Assert.Equal(RunReader.Open(run).Certificate!.IdentitySha256, stored.Certificate.IdentitySha256);
        Assert.Equal(["metrics.csv", "predictions.bin", "run.json", "weights.safetensors"],
            Stores.FilesOf(store, job.RunId));
        Assert.Equal(stored.Folder, store.Add(run, keepWeights: true).Folder);
        Assert.True(store.Train(job, Stores.Options, keepWeights: true).Repeated);
        Assert.True(RunVerifier.Verify(stored.Folder, VerificationLevel.Predictions, _ => job, Stores.Options).Passed);

        string other = folder["other"];
        Trainer.Run(TinyRuns.Job(("seed", "9")), Stores.Options with { Folder = other });
        File.AppendAllText(Path.Combine(other, "metrics.csv"), "x");
        Assert.Contains("metrics.csv", Assert.Throws<InvalidDataException>(() => store.Add(other, true)).Message,
            StringComparison.Ordinal);
        Stores.AssertClean(store, 1);
    }

    /// <summary>Two results for one run cannot both be right.</summary>
    [Fact]
    public void OtherResultsForAKnownRunAreRefused()
    {
        TrainingJob job = TinyRuns.Job();
        using var store = RunStore.Open(Root);
        store.Train(job, Stores.Options, keepWeights: false);
        string run = folder["run"];
        Trainer.Run(job, Stores.Options with { Folder = run });
        RunCertificate certificate = RunReader.Open(run).Certificate!;
        File.WriteAllBytes(Path.Combine(run, RunCertificate.FileName),
            (certificate with { Parameters = certificate.Parameters + 1 }).ToBytes());
        Assert.Contains("one of the two was computed wrongly",
            Assert.Throws<InvalidDataException>(() => store.Add(run, true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoStoreOrOneOfAnotherFormatIsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "thesis.txt"), "");
        Assert.Contains("got one with thesis.txt",
            Assert.Throws<InvalidDataException>(() => RunStore.Open(Root)).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(Root));
        File.Delete(Path.Combine(Root, "thesis.txt"));
        File.WriteAllText(Path.Combine(Root, "format.json"), "{\"format\": 2}");
        Assert.Contains("expected a store of format 1, got format 2",
            Assert.Throws<InvalidDataException>(() => RunStore.Open(Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAuditRepeatsRunsAndFindsAForgery()
    {
        using var store = RunStore.Open(Root);
        TrainingJob[] jobs = [.. Enumerable.Range(0, 4).Select(i => TinyRuns.Job(("seed", $"{i}")))];
        foreach (TrainingJob job in jobs)
            store.Train(job, Stores.Options, keepWeights: false);
        IReadOnlyList<StoredRun> sample = StoreAudit.Sample(store, 3, seed: 1);
        Assert.Equal(3, sample.Select(run => run.RunId).Distinct().Count());
        Assert.Equal(sample.Select(run => run.RunId), StoreAudit.Sample(store, 3, seed: 1).Select(run => run.RunId));
        Assert.Equal(4, StoreAudit.Sample(store, 99, seed: 2).Count);
        Assert.True(Repeat(sample[0]).Passed);
        StoredRun forged = sample[0] with
        {
            Certificate = sample[0].Certificate with { Parameters = sample[0].Certificate.Parameters + 1 },
        };
        Assert.False(Repeat(forged).Passed);

        static AuditedRun Repeat(StoredRun run) =>
            StoreAudit.Repeat(run, recipe => TinyRuns.Job(recipe), Stores.Options);
    }

    sealed class StartObserver(Action started) : ITrainingObserver
    {
        public void Started(RunStart start) => started();
    }
}
