using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Studies that run in milliseconds, on 96 small images.</summary>
public sealed class StudyRunnerTests : IDisposable
{
    readonly SmallData images = new();
    readonly StudyData data;

    public StudyRunnerTests() => data = new(DataFolders.OfUser(images.Root));

    public void Dispose() => images.Dispose();

    internal static Study Tiny { get; } = new()
    {
        Name = "tiny",
        Question = "Does batch norm help a small net?",
        BaselineName = "MLP",
        Baseline =
        [
            ("network", "mlp"), ("network.hidden", "8"), ("data", "kmnist"), ("epochs", "2"), ("batch", "16"),
            ("lr", "0.1"),
        ],
        Factors = [StudyFactor.OnOff("batch norm", ("network.batch-norm", "true"))],
        Seeds = Study.FirstSeeds(3),
        SuggestsMargin = true,
    };

    [Fact]
    public void EveryRunIsDoneOnceWhateverTheParallelism()
    {
        using RunStore one = Open("one"), two = Open("two");
        var watch = new Watch();
        StudyOutcome alone = Run(Tiny, one, watch, parallel: 1), together = Run(Tiny, two, parallel: 3);
        Assert.Equal(6, watch.Trained.Count);
        Assert.Equal([.. Tiny.Seeds.SelectMany(seed => Tiny.Arms.Select(arm => $"{arm.Name}, seed {seed}"))],
            watch.Trained);
        Assert.Equal(Hashes(alone), Hashes(together));
        Assert.All(together.Arms[0].Blocks, block => Assert.False(block.Run!.Environment.IsAlone));
        Assert.False(together.TimesAreAlone);

        var again = new Watch();
        StudyOutcome repeated = Run(Tiny, one, again);
        Assert.Empty(again.Trained);
        Assert.Equal(6, again.There);
        Assert.Equal(Hashes(alone), Hashes(repeated));
    }

    [Fact]
    public void AStudyLooksIntoTheLayersOfTheRunsItTrains()
    {
        using RunStore store = Open("store");
        Assert.DoesNotContain("Inside the network", Markdown(Run(Tiny, store)), StringComparison.Ordinal);
        string all = Markdown(Run(Tiny with { Seeds = [7, 8], ProbesLayers = true }, store));
        Assert.Contains("Inside the network", all, StringComparison.Ordinal);
        Assert.Contains("| Arm | act1 (saturated, %) | fc1 (gradient norm) | fc2 (gradient norm) |", all,
            StringComparison.Ordinal);
        Assert.DoesNotContain("were looked into", all, StringComparison.Ordinal);
        Assert.Contains("4 of 10 runs were looked into",
            Markdown(Run(Tiny with { Seeds = [0, 1, 2, 7, 8], ProbesLayers = true }, store)), StringComparison.Ordinal);

        static string Markdown(StudyOutcome outcome) => System.Text.Encoding.UTF8.GetString(
            StudyReport.Files(StudyAnalysis.Of(outcome), testImages: null).Single(f => f.Name == "report.md").Bytes);
    }

    [Fact]
    public void OnlyWhatIsNewIsRun()
    {
        using RunStore store = Open("store");
        Run(Tiny, store);
        var blocks = new Watch();
        Run(Tiny.WithBlocks(5), store, blocks);
        Assert.Equal(["MLP, seed 3", "MLP + batch norm, seed 3", "MLP, seed 4", "MLP + batch norm, seed 4"],
            blocks.Trained);

        // Another study with an arm in common.
        var arms = new Watch();
        Study other = Tiny with
        {
            Name = "other",
            BaselineName = "base",
            Factors = [StudyFactor.OnOff("dropout", ("network.dropout", "0.1"))],
        };
        Run(other, store, arms);
        Assert.Equal(["base + dropout, seed 0", "base + dropout, seed 1", "base + dropout, seed 2"], arms.Trained);
    }

    [Fact]
    public void ADivergedRunIsAnOutcomeAndItsSiblingsGoOn()
    {
        using RunStore store = Open("store");
        Study study = Tiny with
        {
            Factors = [StudyFactor.OnOff("madness", ("lr", "1E+30"), ("network.activation", "relu"))],
        };
        StudyOutcome outcome = Run(study, store);
        Assert.All(outcome.Arms[0].Blocks, block => Assert.Null(block.Missing));
        Assert.All(outcome.Arms[1].Blocks, block => Assert.Equal("diverged", block.Missing));
        var again = new Watch();
        Run(study, store, again);
        Assert.Empty(again.Trained);
    }

    [Fact]
    public void AStoppedStudyGoesOnToTheSameBits()
    {
        using RunStore calm = Open("calm"), store = Open("store");
        string[] expected = Hashes(Run(Tiny, calm));
        for (int stopAt = 1; stopAt < 60; stopAt += 7)
        {
            var stop = new StopRequest();
            int steps = 0;
            var watch = new Watch
            {
                Step = () =>
                {
                    if (Interlocked.Increment(ref steps) == stopAt)
                        stop.Set("SIGINT");
                },
            };
            StudyOutcome part = StudyRunner.Run(
                Tiny, store, data, new() { Parallel = 2, Stop = stop, Observer = watch });
            Assert.Equal(6, part.Arms.Sum(arm => arm.Blocks.Count));
        }
        Assert.Equal(expected, Hashes(Run(Tiny, store)));
    }

    /// <summary>
    /// In its first step, which only the owner of a run does, each waits until the other has got there.
    /// </summary>
    [Fact]
    public void TwoAtOneStudyShareTheWork()
    {
        using RunStore first = Open("store"), second = Open("store");
        using var both = new CountdownEvent(2);
        Watch[] watches = [MeetingTheOther(), MeetingTheOther()];
        StudyOutcome[] outcomes = new StudyOutcome[2];
        Study study = Tiny.WithBlocks(6);
        Thread[] threads =
        [
            new(() => outcomes[0] = Run(study, first, watches[0], parallel: 2)),
            new(() => outcomes[1] = Run(study, second, watches[1], parallel: 2)),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(watches, watch => Assert.NotEmpty(watch.Finished));
        string[] trained = [.. watches.SelectMany(watch => watch.Finished)];
        Assert.Equal(12, trained.Length);
        Assert.Equal(12, trained.Distinct().Count());
        Assert.All(outcomes, outcome => Assert.All(outcome.Arms,
            arm => Assert.All(arm.Blocks, block => Assert.Null(block.Missing))));
        Assert.Equal(Hashes(outcomes[0]), Hashes(outcomes[1]));

        Watch MeetingTheOther()
        {
            int steps = 0;
            return new()
            {
                Step = () =>
                {
                    if (Interlocked.Increment(ref steps) == 1)
                        both.Signal();
                    both.Wait(TimeSpan.FromMinutes(1));
                },
            };
        }
    }

    [Fact]
    public void ARunThatNeedsTooMuchMemoryFailsAlone()
    {
        using RunStore store = Open("store");
        var watch = new Watch
        {
            Begin = task =>
            {
                if (task.Arm.Name == "MLP" && task.Seed == 1)
                    throw new OutOfMemoryException("no memory");
            },
        };
        StudyOutcome outcome = Run(Tiny, store, watch);
        Assert.Equal(["could not run"],
            [.. outcome.Arms.SelectMany(arm => arm.Blocks).Select(block => block.Missing).OfType<string>()]);
        Assert.Equal(("MLP", "no memory"), (outcome.Arms.First(arm => arm.Blocks.Any(b => b.Failure is not null)).Name,
            outcome.Arms[0].Blocks[1].Failure));
        Assert.Equal(5, store.Count(RunFilter.All));
        Assert.All(Run(Tiny, store).Arms, arm => Assert.All(arm.Blocks, block => Assert.Null(block.Missing)));
    }

    [Fact]
    public void AStudyIsVerifiedFromHashesToItsReport()
    {
        using RunStore store = Open("store");
        StudyFolder folder = StudyFolder.Of(store, Tiny.Name);
        folder.Write(Tiny);
        Assert.Equal(Tiny, folder.Read());
        folder.Write(Report(StudyRunner.Run(Tiny, store, data, new() { KeepWeights = true })));
        foreach (VerificationLevel level in Enum.GetValues<VerificationLevel>())
        {
            VerificationReport report = Verify(level);
            Assert.True(report.Passed, string.Join('\n', report.Checks.Where(check => !check.Passed)));
            if (level > VerificationLevel.Hashes && level < VerificationLevel.Report)
                Assert.Contains(report.Checks, check => check.Level == level);
        }
        File.WriteAllText(Path.Combine(folder.Location, "report.txt"), "better");
        Assert.Equal(["report.txt"],
            [.. Verify(VerificationLevel.Hashes).Checks.Where(check => !check.Passed).Select(check => check.Name)]);

        StoredRun run = store.Find(data.Job(Tiny.RecipeOf(Tiny.Arms[1], 2)).RunId)!;
        File.AppendAllText(Path.Combine(run.Folder, Predictions.FileName), "x");
        Assert.Contains(Verify(VerificationLevel.Hashes).Checks, check => !check.Passed
            && check.Name.StartsWith("MLP + batch norm, seed 2: predictions", StringComparison.Ordinal));

        VerificationReport Verify(VerificationLevel level) =>
            StudyVerifier.Verify(folder, store, data, level, sample: 2, seed: 0, new() { Threads = 1 }, Report);

        static IEnumerable<(string, byte[])> Report(StudyOutcome outcome) =>
            [("report.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Hashes(outcome))))];
    }

    [Fact]
    public void ALevelThatCheckedNothingDoesNotPass()
    {
        using RunStore store = Open("store");
        StudyFolder folder = StudyFolder.Of(store, Tiny.Name);
        folder.Write(Tiny);
        Run(Tiny, store);
        Assert.True(Verify(VerificationLevel.Hashes, 2).Passed);
        Assert.True(Verify(VerificationLevel.Epochs, 2).Passed);
        VerificationCheck weights = Assert.Single(Verify(VerificationLevel.Predictions, 2).Checks, c => !c.Passed);
        Assert.Equal((VerificationLevel.Predictions, "weights"), (weights.Level, weights.Name));
        Assert.StartsWith("not kept for 2 of the 2 runs looked at: level L1 cannot be checked", weights.Got,
            StringComparison.Ordinal);
        Assert.False(Verify(VerificationLevel.Predictions, 0).Passed);
        Assert.False(Verify(VerificationLevel.Replay, 0).Passed);

        VerificationReport Verify(VerificationLevel level, int sample) =>
            StudyVerifier.Verify(folder, store, data, level, sample, seed: 0, new() { Threads = 1 });
    }

    RunStore Open(string name) => RunStore.Open(images[name]);

    StudyOutcome Run(Study study, RunStore store, Watch? watch = null, int parallel = 1) => StudyRunner.Run(
        study, store, data, new() { Parallel = parallel, Observer = watch ?? new() });

    static string[] Hashes(StudyOutcome outcome) =>
    [
        .. outcome.Arms.SelectMany(arm => arm.Blocks.Select(
            block => $"{arm.Name} {block.Seed} {block.Run!.IdentitySha256}")),
    ];

    /// <summary>Counts what is trained.</summary>
    sealed class Watch : IStudyObserver
    {
        readonly Lock gate = new();

        public List<string> Trained { get; } = [];

        public List<string> Finished { get; } = [];

        public int There { get; private set; }

        public Action Step { get; init; } = () => { };

        public Action<StudyTask> Begin { get; init; } = _ => { };

        public ITrainingObserver Training(StudyTask task)
        {
            Begin(task);
            lock (gate)
                Trained.Add($"{task}");
            return new ProbeObserver(_ => Step());
        }

        public void Ended(StudyTask task, BlockOutcome outcome, bool wasThere)
        {
            lock (gate)
            {
                There += wasThere ? 1 : 0;
                if (!wasThere)
                    Finished.Add($"{task}");
            }
        }
    }
}
