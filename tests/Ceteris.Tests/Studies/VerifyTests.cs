using Ceteris.Studies;

namespace Ceteris.Tests;

public sealed class VerifyTests
{
    static readonly TrainingJob job = TinyRuns.Job();
    static readonly TrainingOptions options = new() { Threads = 1, CheckpointEvery = TimeSpan.MaxValue };

    static readonly Lazy<Dictionary<string, byte[]>> run = new(() =>
    {
        string folder = TinyRuns.TemporaryFolder();
        Trainer.Run(job, options with { Folder = folder });
        return Directory.GetFiles(folder)
            .Where(f => !Path.GetFileName(f).StartsWith("lease-", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetFileName(f)!, File.ReadAllBytes);
    });

    static string Copy(string? except = null)
    {
        string folder = TinyRuns.TemporaryFolder();
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in run.Value.Where(file => file.Key != except))
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return folder;
    }

    public static TheoryData<string> Files => [.. RunReader.OutputFiles, RunCertificate.FileName];

    [Theory]
    [InlineData(VerificationLevel.Hashes)]
    [InlineData(VerificationLevel.Predictions)]
    [InlineData(VerificationLevel.Replay)]
    public void AnHonestRunPasses(VerificationLevel level)
    {
        VerificationReport report = RunVerifier.Verify(Copy(), level, _ => job, options);
        Assert.True(report.Passed, string.Join('\n', report.Checks));
        Assert.Equal(level, report.Checks.Max(check => check.Level));
        Assert.Equal("completed", report.Checks.Single(check => check.Name == "status").Got);
        Assert.Single(report.Checks, check => check.Name == RunOutputs.WeightsFile);
    }

    /// <summary>What is not the run's is named, and no reason to refuse it.</summary>
    [Fact]
    public void ForeignFilesAreNamed()
    {
        string folder = Copy();
        Assert.Empty(RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job).Foreign);
        File.WriteAllText(Path.Combine(folder, "lease-000001.json"), "");
        File.WriteAllText(Path.Combine(folder, "extra.txt"), "");
        Directory.CreateDirectory(Path.Combine(folder, "notes"));
        VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job);
        Assert.True(report.Passed);
        Assert.Equal(["extra.txt", "notes/"], report.Foreign);
    }

    [Fact]
    public void AnInterruptedRunIsToldInTheWordsOfTheOthers()
    {
        string folder = TinyRuns.TemporaryFolder();
        var stop = new StopRequest();
        stop.Set("SIGINT");
        Trainer.Run(job, options with { Folder = folder, Stop = stop });
        VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job);
        VerificationCheck status = report.Checks.Single(check => check.Name == "status");
        Assert.Equal(("completed or failed", "interrupted"), (status.Expected, status.Got));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AFlippedBitInAnyFileIsFound(string name)
    {
        string folder = Copy(), path = Path.Combine(folder, name);
        byte[] good = run.Value[name];
        for (int i = 0; i < 64; i++)
        {
            byte[] bad = [.. good];
            bad[(int)((long)(bad.Length - 1) * i / 63)] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bad);
            VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job);
            Assert.False(report.Passed);
            Assert.Contains(report.Checks, check => !check.Passed && check.Name == name);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AMissingOrLongerFileIsFound(string name)
    {
        string folder = Copy(except: name);
        if (name == RunCertificate.FileName)
            Assert.Throws<RunFolderException>(() => RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job));
        else
        {
            foreach (VerificationLevel level in (VerificationLevel[])[default, VerificationLevel.Predictions])
            {
                VerificationCheck gone = Assert.Single(
                    RunVerifier.Verify(folder, level, _ => job, options).Checks, check => !check.Passed);
                Assert.Equal((name, "no such file"), (gone.Name, gone.Got));
            }
        }
        File.WriteAllBytes(Path.Combine(folder, name), [.. run.Value[name], (byte)'\n']);
        Assert.False(RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job).Passed);
    }

    /// <summary>A forger who computes all hashes anew is found out by what the network says.</summary>
    [Fact]
    public void ForgedCountsPassTheHashesButNotThePredictions()
    {
        RunCertificate certificate = RunCertificate.Parse(run.Value[RunCertificate.FileName], "");
        Predictions honest = Predictions.Parse(run.Value[Predictions.FileName], "");
        int[] truth = honest.Labels.ToArray();
        byte[] forged = new Predictions(3, truth, truth, [.. truth.Select(_ => 1f)]).ToBytes();
        string sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(forged));
        string folder = Copy();
        File.WriteAllBytes(Path.Combine(folder, Predictions.FileName), forged);
        RunCertificate lie = certificate with
        {
            Result = certificate.Result! with
            {
                PredictionsSha256 = sha,
                Test = new(20, 20, certificate.Result.Test.Loss),
                Confusion = Predictions.Parse(forged, "").Confusion(),
            },
            Outputs = [.. certificate.Outputs
                .Select(o => o.Name == Predictions.FileName ? new DataFile(o.Name, forged.Length, sha) : o)],
        };
        File.WriteAllBytes(Path.Combine(folder, RunCertificate.FileName), lie.ToBytes());
        Assert.True(RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => job).Passed);
        VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Predictions, _ => job);
        Assert.Equal(["test images", "predictions", "confusion matrix"],
            report.Checks.Where(check => !check.Passed).Select(check => check.Name));
    }

    /// <summary>Weights that were not trained as the recipe says are found out by training again.</summary>
    [Fact]
    public void ARunOfAnotherRecipeUnderThisNameDoesNotPassTheReplay()
    {
        string folder = TinyRuns.TemporaryFolder();
        Trainer.Run(job, options with { Folder = folder });
        TrainingJob longer = TinyRuns.Job(("epochs", "4"));
        VerificationReport report = RunVerifier.Verify(folder, VerificationLevel.Replay, _ => longer, options);
        Assert.False(report.Passed);
        Assert.Contains(report.Checks, check =>
            !check.Passed && check.Level == VerificationLevel.Replay && check.Name == "final weights");
    }

    [Fact]
    public void RunsAreListedAndBadOnesTold()
    {
        string root = TinyRuns.TemporaryFolder();
        Trainer.Run(job, options with { Folder = Path.Combine(root, "b") });
        var stop = new StopRequest();
        Trainer.Run(TinyRuns.Job(("seed", "9")), options with
        {
            Folder = Path.Combine(root, "a"),
            Stop = stop,
            Observer = new ProbeObserver(_ => stop.Set("SIGINT")),
        });
        Directory.CreateDirectory(Path.Combine(root, "c"));
        File.WriteAllText(Path.Combine(root, "c", "recipe.json"), "{}");
        var unreadable = new List<string>();
        Assert.Equal([("a", RunPhase.Interrupted), ("b", RunPhase.Completed)],
            RunReader.List(root, unreadable.Add).Select(run => (Path.GetFileName(run.Folder), run.Phase)));
        Assert.Contains(Path.Combine("c", "recipe.json"), Assert.Single(unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public void TheDefaultFolderNamesTheRun()
    {
        Recipe recipe = Recipe.Of(("network", "sk"), ("data", "mnist:0..500@7"), ("seed", "3"));
        Assert.Equal(Path.Combine("runs", $"sk-mnist-500-7-s3-{recipe.Sha256[..8]}"), RunReader.DefaultFolder(recipe));
    }
}
