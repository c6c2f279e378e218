using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Tests;

public sealed class TrainerTests
{
    static readonly TrainingOptions once = new() { Threads = 1, CheckpointEvery = TimeSpan.MaxValue };

    [Fact]
    public void ARunLearnsAndLeavesItsFiles()
    {
        string folder = TinyRuns.TemporaryFolder();
        var observer = new ProbeObserver();
        TrainingJob job = TinyRuns.Job(("network.batch-norm", "false"), ("network.dropout", "0"),
            ("schedule", "constant"), ("lr", "0.5"),
            ("epochs", "30"), ("optimizer.momentum", "0.9"));
        RunSummary summary = Trainer.Run(job, once with { Folder = folder, Observer = observer });

        Assert.Equal((RunState.Completed, 30, 90L, 0, false),
            (summary.State, summary.Epochs, summary.Steps, summary.ExitCode, summary.Repeated));
        Assert.True(summary.Test!.Correct >= 18, $"expected a network that has learned, got {summary.Test}");
        Assert.Equal((20L, 36L, 5L), (summary.Test.Total, summary.Train!.Total, summary.Validation!.Total));
        Assert.Equal(8 * 36 + 8 + 5 * 8 + 5 + 3 * 5 + 3, summary.Parameters);
        Assert.Equal((90, 30, 3, 90L), (observer.Steps.Count, observer.Epochs.Count, observer.Start!.StepsPerEpoch,
            observer.Start.Steps));
        Assert.Equal(summary, observer.Summary);
        Assert.Equal(summary.WeightsSha256, WeightsHash.Compute(TrainedNetwork.ReadWeights(folder)));
        Assert.True(summary.ImagesPerSecond > 0 && summary.TrainSeconds > 0);

        string[] files = [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!)
            .Where(f => !f.StartsWith("lease-", StringComparison.Ordinal))];
        Assert.Equal([.. RunReader.OutputFiles.Append(RunCertificate.FileName).Order(StringComparer.Ordinal)],
            files.Order(StringComparer.Ordinal));
        Predictions predictions = Predictions.Parse(File.ReadAllBytes(Path.Combine(folder, Predictions.FileName)), "");
        Assert.Equal(summary.Test.Correct, predictions.Correct());
        IReadOnlyList<MetricRow> rows = RunReader.Open(folder).Metrics();
        Assert.Equal((30, summary.Train.Loss, summary.Test.Loss), (rows.Count, rows[^1].TrainLoss, rows[^1].TestLoss));
        Assert.True(rows[^1].TrainLoss < rows[0].TrainLoss / 2);
        Assert.Equal((summary.Validation.Loss, summary.Validation.Accuracy),
            (rows[^1].ValidationLoss, rows[^1].ValidationAccuracy));
    }

    [Fact]
    public void ANetworkOfOnesOwnThatEndsInLogSoftmaxTrainsWithNll()
    {
        Layer network = [("flatten", new Flatten()), ("fc", new Linear(3)), ("out", Activation.LogSoftmax)];
        Layer logits = [("flatten", new Flatten()), ("fc", new Linear(3))];
        double nll = TinyRuns.Train(TinyRuns.Job(network, ("loss", "nll"))).Summary.Test!.Loss;
        Assert.Equal(TinyRuns.Train(TinyRuns.Job(logits)).Summary.Test!.Loss, nll, 1e-4);
    }

    [Theory]
    [InlineData("warmup(50)+cosine", "a warm-up of 50 epochs in a run of 3: the learning rate never gets to its")]
    [InlineData("warmup(9)+one_cycle", "a warm-up of 9 steps in a run of 9: the learning rate never gets to its")]
    [InlineData("warmup(2)+cosine", null)]
    [InlineData("warmup(8)+one_cycle", null)]
    public void AWarmUpThatNeverEndsIsTold(string schedule, string? warning)
    {
        string[] warnings = [.. TinyRuns.Job(("schedule", schedule)).Warnings];
        if (warning is null)
            Assert.Empty(warnings);
        else
            Assert.StartsWith(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void TheJsonLineHasTheFieldsThatAreAskedFor()
    {
        RunSummary summary = TinyRuns.Train(TinyRuns.Job()).Summary;
        string[] asked =
        [
            "network", "data", "seed", "epochs", "steps", "test_correct", "test_total", "test_accuracy",
                "train_accuracy", "train_loss",
            "test_loss", "weights_sha256", "parameters", "train_seconds", "images_per_second", "run",
        ];
        foreach (string field in asked)
            Assert.NotNull(summary.ToJson()[field]);
        Assert.Equal("mlp", (string?)summary.ToJson()["network"]);
    }

    /// <summary>The sum of 3 × 16 images and the last step's 4, as a training script adds it up.</summary>
    [Fact]
    public void TrainingLossAndAccuracyAreThoseOfTheStepsOfTheEpoch()
    {
        var observer = new ProbeObserver();
        (RunSummary summary, _) = TinyRuns.Train(TinyRuns.Job(), once with { Observer = observer });
        StepProgress[] last = [.. observer.Steps.TakeLast(3)];
        double sum = 0;
        foreach ((StepProgress step, int images) in last.Zip([16, 16, 4]))
            sum += images * (double)step.BatchLoss;
        Assert.Equal(sum / 36, summary.Train!.Loss);
        Assert.Equal(36, last[^1].Epochal.Images);
        Assert.Equal(last[^1].Epochal.Correct, summary.Train.Correct);
    }

    [Fact]
    public void EvaluatingMoreOrLessOftenChangesNoWeight()
    {
        RunSummary often = TinyRuns.Train(TinyRuns.Job()).Summary,
            rarely = TinyRuns.Train(TinyRuns.Job(("report-every", "3"))).Summary;
        Assert.Equal(often.WeightsSha256, rarely.WeightsSha256);
        Assert.Equal(often.Train, rarely.Train);
    }

    [Fact]
    public void AFurtherDropoutLayerMovesNoDrawOfTheOthers()
    {
        // The phantom draws a mask in every step, and adds nothing.
        Layer Network(Layer between) =>
        [
            ("flatten", new Flatten()), ("fc1", new Linear(8)), ("act1", Activation.Sigmoid), ("between", between),
            ("dropout", new Dropout(0.4)), ("fc2", new Linear(3)),
        ];
        RunSummary without = TinyRuns.Train(TinyRuns.Job(Network(new Identity()))).Summary;
        RunSummary with = TinyRuns.Train(TinyRuns.Job(Network(new Phantom()))).Summary;
        RunSummary other = TinyRuns.Train(TinyRuns.Job(Network(new Dropout(0.4)))).Summary;
        Assert.Equal(without.WeightsSha256, with.WeightsSha256);
        Assert.NotEqual(without.WeightsSha256, other.WeightsSha256);
    }

    sealed record Phantom : Layer
    {
        protected override Tensor Forward(Scope at, Tensor x) => at.Training ? x + 0f * at.Bernoulli(0.5f, x.Shape) : x;
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        var allocated = new long[64];
        long step = 0;
        var observer = new CountingObserver(() => allocated[step++] = GC.GetAllocatedBytesForCurrentThread());
        TrainingJob job = TinyRuns.Job(("batch", "7"), ("validation", "none"), ("epochs", "10"),
            ("report-every", "10"));
        Trainer.Run(job, once with { Folder = TinyRuns.TemporaryFolder(), Observer = observer });

        // Epochs of 6 steps, the last one smaller; the first of each may still meet code for the first time.
        for (int i = 12; i < step; i++)
            Assert.Equal(0, allocated[i] - allocated[i - 1]);
        Assert.Equal(60, step);
    }

    sealed class CountingObserver(Action stepped) : ITrainingObserver
    {
        public void Stepped(in StepProgress step) => stepped();
    }

    [Fact]
    public void ANetworkThatDoesNotFitIsRefusedBeforeAnythingIsWritten()
    {
        string folder = TinyRuns.TemporaryFolder();
        TrainingJob job = TinyRuns.Job([("conv1", new Conv2d(2, 9)), new Flatten(), new Linear(3)]);
        var refusal = Assert.Throws<ShapeException>(() => Trainer.Run(job, once with { Folder = folder }));
        Assert.Contains("conv1", refusal.Message, StringComparison.Ordinal);
        var single = Assert.Throws<RecipeException>(() =>
            Trainer.Run(TinyRuns.Job(("batch", "5")), once with { Folder = folder }));
        Assert.Contains("got '5' for 36 images: bn1", single.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Trainer.Run(TinyRuns.Job(), once with { Folder = folder, Threads = 0 }));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void InputsOutOfRangeAreWarnedOf()
    {
        var observer = new ProbeObserver();
        TinyRuns.Train(TinyRuns.Job(("preprocess", "standardize=0.1307/0.0001"), ("lr", "0")),
            once with { Observer = observer });
        Assert.Collection(observer.Notices,
            inputs => Assert.Contains("expected them within [-10, 10]", inputs, StringComparison.Ordinal),
            rate => Assert.StartsWith("a learning rate of 0", rate, StringComparison.Ordinal));
    }

    [Fact]
    public void WhateverOperationOfTheFileSystemFailsTheRunCanGoOn()
    {
        TrainingJob job = TinyRuns.Job(("epochs", "2"));
        var whole = new MemoryFileSystem();
        RunSummary expected = Trainer.Run(job,
            new() { Folder = "/runs/a", Files = whole, Threads = 1, CheckpointEvery = TimeSpan.Zero });
        int failed = 0;
        for (int at = 0; at < whole.Operations; at += 7)
        {
            var files = new MemoryFileSystem { FaultAt = at, Fault = new IOException("no space left on device", 28) };
            try
            {
                Trainer.Run(job, new()
                {
                    Folder = "/runs/a",
                    Files = files,
                    Threads = 1,
                    CheckpointEvery = TimeSpan.Zero
                });
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageFault.DiskFull, e.Fault);
                failed++;
            }
            // A lease that could not be released is free once its process has ended.
            files.FaultAt = -1;
            foreach (string lease in files.Files.Keys.Where(path => path.Contains("lease-", StringComparison.Ordinal)))
                files.Delete(lease);
            RunSummary summary = Trainer.Run(job, new() { Folder = "/runs/a", Files = files, Threads = 1 });
            Assert.Equal((expected.State, expected.WeightsSha256, expected.Test),
                (summary.State, summary.WeightsSha256, summary.Test));
        }
        Assert.True(failed > 10, $"expected many failures, got {failed}");
    }

    [Fact]
    public void AForcedRunThatIsKilledWhileItClearsTheFolderLeavesNoHalfRun()
    {
        TrainingJob job = TinyRuns.Job(("epochs", "1"));
        var options = new TrainingOptions { Folder = "/runs/a", Threads = 1 };
        var done = new MemoryFileSystem();
        RunSummary expected = Trainer.Run(job, options with { Files = done });
        int names = done.Files.Count, crashes = 0;
        for (int at = 0; at < 60; at++)
        {
            MemoryFileSystem files = WithoutLeases(done);
            files.FaultAt = files.Operations + at;
            Assert.Throws<CrashedException>(() =>
                Trainer.Run(job, options with { Files = files, Force = true }));
            MemoryFileSystem left = WithoutLeases(files);
            crashes += left.Files.Count < names - 1 ? 1 : 0;
            RunSummary summary = Trainer.Run(job, options with { Files = left });
            Assert.Equal(expected.WeightsSha256, summary.WeightsSha256);
            Assert.All([.. RunReader.OutputFiles, RunCertificate.FileName], name =>
                Assert.Contains($"/runs/a/{name}", left.Files.Keys));
        }
        Assert.True(crashes > 10, $"expected crashes in the middle of clearing, got {crashes}");

        static MemoryFileSystem WithoutLeases(MemoryFileSystem files)
        {
            MemoryFileSystem next = files.After(Crash.Kill);
            foreach (string lease in next.Files.Keys.Where(path => path.Contains("lease-", StringComparison.Ordinal)))
                next.Delete(lease);
            return next;
        }
    }

    [Fact]
    public void ATrainedNetworkAnswersAsInItsRun()
    {
        string folder = TinyRuns.TemporaryFolder();
        TrainingJob job = TinyRuns.Job();
        RunSummary summary = Trainer.Run(job, once with { Folder = folder });
        using var network = TrainedNetwork.Of(job, TrainedNetwork.ReadWeights(folder), 2);
        Evaluation all = network.Evaluate(job.Data.Test);
        Assert.Equal(summary.Test, all.Tally);

        // One image alone gets the same bits as among the others.
        Evaluation one = network.Evaluate(job.Data.Test.Select("one", [7]));
        Assert.Equal(all.Probabilities.Slice(21, 3).ToArray(), one.Probabilities.ToArray());
        Assert.Throws<DataException>(() =>
            network.Evaluate(new ImageSet("larger", [1, 7, 7], ["a", "b", "c"], [], [])));
    }
}
