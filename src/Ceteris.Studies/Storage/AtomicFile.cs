using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// Writes a file so that at every moment, a crash or power cut included, its path holds the whole old or the whole new
/// content: temporary file in the same folder, flushed to disk, renamed over the path, folder flushed.
/// </summary>
public static class AtomicFile
{
    const string Suffix = ".tmp";
    const int BufferBytes = 1 << 16;

    static int counter;

    /// <inheritdoc cref="Write(IFileSystem, string, Action{Stream}, Action?)"/>
    public static void Write(string path, Action<Stream> write) => Write(DiskFileSystem.Instance, path, write);

    /// <summary>
    /// Writes what <paramref name="write"/> puts into the stream. <paramref name="beforeRename"/> may refuse, by
    /// throwing, before the path changes. On any failure up to the rename the path is as it was and the temporary file
    /// is deleted; when only the last step, flushing the folder, fails, the path has the new content.
    /// </summary>
    /// <exception cref="StorageException">Which operation failed on which path, and why.</exception>
    public static void Write(IFileSystem files, string path, Action<Stream> write, Action? beforeRename = null)
    {
        path = Path.GetFullPath(path);
        (Stream file, string temporary) = CreateTemporary(files, path);
        try
        {
            using (file)
            {
                var counted = new CountingStream(file, path);
                using (var buffered = new BufferedStream(counted, BufferBytes))
                    write(buffered);
                StorageException.During("flush to disk", path, () => files.Flush(file));
                long length = StorageException.During("measure", path, () => files.Length(temporary));
                if (length != counted.Written)
                    StorageException.During("write", path, () =>
                        throw new IOException($"short write: expected {counted.Written} bytes on disk, got {length}"));
            }
            beforeRename?.Invoke();
            StorageException.During("rename into place", path, () => files.Rename(temporary, path));
        }
        catch
        {
            Discard(files, temporary);
            throw;
        }
        string folder = Path.GetDirectoryName(path)!;
        StorageException.During("flush the folder", folder, () => files.FlushFolder(folder));
    }

    /// <summary>Deletes what crashed writers left behind.</summary>
    /// <param name="files">Where.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isShared">
    /// Others may be writing in it: what belongs to a process of this machine that is alive stays. Otherwise the caller
    /// owns the folder.
    /// </param>
    /// <exception cref="StorageException">Which operation failed, and why.</exception>
    public static void DeleteTemporaries(IFileSystem files, string folder, bool isShared = false)
    {
        foreach (string name in StorageException.During("list", folder, () => files.List(folder)))
        {
            string path = Path.Combine(folder, name);
            if (name.EndsWith(Suffix, StringComparison.Ordinal) && !(isShared && IsOfTheLiving(name)))
                StorageException.During("delete", path, () => files.Delete(path));
        }
    }

    /// <summary>By the id in <c>FILE.PID-N.tmp</c>.</summary>
    static bool IsOfTheLiving(string name) =>
        name.Split('.') is [.., var owner, _] && int.TryParse(
            owner.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
        && Processes.StartOf(pid) is not null;

    static (Stream File, string Path) CreateTemporary(IFileSystem files, string path)
    {
        while (true)
        {
            string temporary = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref counter)}{Suffix}";
            try
            {
                return (StorageException.During("create", path, () => files.CreateNew(temporary)), temporary);
            }
            catch (StorageException) when (Exists(files, temporary))
            {
                // left by a crashed process with our number: take the next name
            }
        }
    }

    static bool Exists(IFileSystem files, string path)
    {
        try
        {
            return files.Length(path) >= 0;
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            return false;
        }
    }

    static void Discard(IFileSystem files, string temporary)
    {
        try
        {
            files.Delete(temporary);
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            // the first failure is the one to report; DeleteTemporaries gets the rest
        }
    }

    /// <summary>Counts bytes and names the file in failures of the file system, and only in those.</summary>
    sealed class CountingStream(Stream inner, string path) : WriteOnlyStream
    {
        public long Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                inner.Write(buffer);
            }
            catch (Exception e) when (StorageException.IsFileFailure(e) || e is ArgumentOutOfRangeException)
            {
                throw StorageException.Of("write", path, e);
            }
            Written += buffer.Length;
        }

        public override void Flush()
        {
        }
    }
}
