using System.Text;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>Where a run in a folder stands.</summary>
public enum RunPhase
{
    Completed,
    Failed,

    /// <summary>Not ended, and no process is at it: it can be resumed.</summary>
    Interrupted,

    /// <summary>A process is at it.</summary>
    Running,
}

/// <summary>A run folder in any state, read only.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Recipe">Of the run.</param>
/// <param name="RunId">See <see cref="RunCertificate.RunIdOf"/>.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Certificate">Of a run that has ended, or was interrupted between two steps.</param>
public sealed record RunReader(string Folder, Recipe Recipe, string RunId, RunPhase Phase, RunCertificate? Certificate)
{
    const int LimitBytes = 1 << 30;

    /// <summary>All that a run leaves, but for its certificate.</summary>
    public static IReadOnlyList<string> OutputFiles { get; } =
    [
        RunFiles.RecipeFile, MetricsCsv.FileName, Studies.Predictions.FileName, RunOutputs.WeightsFile,
        CurvesPlot.FileName, ConfusionPlot.FileName, MisclassifiedGallery.FileName,
    ];

    /// <summary>
    /// Where a run goes that is not told where: <c>runs/NETWORK-DATA-sSEED-HASH</c> below the current folder.
    /// </summary>
    public static string DefaultFolder(Recipe recipe)
    {
        var name = new StringBuilder();
        foreach (char c in $"{recipe.Network}-{recipe["data"]}-s{recipe.Seed}-{recipe.Sha256[..8]}")
        {
            bool plain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
            if (plain || name[^1] != '-')
                name.Append(plain ? c : '-');
        }
        return Path.Combine("runs", name.ToString());
    }

    /// <summary>Whether a run was ever begun in a folder.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFiles.RecipeFile))
        || File.Exists(Path.Combine(folder, RunCertificate.FileName));

    /// <summary>Steps up to which a run that is not completed is saved; null if there is no checkpoint.</summary>
    public static long? SavedSteps(string folder) => CheckpointStore.NewestIn(DiskFileSystem.Instance.List(folder));

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="RunFolderException">It is none.</exception>
    /// <exception cref="InvalidDataException">A file of it is damaged; says which and where.</exception>
    public static RunReader Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        if (!IsRun(folder))
            throw new RunFolderException(folder, $"expected a run folder, got one without {RunFiles.RecipeFile}");
        string path = Path.Combine(folder, RunCertificate.FileName);
        RunCertificate? certificate = File.Exists(path) ? RunCertificate.Parse(Read(path), path) : null;
        (Recipe recipe, string runId) = Claim(folder, certificate);
        RunPhase phase = certificate?.Status.State switch
        {
            RunState.Completed => RunPhase.Completed,
            RunState.Failed => RunPhase.Failed,
            _ => RunLease.HolderIn(DiskFileSystem.Instance, folder) is null ? RunPhase.Interrupted : RunPhase.Running,
        };
        return new(folder, recipe, runId, phase, certificate);
    }

    /// <summary>
    /// The run folders below a folder, in ordinal order of their paths; those that cannot be read go to
    /// <paramref name="unreadable"/>.
    /// </summary>
    public static IReadOnlyList<RunReader> List(string root, Action<string>? unreadable = null)
    {
        if (!Directory.Exists(root))
            return [];
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            IgnoreInaccessible = true,
        };
        var runs = new List<RunReader>();
        foreach (string path in Directory.EnumerateFiles(root, RunFiles.RecipeFile, options)
            .Order(StringComparer.Ordinal))
        {
            try
            {
                runs.Add(Open(Path.GetDirectoryName(path)!));
            }
            catch (Exception e) when (
                e is InvalidDataException or RunFolderException or IOException or UnauthorizedAccessException)
            {
                unreadable?.Invoke(e.Message);
            }
        }
        return runs;
    }

    /// <summary>What the certificate says, in one line; null if there is none yet.</summary>
    public RunSummary? Summary => Certificate is null ? null : Summarise(Folder, Certificate);

    /// <summary>Rows of metrics.csv as far as the run came; empty before the first.</summary>
    public IReadOnlyList<MetricRow> Metrics()
    {
        string path = Path.Combine(Folder, MetricsCsv.FileName);
        return File.Exists(path) ? MetricsCsv.Parse(Read(path), path) : [];
    }

    /// <summary>Whether the weights are there; those of a run in a store may not be.</summary>
    public bool HasWeights => Certificate?.HasWeights == true;

    /// <summary>What a completed run said about each test image.</summary>
    /// <exception cref="RunFolderException">The run is not completed.</exception>
    /// <exception cref="InvalidDataException">The file is not the one that the certificate speaks of.</exception>
    public Predictions Predictions()
    {
        if (Certificate?.Result is not { } result)
            throw new RunFolderException(Folder,
                $"expected a completed run, got one that is {Phase.ToString().ToLowerInvariant()}");
        string path = Path.Combine(Folder, Studies.Predictions.FileName);
        byte[] bytes = Read(path);
        return Sha256Text.Of(bytes) is var hash && hash == result.PredictionsSha256
            ? Studies.Predictions.Parse(bytes, path)
            : throw new InvalidDataException($"{path}: expected SHA-256 {result.PredictionsSha256}, got {hash}");
    }

    /// <summary>Builds the recipe's network and loads its images again.</summary>
    /// <exception cref="DataException">Images are missing or damaged.</exception>
    public TrainingJob Job(DataFolders folders, Action<string>? notice = null) =>
        TrainingJob.Load(Recipe, folders, notice);

    internal static RunSummary Summarise(string folder, RunCertificate certificate)
    {
        EpochRecord? last = certificate.Epochs.Count == 0 ? null : certificate.Epochs[^1];
        return new()
        {
            Run = folder,
            Recipe = Recipe.FromJson(certificate.Recipe),
            State = certificate.Status.State,
            Reason = certificate.Status.Reason,
            Epochs = last?.Epoch ?? 0,
            Steps = certificate.Status.Step,
            Train = last?.Train,
            Validation = last?.Validation,
            Test = certificate.Result?.Test ?? last?.Test,
            WeightsSha256 = certificate.Result?.WeightsSha256 ?? last?.WeightsSha256,
            Parameters = certificate.Parameters,
            TrainSeconds = certificate.Environment.Seconds,
            ImagesPerSecond = certificate.Environment.ImagesPerSecond,
        };
    }

    /// <summary>Whether the trainer writes files of this name: the only ones that force may delete.</summary>
    internal static bool IsRunFile(string name) =>
        OutputFiles.Contains(name) || name == RunCertificate.FileName || CheckpointStore.IsCheckpoint(name);

    /// <summary>What the folder is for; in a store only the certificate says it.</summary>
    static (Recipe Recipe, string RunId) Claim(string folder, RunCertificate? certificate)
    {
        string path = Path.Combine(folder, RunFiles.RecipeFile);
        if (File.Exists(path))
        {
            RunClaim claim = RunClaim.Parse(Read(path), path);
            return (claim.Recipe, claim.RunId);
        }
        try
        {
            return (Recipe.FromJson(certificate!.Recipe), certificate.RunId);
        }
        catch (RecipeException e)
        {
            throw new InvalidDataException($"{Path.Combine(folder, RunCertificate.FileName)}: {e.Message}", e);
        }
    }

    static byte[] Read(string path) =>
        StorageException.During("read", path, () => DiskFileSystem.Instance.Read(path, LimitBytes));
}
