using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Ceteris.Studies;

/// <summary>The machine's file system.</summary>
public sealed class DiskFileSystem : IFileSystem
{
    // Without these .NET takes an advisory lock, which some shared file systems refuse; exclusion is the lease's
    // business.
    const FileShare Unlocked = FileShare.ReadWrite | FileShare.Delete;

    public static DiskFileSystem Instance { get; } = new();

    public Stream CreateNew(string path) =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, Unlocked, bufferSize: 0);

    public void Flush(Stream file) => ((FileStream)file).Flush(flushToDisk: true);

    public void Rename(string source, string target) => File.Move(source, target, overwrite: true);

    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public void FlushFolder(string folder)
    {
        // Windows makes names durable with the file itself and cannot open a folder for this.
        if (OperatingSystem.IsWindows())
            return;
        using SafeFileHandle handle = UnixFolder.Open(folder);
        RandomAccess.FlushToDisk(handle);
    }

    public void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    public IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        return Sorted(Directory.EnumerateFiles(folder));
    }

    public byte[] Read(string path, long limit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, Unlocked, bufferSize: 0);
        long length = file.Length;
        if (length > Math.Min(limit, Array.MaxLength))
            throw new InvalidDataException($"{path}: expected at most {limit} bytes, got {length}");
        byte[] bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public long Length(string path) => new FileInfo(path).Length;

    public IReadOnlyList<string> ListFolders(string folder) =>
        Directory.Exists(folder) ? Sorted(Directory.EnumerateDirectories(folder)) : [];

    public void MoveFolder(string source, string target) => Directory.Move(source, target);

    public void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public DateTimeOffset Changed(string folder) => Directory.GetLastWriteTimeUtc(folder);

    static string[] Sorted(IEnumerable<string> paths)
    {
        string[] names = [.. paths.Select(path => Path.GetFileName(path)!)];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}

/// <summary>Opens a folder as a file, which .NET refuses, so that its names can be flushed.</summary>
static class UnixFolder
{
    const int ReadOnly = 0; // O_RDONLY is 0 on every Unix

    public static SafeFileHandle Open(string folder)
    {
        int descriptor = open(folder, ReadOnly);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{folder}'", error);
        }
        return new(descriptor, ownsHandle: true);
    }

    [DllImport("libc", SetLastError = true)]
    static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
