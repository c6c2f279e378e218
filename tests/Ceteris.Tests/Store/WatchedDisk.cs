using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>
/// The disk, with a log of the operations on it; one of them can fail, or the process ends there: then none is done any
/// more.
/// </summary>
sealed class WatchedDisk : IFileSystem
{
    readonly Lock sync = new();
    bool crashed;

    /// <summary>Kind and path of every operation so far.</summary>
    public List<(string Kind, string Path)> Log { get; } = [];

    /// <summary>The operation, from 0, before which <see cref="Fault"/> strikes.</summary>
    public int FaultAt { get; init; } = -1;

    /// <summary>What happens there: an exception, or null for the end of the process.</summary>
    public Exception? Fault { get; init; }

    static DiskFileSystem Disk => DiskFileSystem.Instance;

    public Stream CreateNew(string path) => Do("create", path, () => new Writer(this, path, Disk.CreateNew(path)));

    public void Flush(Stream file) => Do("flush", ((Writer)file).Path, () =>
    {
        Disk.Flush(((Writer)file).Inner);
        return true;
    });

    public void Rename(string source, string target) => Do("rename", target, () => Disk.Rename(source, target));

    public void Delete(string path) => Do("delete", path, () => Disk.Delete(path));

    public void FlushFolder(string folder) => Do("flush folder", folder, () => Disk.FlushFolder(folder));

    public void CreateFolder(string folder) => Do("create folder", folder, () => Disk.CreateFolder(folder));

    public IReadOnlyList<string> List(string folder) => Do("list", folder, () => Disk.List(folder));

    public byte[] Read(string path, long limit) => Do("read", path, () => Disk.Read(path, limit));

    public long Length(string path) => Do("length", path, () => Disk.Length(path));

    public IReadOnlyList<string> ListFolders(string folder) =>
        Do("list folders", folder, () => Disk.ListFolders(folder));

    public void MoveFolder(string source, string target) =>
        Do("move folder", target, () => Disk.MoveFolder(source, target));

    public void DeleteFolder(string folder) => Do("delete folder", folder, () => Disk.DeleteFolder(folder));

    public DateTimeOffset Changed(string folder) => Do("changed", folder, () => Disk.Changed(folder));

    void Do(string kind, string path, Action action) => Do(kind, path, () =>
    {
        action();
        return true;
    });

    T Do<T>(string kind, string path, Func<T> action)
    {
        lock (sync)
        {
            if (crashed)
                throw new CrashedException();
            Log.Add((kind, path));
            if (Log.Count - 1 == FaultAt)
            {
                crashed = Fault is null;
                throw Fault ?? new CrashedException();
            }
        }
        return action();
    }

    sealed class Writer(WatchedDisk disk, string path, Stream inner) : WriteOnlyStream
    {
        public string Path => path;

        public Stream Inner => inner;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            disk.Do("write", path, () => true);
            inner.Write(buffer);
        }

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
