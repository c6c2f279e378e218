using System.Security.Cryptography;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>Checks a run that has ended against its certificate.</summary>
public sealed class RunVerifier
{
    const string NoFile = "no such file";

    readonly string folder;
    readonly List<VerificationCheck> checks = [];
    VerificationLevel level;

    RunVerifier(string folder) => this.folder = folder;

    /// <summary>Verifies a run; what is wrong is in the report.</summary>
    /// <param name="folder">The run folder; nothing in it is changed.</param>
    /// <param name="level">How thoroughly.</param>
    /// <param name="job">Makes the job of the recipe again, with its data; asked from
    /// <see cref="VerificationLevel.Predictions"/> on.</param>
    /// <param name="options">Threads, observer and stop request of a replay.</param>
    /// <param name="data">Where the files of its data may lie; those that are found are compared.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="OperationCanceledException">A replay was stopped.</exception>
    public static VerificationReport Verify(
        string folder, VerificationLevel level, Func<Recipe, TrainingJob> job, TrainingOptions? options = null,
        DataFolders? data = null)
    {
        folder = Path.GetFullPath(folder);
        if (!File.Exists(Path.Combine(folder, RunCertificate.FileName)))
            throw new RunFolderException(folder,
                $"expected a run that has ended, got a folder without {RunCertificate.FileName}");
        var verifier = new RunVerifier(folder);
        if (verifier.CheckHashes(data) is { } certificate && level >= VerificationLevel.Predictions)
            verifier.CheckAgain(certificate, level, job, options ?? new());
        return new(folder, level, verifier.checks) { Foreign = [.. verifier.Foreign()] };
    }

    IEnumerable<string> Foreign()
    {
        IFileSystem disk = DiskFileSystem.Instance;
        return disk.List(folder).Where(name => !RunReader.IsRunFile(name) && !RunLease.IsLease(name))
            .Concat(disk.ListFolders(folder).Select(name => $"{name}/"));
    }

    /// <summary>The certificate, if it can be read and its run has ended.</summary>
    RunCertificate? CheckHashes(DataFolders? data)
    {
        level = VerificationLevel.Hashes;
        byte[] bytes = Read(RunCertificate.FileName)!;
        RunCertificate certificate;
        try
        {
            certificate = RunCertificate.Parse(bytes, RunCertificate.FileName);
        }
        catch (Exception e) when (e is InvalidDataException)
        {
            Check(RunCertificate.FileName, "a certificate that agrees with its own hashes", e.Message);
            return null;
        }
        Check(RunCertificate.FileName, Sha256(certificate.ToBytes()), Sha256(bytes));
        foreach (DataFile output in certificate.Outputs)
        {
            byte[]? content = Read(output.Name);
            Check(output.Name, output.Sha256, content is null ? NoFile : Sha256(content));
        }
        foreach (string name in RunReader.OutputFiles.Except(certificate.Outputs.Select(o => o.Name))
            .Where(name => Read(name) is not null))
            Check(name, NoFile, "a file that the certificate does not know");
        foreach (DataFile file in certificate.Data.Files)
        {
            if (data?.Find(file.Name) is { } path)
                Try(file.Name, file.Sha256, () => Sha256(File.ReadAllBytes(path)));
        }
        string state = certificate.Status.State.ToString().ToLowerInvariant();
        bool hasEnded = certificate.Status.State != RunState.Interrupted;
        Check("status", hasEnded ? state : "completed or failed", state);
        CheckContent(certificate);
        return hasEnded ? certificate : null;
    }

    /// <summary>The contents of the files against each other.</summary>
    void CheckContent(RunCertificate certificate)
    {
        if (certificate.Result is { } result)
        {
            if (certificate.HasWeights)
            {
                TryFile(RunOutputs.WeightsFile, "values of the weights", result.WeightsSha256, _ =>
                    WeightsHash.Compute(TrainedNetwork.ReadWeights(folder)) ?? "NaN");
            }
            if (certificate.Epochs.Count > 0)
                Check("weights after the last epoch", result.WeightsSha256, certificate.Epochs[^1].WeightsSha256);
            TryFile(Predictions.FileName, "predictions", result.PredictionsSha256, Sha256);
            TryFile(Predictions.FileName, "correct images in the predictions", $"{result.Test.Correct}",
                bytes => $"{Predictions.Parse(bytes, Predictions.FileName).Correct()}");
        }
        string epochs = Epochs(certificate.Epochs.Select(e => (e.Epoch, e.Step, e.Train.Loss, e.Test?.Loss)));
        TryFile(MetricsCsv.FileName, "epochs in the metrics", epochs, bytes =>
        {
            IReadOnlyList<MetricRow> rows = MetricsCsv.Parse(bytes, MetricsCsv.FileName);
            return Epochs(rows.Select(row => (row.Epoch, row.Step, row.TrainLoss, row.TestLoss)));
        }, certificate.Epochs is [.., var last] ? $"steps and losses up to epoch {last.Epoch}" : null);
    }

    void CheckAgain(RunCertificate certificate, VerificationLevel asked, Func<Recipe, TrainingJob> load,
        TrainingOptions options)
    {
        level = VerificationLevel.Predictions;
        TrainingJob job = load(Recipe.FromJson(certificate.Recipe));
        Check("content of the data", certificate.Data.DecodedSha256, job.Data.Record.DecodedSha256);
        Check("selection of the data", certificate.Data.SubsetSha256, job.Data.Record.SubsetSha256);
        Check("numerics version", $"{certificate.NumericsVersion}", $"{NumericsVersion.Current}");
        if (certificate.Result is { } result && certificate.HasWeights)
        {
            TryFile(RunOutputs.WeightsFile, "weights", "fit the network", _ =>
            {
                using var network = TrainedNetwork.Of(job, TrainedNetwork.ReadWeights(folder), options.Threads);
                CheckEvaluation(result, network.Evaluate(job.Data.Test));
                return "fit the network";
            });
        }
        else if (certificate.Result is not null && asked == VerificationLevel.Predictions)
        {
            Check("weights", "kept", "not kept: only level L3, which trains them again, can tell more than level L0");
        }
        if (asked >= VerificationLevel.Replay)
            CheckReplay(certificate, job, options);
    }

    void CheckEvaluation(RunResult result, Evaluation evaluation)
    {
        Check("test images", Text(result.Test), Text(evaluation.Tally),
            FormattableString.Invariant($"{result.Test.Correct} of {result.Test.Total} correct, loss ")
            + FormattableString.Invariant($"{result.Test.Loss:0.0000}"));
        Check("predictions", result.PredictionsSha256, evaluation.Predictions is { } p ? Sha256(p.ToBytes()) : "NaN");
        Check(
            "confusion matrix", Text(result.Confusion), evaluation.Predictions is { } q ? Text(q.Confusion()) : "NaN",
            $"all {result.Confusion.Length} x {result.Confusion.Length} counts");
    }

    void CheckReplay(RunCertificate certificate, TrainingJob job, TrainingOptions options)
    {
        level = VerificationLevel.Replay;
        string temporary = Directory.CreateTempSubdirectory("ceteris-replay-").FullName;
        try
        {
            RunSummary summary = Trainer.Run(
                job, options with
                {
                    Folder = temporary,
                    CheckpointEvery = TimeSpan.MaxValue,
                    Force = true,
                    KeepWeights = false,
                    DrawPictures = false,
                });
            if (summary.State == RunState.Interrupted)
            {
                throw new OperationCanceledException(
                    $"the replay was stopped by {summary.Reason} at step {summary.Steps}");
            }
            RunCertificate replay = RunReader.Open(temporary).Certificate!;
            foreach ((EpochRecord record, int i) in certificate.Epochs.Select((record, i) => (record, i)))
            {
                EpochRecord? again = i < replay.Epochs.Count ? replay.Epochs[i] : null;
                const string None = "no such epoch";
                Check($"weights after epoch {record.Epoch}", record.WeightsSha256, again?.WeightsSha256 ?? None);
                Check($"history up to epoch {record.Epoch}", record.ChainSha256, again?.ChainSha256 ?? None);
            }
            if (certificate.Result is { } result)
            {
                Check("final weights", result.WeightsSha256, replay.Result?.WeightsSha256 ?? "none");
                Check("predictions", result.PredictionsSha256, replay.Result?.PredictionsSha256 ?? "none");
            }
            Check("identity of the run", certificate.IdentitySha256, replay.IdentitySha256);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    void Check(string name, string expected, string got, string? brief = null) =>
        checks.Add(new(level, name, expected, got) { Brief = brief });

    /// <summary>A check of what is in a file; one that is not there is told once, by its name.</summary>
    void TryFile(string file, string name, string expected, Func<byte[], string> got, string? brief = null)
    {
        if (Read(file) is { } bytes)
            Try(name, expected, () => got(bytes), brief);
        else if (checks.All(check => check.Name != file))
            Check(file, brief ?? expected, NoFile);
    }

    /// <summary>A check whose value comes from a file that may be damaged.</summary>
    void Try(string name, string expected, Func<string> got, string? brief = null)
    {
        try
        {
            Check(name, expected, got(), brief);
        }
        catch (Exception e) when (e is InvalidDataException or DataException or IOException)
        {
            Check(name, brief ?? expected, e.Message);
        }
    }

    byte[]? Read(string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static string Text(Tally tally) =>
        FormattableString.Invariant($"{tally.Correct} of {tally.Total} correct, loss ")
        + FormattableString.Invariant($"{BitConverter.DoubleToInt64Bits(tally.Loss):x16}");

    static string Text(int[][] matrix) => string.Join(" / ", matrix.Select(row => string.Join(' ', row)));

    static string Epochs(IEnumerable<(int Epoch, long Step, double Train, double? Test)> rows) =>
        string.Join("; ", rows.Select(r => FormattableString.Invariant($"{r.Epoch} {r.Step} {r.Train:R} {r.Test:R}")));
}
