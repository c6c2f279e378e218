using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>However a run is cut into pieces, its bits are those of the undisturbed one.</summary>
public sealed class ResumeTests
{
    static readonly TrainingJob job = TinyRuns.Job();
    static readonly RunCertificate undisturbed = TinyRuns.Train(job).Certificate;

    /// <summary>36 images in batches of 16: three steps in an epoch, three epochs.</summary>
    const int Steps = 9;

    public static TheoryData<int> EveryStep => [.. Enumerable.Range(0, Steps)];

    [Theory]
    [MemberData(nameof(EveryStep))]
    public void StoppedAfterAnyStepAndResumed(int step)
    {
        string folder = TinyRuns.TemporaryFolder();
        var stop = new StopRequest();
        if (step == 0)
            stop.Set("SIGTERM");
        var observer = new ProbeObserver(progress =>
        {
            if (progress.Step == step)
                stop.Set("SIGTERM");
        });
        RunSummary first = Trainer.Run(job, Options(folder) with { Observer = observer, Stop = stop });
        Assert.Equal((RunState.Interrupted, (long)step, 143, "SIGTERM"),
            (first.State, first.Steps, first.ExitCode, first.Reason));
        Assert.Equal(RunPhase.Interrupted, RunReader.Open(folder).Phase);

        var again = new ProbeObserver();
        RunSummary second = Trainer.Run(job, Options(folder) with { Observer = again });
        Assert.Equal(RunState.Completed, second.State);
        Assert.Equal(step, again.Start!.ResumedAt);
        Assert.Equal(Steps - step, again.Steps.Count);
        AssertUndisturbed(folder, interruptions: 1);
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public void KilledAfterAnyStepAndResumedFromAnOlderCheckpoint(int step)
    {
        string folder = TinyRuns.TemporaryFolder();
        Kill(folder, step + 1, TimeSpan.Zero);
        string[] checkpoints = [.. Directory.GetFiles(folder, "*.ckpt").Order(StringComparer.Ordinal)];
        Assert.Equal(Math.Min(step, 2), checkpoints.Length);
        if (checkpoints.Length == 2)
            File.Delete(checkpoints[1]);

        var again = new ProbeObserver();
        Trainer.Run(job, Options(folder) with { Observer = again });
        Assert.Equal(checkpoints.Length == 2 ? step - 1 : step, again.Start!.ResumedAt);
        AssertUndisturbed(folder, interruptions: checkpoints.Length == 0 ? 0 : 1);
    }

    [Fact]
    public void KilledAgainAndAgain()
    {
        string folder = TinyRuns.TemporaryFolder();
        for (int step = 2; step <= Steps; step++)
            Kill(folder, step, TimeSpan.Zero);
        Trainer.Run(job, Options(folder));
        AssertUndisturbed(folder, interruptions: Steps - 1);
    }

    [Fact]
    public void KilledWithoutACheckpointItBeginsAgain()
    {
        string folder = TinyRuns.TemporaryFolder();
        Kill(folder, 5, TimeSpan.MaxValue);
        var again = new ProbeObserver();
        Trainer.Run(job, Options(folder) with { Observer = again });
        Assert.Equal(0, again.Start!.ResumedAt);
        AssertUndisturbed(folder, interruptions: 0);
    }

    /// <summary>The steps of the epoch are in the checkpoint, so are the images and seconds of its speed.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void TheSpeedOfAnEpochCountsAllOfIt(int killedAfter)
    {
        string folder = TinyRuns.TemporaryFolder();
        var observer = new ProbeObserver(saved: step =>
        {
            if (step == killedAfter)
                throw new TimeoutException("killed");
        });
        Assert.Throws<TimeoutException>(() =>
            Trainer.Run(job, Options(folder) with { Observer = observer, CheckpointEvery = TimeSpan.Zero }));
        var again = new ProbeObserver();
        Trainer.Run(job, Options(folder) with { Observer = again });
        MetricRow[] rows = [.. observer.Rows, .. again.Rows];
        Assert.Equal([1, 2, 3], rows.Select(row => row.Epoch));
        Assert.Equal(36 / rows[0].Seconds, rows[0].ImagesPerSecond, 1e-6 * rows[0].ImagesPerSecond);
        foreach ((MetricRow before, MetricRow row) in rows.Zip(rows.Skip(1)))
            Assert.Equal(36 / (row.Seconds - before.Seconds), row.ImagesPerSecond, 1e-6 * row.ImagesPerSecond);
    }

    [Fact]
    public void ADamagedCheckpointIsToldOfAndTheOneBeforeItUsed()
    {
        string folder = TinyRuns.TemporaryFolder();
        Kill(folder, 6, TimeSpan.Zero);
        string newest = Directory.GetFiles(folder, "*.ckpt").Max(StringComparer.Ordinal)!;
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);

        var again = new ProbeObserver();
        Trainer.Run(job, Options(folder) with { Observer = again });
        Assert.Equal(4, again.Start!.ResumedAt);
        Assert.Contains("damaged", Assert.Single(again.Notices), StringComparison.Ordinal);
        AssertUndisturbed(folder, interruptions: 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void TheNumberOfThreadsChangesNoBit(int threads)
    {
        string folder = TinyRuns.TemporaryFolder();
        Trainer.Run(job, Options(folder) with { Threads = threads });
        AssertUndisturbed(folder, interruptions: 0);
    }

    [Fact]
    public void FullBatchesAreResumedToo()
    {
        TrainingJob full = TinyRuns.Job(("batch", "full"), ("report-every", "2"), ("epochs", "5"),
            ("optimizer", "adam"));
        RunCertificate expected = TinyRuns.Train(full).Certificate;
        Assert.Equal([2, 4, 5], expected.Epochs.Select(epoch => epoch.Epoch));
        string folder = TinyRuns.TemporaryFolder();
        var stop = new StopRequest();
        Trainer.Run(full, Options(folder) with { Stop = stop, Observer = new ProbeObserver(_ => stop.Set("SIGINT")) });
        RunSummary summary = Trainer.Run(full, Options(folder));
        Assert.Equal(expected.IdentitySha256, RunReader.Open(folder).Certificate!.IdentitySha256);
        Assert.Equal((5, 5L), (summary.Epochs, summary.Steps));
    }

    [Theory]
    [InlineData("seed", "8", "seed is 7 there and 8 here")]
    [InlineData("network.hidden", "9,5", "network.hidden is 8,5 there and 9,5 here")]
    [InlineData("optimizer", "adam", "optimizer.momentum is 0.5 there and not set here")]
    public void AnotherRecipeIsRefusedAndNothingChanged(string key, string value, string message)
    {
        string folder = TinyRuns.TemporaryFolder();
        Kill(folder, 5, TimeSpan.Zero);
        string before = Content(folder);
        var refusal = Assert.Throws<RunFolderException>(() => Trainer.Run(TinyRuns.Job((key, value)), Options(folder)));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content(folder));
    }

    [Fact]
    public void ACompletedRunIsNotTrainedAgainUnlessForced()
    {
        string folder = TinyRuns.TemporaryFolder();
        RunSummary first = Trainer.Run(job, Options(folder));
        string before = Content(folder);
        var observer = new ProbeObserver();
        RunSummary second = Trainer.Run(job, Options(folder) with { Observer = observer });
        Assert.Equal((true, first.WeightsSha256, null), (second.Repeated, second.WeightsSha256, observer.Start));
        Assert.Equal(before, Content(folder));

        TrainingJob other = TinyRuns.Job(("seed", "8"));
        Assert.Throws<RunFolderException>(() => Trainer.Run(other, Options(folder)));
        RunSummary third = Trainer.Run(other, Options(folder) with { Force = true });
        Assert.False(third.Repeated);
        Assert.NotEqual(first.WeightsSha256, third.WeightsSha256);
        Assert.True(RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => other).Passed);
    }

    [Fact]
    public void AFolderWithOtherThingsIsRefused()
    {
        string folder = TinyRuns.TemporaryFolder();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "thesis.tex"), "");
        Assert.Throws<RunFolderException>(() => Trainer.Run(job, Options(folder)));
        Assert.Throws<StorageException>(() => Trainer.Run(job, Options(Path.Combine(folder, "thesis.tex"))));
    }

    [Fact]
    public void AFolderOfFoldersIsRefused()
    {
        string folder = TinyRuns.TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder, "other-run"));
        var refusal = Assert.Throws<RunFolderException>(() => Trainer.Run(job, Options(folder)));
        Assert.Contains("got one with 'other-run'", refusal.Message, StringComparison.Ordinal);
        Assert.False(RunReader.IsRun(folder));
    }

    static TrainingOptions Options(string folder) =>
        new() { Folder = folder, Threads = 1, CheckpointEvery = TimeSpan.MaxValue };

    /// <summary>Ends a run without any chance to save, in the middle of a step's observation.</summary>
    static void Kill(string folder, int step, TimeSpan checkpointEvery)
    {
        var observer = new ProbeObserver(progress =>
        {
            if (progress.Step == step)
                throw new TimeoutException("killed");
        });
        Assert.Throws<TimeoutException>(() =>
            Trainer.Run(job, Options(folder) with { Observer = observer, CheckpointEvery = checkpointEvery }));
    }

    static void AssertUndisturbed(string folder, int interruptions)
    {
        RunCertificate certificate = RunReader.Open(folder).Certificate!;
        Assert.Equal(undisturbed.Result!.WeightsSha256, certificate.Result!.WeightsSha256);
        Assert.Equal(undisturbed.IdentitySha256, certificate.IdentitySha256);
        Assert.Equal(interruptions, certificate.Environment.Interruptions);
        Assert.Empty(Directory.GetFiles(folder, "*.ckpt"));
        VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job);
        Assert.True(report.Passed, string.Join('\n', report.Checks));
    }

    static string Content(string folder) => string.Join('\n', Directory.GetFiles(folder).Order(StringComparer.Ordinal)
        .Where(path => !Path.GetFileName(path).StartsWith("lease-", StringComparison.Ordinal))
        .Select(path => $"{path} {Sha256Text.Of(File.ReadAllBytes(path))}"));
}
