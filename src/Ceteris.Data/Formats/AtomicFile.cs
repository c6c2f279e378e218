namespace Ceteris.Data;

/// <summary>Files that are either there complete or not at all.</summary>
static class AtomicFile
{
    /// <summary>
    /// Writes under a temporary name in the same folder, flushes to disk, renames; removes the rest of a failure.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        DeleteAbandoned(path);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>What writers left that were killed: so old that nobody can be at it any more.</summary>
    static void DeleteAbandoned(string path)
    {
        path = Path.GetFullPath(path);
        string pattern = $"{Path.GetFileName(path)}.*.tmp";
        foreach (string temporary in Directory.GetFiles(Path.GetDirectoryName(path)!, pattern))
        {
            if (DateTimeOffset.UtcNow - File.GetLastWriteTimeUtc(temporary) > TimeSpan.FromHours(1))
                TryDelete(temporary);
        }
    }

    /// <summary>
    /// Deletes a file if that is possible: for clearing up where another error is already being told.
    /// </summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
