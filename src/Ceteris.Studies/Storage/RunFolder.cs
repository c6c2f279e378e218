using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// A run's folder, owned: every write is atomic, and refused once another process has taken the run over. Disposing
/// gives the folder free.
/// </summary>
public sealed class RunFolder : IDisposable
{
    readonly IFileSystem files;
    readonly RunLease lease;

    RunFolder(IFileSystem files, string location, RunLease lease) =>
        (this.files, Location, this.lease) = (files, location, lease);

    /// <summary>Full path of the folder.</summary>
    public string Location { get; }

    /// <summary>Fencing token of this ownership.</summary>
    public long Token => lease.Token;

    /// <summary>
    /// Creates the folder if it is missing, takes its lease (see <see cref="RunLease.Acquire"/>) and deletes what
    /// crashed writers left. Look for a finished <c>run.json</c> after this, not before.
    /// </summary>
    /// <exception cref="LeaseException">Another process owns it.</exception>
    /// <exception cref="StorageException">A file operation failed.</exception>
    public static RunFolder Open(
        string folder, IFileSystem? files = null, Func<int, string?>? startOf = null, bool force = false)
    {
        files ??= DiskFileSystem.Instance;
        folder = Path.GetFullPath(folder);
        StorageException.During("create the folder", folder, () => files.CreateFolder(folder));
        if (Path.GetDirectoryName(folder) is { } parent)
            StorageException.During("flush the folder", parent, () => files.FlushFolder(parent));
        RunLease lease = RunLease.Acquire(files, folder, startOf, force);
        try
        {
            AtomicFile.DeleteTemporaries(files, folder);
        }
        catch (StorageException)
        {
            lease.Dispose();
            throw;
        }
        return new(files, folder, lease);
    }

    /// <summary>The checkpoints of the run with this id (see <see cref="RunCertificate.RunIdOf"/>).</summary>
    public CheckpointStore Checkpoints(string runId, int numericsVersion) => new(this, runId, numericsVersion);

    /// <summary>Writes a file of the folder atomically (see <see cref="AtomicFile"/>).</summary>
    /// <exception cref="StorageException">Which operation failed, and why; the file is as it was.</exception>
    /// <exception cref="LeaseException">Another process has taken the run over; nothing was changed.</exception>
    public void Write(string name, Action<Stream> write)
    {
        lease.Verify();
        try
        {
            AtomicFile.Write(files, PathOf(name), write, lease.Verify);
        }
        catch (StorageException e) when (e.Fault == StorageFault.Missing)
        {
            // A new owner clears away temporary files, ours too.
            lease.Verify();
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public void Write(string name, ReadOnlyMemory<byte> bytes) => Write(name, stream => stream.Write(bytes.Span));

    /// <summary>Deletes a file of the folder, if it is there.</summary>
    /// <exception cref="LeaseException">Another process has taken the run over; nothing was changed.</exception>
    public void Delete(string name)
    {
        lease.Verify();
        string path = PathOf(name);
        StorageException.During("delete", path, () => files.Delete(path));
    }

    /// <summary>Checks that no other process has taken the run over.</summary>
    /// <exception cref="LeaseException">One has: change nothing any more.</exception>
    public void Verify() => lease.Verify();

    /// <summary>Names of the files in the folder, in ordinal order.</summary>
    public IReadOnlyList<string> List() => StorageException.During("list", Location, () => files.List(Location));

    /// <summary>Names of the folders in the folder, in ordinal order.</summary>
    public IReadOnlyList<string> ListFolders() =>
        StorageException.During("list", Location, () => files.ListFolders(Location));

    /// <summary>The bytes of a file of the folder.</summary>
    /// <exception cref="StorageException">With <see cref="StorageFault.Missing"/> if there is none.</exception>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="limit"/>.</exception>
    public byte[] Read(string name, long limit)
    {
        string path = PathOf(name);
        return StorageException.During("read", path, () => files.Read(path, limit));
    }

    public void Dispose() => lease.Dispose();

    string PathOf(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
            throw new ArgumentException($"expected the name of a file in {Location}, got '{name}'");
        return Path.Combine(Location, name);
    }
}
