using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>Checks a study of a store: its runs, and that its report follows from them.</summary>
public static class StudyVerifier
{
    /// <summary>Verifies a study; what is wrong is in the report.</summary>
    /// <param name="folder">Of the study.</param>
    /// <param name="store">With its runs.</param>
    /// <param name="data">Its images.</param>
    /// <param name="level">How thoroughly its runs are checked: hashes always;
    /// <see cref="VerificationLevel.Epochs"/> trains some of them again up to a random epoch,
    /// <see cref="VerificationLevel.Replay"/> completely.</param>
    /// <param name="sample">How many runs from <see cref="VerificationLevel.Predictions"/> on; a function of the
    /// study's runs and of <paramref name="seed"/>.</param>
    /// <param name="seed">Of the choice.</param>
    /// <param name="options">Threads, observer and stop request of repetitions.</param>
    /// <param name="report">Makes the files of the report from the outcome; null to leave them out.</param>
    /// <exception cref="OperationCanceledException">A repetition was stopped.</exception>
    public static VerificationReport Verify(
        StudyFolder folder, RunStore store, StudyData data, VerificationLevel level, int sample, ulong seed,
        TrainingOptions options, Func<StudyOutcome, IEnumerable<(string Name, byte[] Bytes)>>? report = null)
    {
        // The report is always looked at; by itself it asks for nothing else.
        if (level == VerificationLevel.Report)
            level = VerificationLevel.Hashes;
        var checks = new List<VerificationCheck>();
        Study study = folder.Read();
        StudyOutcome outcome = StudyRunner.Collect(study, store, data);
        var runs = new List<(string Name, StoredRun Run)>();
        foreach (ArmOutcome arm in outcome.Arms)
        {
            foreach (BlockOutcome block in arm.Blocks)
            {
                string name = $"{arm.Name}, seed {block.Seed}";
                if (Find(store, block) is not { } run)
                    checks.Add(new(VerificationLevel.Hashes, name, "a run in the store", block.Damage ?? "none"));
                else if (Hashes(checks, name, run))
                    runs.Add((name, run));
            }
        }
        if (level >= VerificationLevel.Predictions)
            CheckDrawn(checks, [.. Drawn(runs, sample, seed)], data, level, seed, options);
        if (report is not null)
            Report(checks, folder, outcome, report);
        return new(folder.Location, report is null ? level : VerificationLevel.Report, checks);
    }

    /// <summary>A run of which enough is left to be looked at.</summary>
    static StoredRun? Find(RunStore store, BlockOutcome block)
    {
        try
        {
            return store.Find(block.RunId);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static void Report(
        List<VerificationCheck> checks, StudyFolder folder, StudyOutcome outcome,
        Func<StudyOutcome, IEnumerable<(string Name, byte[] Bytes)>> report)
    {
        if (outcome.Arms.SelectMany(arm => arm.Blocks).FirstOrDefault(block => block.Damage is not null) is { } damaged)
        {
            checks.Add(new(VerificationLevel.Report, "report", "runs to make it from",
                $"{damaged.Damage}; {StudyRunner.DamageAdvice}"));
            return;
        }
        foreach ((string name, byte[] bytes) in report(outcome))
        {
            byte[]? stored = folder.Bytes(name);
            checks.Add(new(VerificationLevel.Report, name, Sha256Text.Of(bytes),
                stored is null ? "no such file" : Sha256Text.Of(stored)));
        }
    }

    static bool Hashes(List<VerificationCheck> checks, string name, StoredRun run)
    {
        VerificationReport report = RunVerifier.Verify(
            run.Folder, VerificationLevel.Hashes, _ => throw new NotSupportedException());
        VerificationCheck? bad = report.Checks.FirstOrDefault(check => !check.Passed);
        string identity = run.Certificate.IdentitySha256;
        checks.Add(bad is null ? new(VerificationLevel.Hashes, name, identity, identity)
            : bad with { Name = $"{name}: {bad.Name}" });
        return bad is null;
    }

    static IEnumerable<(string, StoredRun)> Drawn(List<(string, StoredRun)> runs, int sample, ulong seed)
    {
        var random = new RandomStream(StreamKey.For(seed, "verify"));
        for (int left = Math.Min(sample, runs.Count); left > 0; left--)
        {
            int at = random.Next(runs.Count);
            yield return runs[at];
            runs.RemoveAt(at);
        }
    }

    /// <summary>A level that looked at nothing, or not at all that was drawn, does not pass.</summary>
    static void CheckDrawn(
        List<VerificationCheck> checks, IReadOnlyList<(string Name, StoredRun Run)> drawn, StudyData data,
        VerificationLevel level, ulong seed, TrainingOptions options)
    {
        foreach ((string name, StoredRun run) in drawn)
            Again(checks, name, run, data, level, seed, options);
        int without = drawn.Count(pair => pair.Run is { Certificate.Result: not null, WeightsFile: null });
        if (level == VerificationLevel.Predictions && without > 0)
        {
            checks.Add(new(level, "weights", "kept", $"not kept for {without} of the {drawn.Count} runs looked at: "
                + "level L1 cannot be checked without them; --level L2 and L3 train again, and `ceteris study run` "
                + "keeps the weights of new runs with --keep-weights"));
        }
        else if (!checks.Any(check => check.Level == level))
        {
            checks.Add(new(level, "runs", "something to check at this level",
                $"nothing in the {drawn.Count} runs looked at"));
        }
    }

    static void Again(
        List<VerificationCheck> checks, string name, StoredRun run, StudyData data, VerificationLevel level, ulong seed,
        TrainingOptions options)
    {
        if (run.WeightsFile is not null)
        {
            VerificationReport predictions = RunVerifier.Verify(run.Folder, VerificationLevel.Predictions, data.Job);
            checks.AddRange(predictions.Checks.Where(check => check.Level == VerificationLevel.Predictions)
                .Select(check => check with { Name = $"{name}: {check.Name}" }));
        }
        if (level >= VerificationLevel.Replay)
        {
            AuditedRun audited = StoreAudit.Repeat(run, data.Job, options);
            checks.Add(new(VerificationLevel.Replay, $"{name}: trained again", audited.Expected, audited.Got));
        }
        else if (level == VerificationLevel.Epochs && run.Certificate.Epochs.Count > 0)
        {
            var random = new RandomStream(StreamKey.For(seed, run.RunId));
            EpochRecord record = run.Certificate.Epochs[random.Next(run.Certificate.Epochs.Count)];
            EpochRecord? again = UpTo(record.Epoch, data.Job(run.Summary.Recipe), options);
            checks.Add(new(VerificationLevel.Epochs, $"{name}: weights after epoch {record.Epoch}",
                record.WeightsSha256, again?.WeightsSha256 ?? "no such epoch"));
            checks.Add(new(VerificationLevel.Epochs, $"{name}: history up to epoch {record.Epoch}",
                record.ChainSha256, again?.ChainSha256 ?? "no such epoch"));
        }
    }

    /// <summary>
    /// Trains from the initial values, the one state that every recipe records, to the end of an epoch.
    /// </summary>
    static EpochRecord? UpTo(int epoch, TrainingJob job, TrainingOptions options)
    {
        var until = new Until(epoch, options.Stop);
        string temporary = Directory.CreateTempSubdirectory("ceteris-epochs-").FullName;
        try
        {
            Trainer.Run(job, new()
            {
                Folder = temporary,
                Threads = options.Threads,
                CheckpointEvery = TimeSpan.MaxValue,
                KeepWeights = false,
                DrawPictures = false,
                Observer = until,
                Stop = until.Stop,
            });
            return options.Stop.Reason is { } reason
                ? throw new OperationCanceledException($"the repetition was stopped by {reason}") : until.Record;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    sealed class Until(int epoch, StopRequest wish) : ITrainingObserver
    {
        public StopRequest Stop { get; } = new();

        public EpochRecord? Record { get; private set; }

        public void Stepped(in StepProgress step)
        {
            if (wish.Reason is { } reason)
                Stop.Set(reason);
        }

        public void EpochEnded(EpochRecord record, MetricRow row)
        {
            if (record.Epoch == epoch && Stop.Set($"the end of epoch {epoch}"))
                Record = record;
        }
    }
}
