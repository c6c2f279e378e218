using System.Globalization;
using System.Security.Cryptography;

using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What a process that was killed had done, as its run folder shows.</summary>
enum KillPhase
{
    /// <summary>The runtime, the images, the network: the run folder is as it was, without a checkpoint.</summary>
    Starting,

    /// <summary>The same, with a checkpoint that it did not come to.</summary>
    StartingAgain,

    /// <summary>It had the folder, but had not saved anything.</summary>
    BeforeTheFirstCheckpoint,

    /// <summary>It had the folder, with a checkpoint, and had not saved a newer one.</summary>
    Recovering,

    Training,

    /// <summary>There is a temporary file.</summary>
    Writing,

    /// <summary>All steps are done.</summary>
    Finishing,
}

/// <summary>How far a run folder shows a run to be.</summary>
/// <param name="Lease">The newest lease; 0 for none.</param>
/// <param name="Step">That of the newest checkpoint; -1 for none.</param>
/// <param name="IsWriting">Whether there is a temporary file.</param>
/// <param name="HasResults">Whether there is one of the files that are written after the last step.</param>
sealed record RunFootprint(long Lease, long Step, bool IsWriting, bool HasResults)
{
    /// <summary>What a run says that was stopped before it had saved anything.</summary>
    public const string NoCheckpoint = "warning: there is no checkpoint: the run begins again";

    public static RunFootprint Of(string folder)
    {
        string[] names = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(p => Path.GetFileName(p)!)]
            : [];
        return new(
            names
                .Where(name => name.StartsWith("lease-", StringComparison.Ordinal)
                    && name.EndsWith(".json", StringComparison.Ordinal))
                .Select(NumberIn).DefaultIfEmpty(0).Max(),
            names.Where(CheckpointStore.IsCheckpoint).Select(NumberIn).DefaultIfEmpty(-1).Max(),
            names.Any(name => name.EndsWith(".tmp", StringComparison.Ordinal)),
            names.Contains("weights.safetensors") || names.Contains("run.json"));
    }

    /// <summary>The phase of a process that found <paramref name="before"/> and was killed at this point.</summary>
    /// <param name="before">The folder when it was started.</param>
    /// <param name="steps">Of the whole run.</param>
    public KillPhase PhaseSince(RunFootprint before, long steps) => this switch
    {
        _ when Lease == before.Lease => before.Step < 0 ? KillPhase.Starting : KillPhase.StartingAgain,
        { HasResults: true } => KillPhase.Finishing,
        { IsWriting: true } => KillPhase.Writing,
        _ when Step == before.Step => Step < 0 ? KillPhase.BeforeTheFirstCheckpoint : KillPhase.Recovering,
        _ => Step == steps ? KillPhase.Finishing : KillPhase.Training,
    };

    /// <summary>
    /// All that a completed run left, by name of file, without the times: of the certificate its identity, of the
    /// metrics all columns but the last two; of every other file its SHA-256.
    /// </summary>
    public static SortedDictionary<string, string> ResultsIn(string folder)
    {
        var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder))
        {
            string name = Path.GetFileName(path);
            if (!name.StartsWith("lease-", StringComparison.Ordinal))
                results[name] = ContentOf(path);
        }
        return results;
    }

    static string ContentOf(string path) => Path.GetFileName(path) switch
    {
        RunCertificate.FileName => RunCertificate.Parse(File.ReadAllBytes(path), path).IdentitySha256,
        MetricsCsv.FileName => string.Join('\n',
            File.ReadAllLines(path).Select(row => string.Join(',', row.Split(',')[..^2]))),
        _ => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
    };

    static long NumberIn(string name) =>
        long.Parse(string.Concat(name.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
}
