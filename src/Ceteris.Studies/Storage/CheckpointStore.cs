using System.Globalization;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>What <see cref="CheckpointStore.LoadNewest"/> found.</summary>
/// <param name="Data">The newest valid checkpoint; null if there is none.</param>
/// <param name="File">Its file name; null if there is none.</param>
/// <param name="Rejected">One line for every newer checkpoint that was damaged: to be shown, never to be passed
/// over.</param>
public sealed record CheckpointLoad(CheckpointData? Data, string? File, IReadOnlyList<string> Rejected);

/// <summary>
/// The checkpoints of a run folder, <c>checkpoint-000000012345.ckpt</c> by step; the newest two are kept, and the older
/// one is deleted only after a newer one is safe on disk, so there is never none.
/// </summary>
/// <remarks>
/// The name holds the step, so what a stale owner writes late cannot replace a newer state: it has, by determinism, the
/// bits that belong under that name.
/// </remarks>
public sealed class CheckpointStore
{
    const string Prefix = "checkpoint-", Suffix = ".ckpt";
    const int Kept = 2;

    readonly RunFolder folder;
    readonly string runId;
    readonly int numericsVersion;
    readonly HashSet<string> rejected = [];

    internal CheckpointStore(RunFolder folder, string runId, int numericsVersion) =>
        (this.folder, this.runId, this.numericsVersion) = (folder, runId, numericsVersion);

    /// <summary>Name of the checkpoint of a step.</summary>
    public static string NameOf(long step) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D12}{Suffix}");

    /// <summary>Writes a checkpoint, then deletes all but the newest two and those found damaged.</summary>
    /// <returns>Its file name.</returns>
    /// <exception cref="StorageException">The earlier checkpoints are still there.</exception>
    /// <exception cref="LeaseException">Another process has taken the run over; nothing was changed.</exception>
    public string Save(CheckpointData data)
    {
        string name = NameOf(data.Step);
        folder.Write(name, stream => CheckpointFormat.Write(stream, data, runId, numericsVersion));
        rejected.Remove(name);
        string[] valid = [.. Names().Where(other => !rejected.Contains(other))];
        foreach (string old in valid.SkipLast(Kept).Concat(rejected))
            folder.Delete(old);
        rejected.Clear();
        return name;
    }

    /// <summary>Loads the newest checkpoint that is whole.</summary>
    /// <exception cref="CheckpointException">One of another run, other numerics or another format: refused, by
    /// name.</exception>
    /// <exception cref="StorageException">One could not be read, though perhaps later: permission, too many open
    /// files.</exception>
    public CheckpointLoad LoadNewest()
    {
        var reports = new List<string>();
        foreach (string name in Names().Reverse())
        {
            try
            {
                byte[] bytes = folder.Read(name, Array.MaxLength);
                string path = Path.Combine(folder.Location, name);
                CheckpointData data = CheckpointFormat.Read(bytes, path, runId, numericsVersion);
                if (NameOf(data.Step) != name)
                    throw new CheckpointException(CheckpointFault.Damaged, path, $"damaged: holds step {data.Step}");
                return new(data, name, reports);
            }
            catch (CheckpointException e) when (e.Fault == CheckpointFault.Damaged)
            {
                reports.Add(e.Message);
                rejected.Add(name);
            }
            catch (StorageException e) when (e.Fault == StorageFault.DeviceError)
            {
                reports.Add(e.Message);
                rejected.Add(name);
            }
        }
        return new(null, null, reports);
    }

    /// <summary>Deletes all checkpoints: the run is complete.</summary>
    public void DeleteAll()
    {
        foreach (string name in Names())
            folder.Delete(name);
    }

    /// <summary>The step of the newest checkpoint among files; null if there is none.</summary>
    internal static long? NewestIn(IEnumerable<string> names) => names.Where(IsCheckpoint)
        .Max(name => (long?)long.Parse(name[Prefix.Length..^Suffix.Length], CultureInfo.InvariantCulture));

    /// <summary>Whether a file name is that of a checkpoint.</summary>
    public static bool IsCheckpoint(string name) =>
        name.Length == Prefix.Length + 12 + Suffix.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal);

    // Twelve digits, so ordinal order is the order of steps.
    IEnumerable<string> Names() => folder.List().Where(IsCheckpoint);
}
