using System.Security.Cryptography;

namespace Ceteris.Data;

/// <summary>
/// A file on its way, held open for this process alone. What has come stays when the process ends, to be continued.
/// </summary>
sealed class PartialFile : IDisposable
{
    readonly string path;
    FileStream? stream;

    public PartialFile(string path)
    {
        this.path = path;
        stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        stream.Seek(0, SeekOrigin.End);
    }

    public long Length => Stream.Length;

    FileStream Stream => stream ?? throw new ObjectDisposedException(path);

    public static async Task<string> Md5Async(string path, CancellationToken cancel)
    {
        using FileStream file = File.OpenRead(path);
        return await Md5Async(file, cancel).ConfigureAwait(false);
    }

    public void Append(ReadOnlySpan<byte> bytes) => Stream.Write(bytes);

    public void Clear() => Stream.SetLength(0);

    public async Task<string> Md5Async(CancellationToken cancel)
    {
        Stream.Seek(0, SeekOrigin.Begin);
        string md5 = await Md5Async(Stream, cancel).ConfigureAwait(false);
        Stream.Seek(0, SeekOrigin.End);
        return md5;
    }

    /// <summary>Flushes to disk and gives the file its final name.</summary>
    public void MoveTo(string final)
    {
        Stream.Flush(flushToDisk: true);
        Close();
        File.Move(path, final, overwrite: true);
    }

    /// <summary>Closes; an empty file is removed.</summary>
    public void Dispose()
    {
        if (stream is null)
            return;
        bool empty = stream.Length == 0;
        Close();
        if (empty)
            AtomicFile.TryDelete(path);
    }

    // MD5 is what the publishers of these sets give. It finds damage; forgery is found by the recorded SHA-256 of the
    // content.
    static async Task<string> Md5Async(Stream stream, CancellationToken cancel) =>
        Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancel).ConfigureAwait(false));

    void Close()
    {
        stream?.Dispose();
        stream = null;
    }
}
