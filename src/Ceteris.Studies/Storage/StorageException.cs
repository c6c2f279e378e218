namespace Ceteris.Studies;

/// <summary>Why a file operation failed.</summary>
public enum StorageFault
{
    DiskFull,
    TooLarge,
    ReadOnly,
    Permission,
    TooManyOpenFiles,
    DeviceError,
    Missing,

    /// <summary>A file is where a folder is to be.</summary>
    FileThere,
    Other,
}

/// <summary>A file operation failed: which operation, on which path, and why, in words.</summary>
public sealed class StorageException : IOException
{
    StorageException(string operation, string path, StorageFault fault, Exception cause)
        : base($"could not {operation} '{path}': {Describe(fault, cause)}", cause)
    {
        Operation = operation;
        Path = path;
        Fault = fault;
    }

    /// <summary>Such as "write" or "flush to disk".</summary>
    public string Operation { get; }

    public string Path { get; }

    public StorageFault Fault { get; }

    /// <summary>Runs a file operation and translates its failure.</summary>
    public static T During<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (IsFileFailure(e))
        {
            throw Of(operation, path, e);
        }
    }

    /// <summary>A failure in words.</summary>
    public static StorageException Of(string operation, string path, Exception cause) =>
        new(operation, path, Classify(cause), cause);

    /// <inheritdoc cref="During{T}"/>
    public static void During(string operation, string path, Action action) =>
        During(operation, path, () =>
        {
            action();
            return true;
        });

    /// <summary>True for what a file system throws, except for what is already in words.</summary>
    public static bool IsFileFailure(Exception e) =>
        e is (IOException and not StorageException) or UnauthorizedAccessException;

    // .NET puts the raw errno into HResult on Unix and a Win32 HRESULT on Windows.
    static StorageFault Classify(Exception e) => e switch
    {
        // What .NET makes of EFBIG when a file is written to.
        ArgumentOutOfRangeException => StorageFault.TooLarge,
        FileNotFoundException or DirectoryNotFoundException => StorageFault.Missing,
        UnauthorizedAccessException => StorageFault.Permission,
        _ => e.HResult switch
        {
            28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027) => StorageFault.DiskFull,
            27 or unchecked((int)0x800700DF) => StorageFault.TooLarge,
            30 or unchecked((int)0x80070013) => StorageFault.ReadOnly,
            1 or 13 or unchecked((int)0x80070005) => StorageFault.Permission,
            23 or 24 or unchecked((int)0x80070004) => StorageFault.TooManyOpenFiles,
            5 or unchecked((int)0x8007045D) => StorageFault.DeviceError,
            2 => StorageFault.Missing,
            17 or unchecked((int)0x800700B7) => StorageFault.FileThere,
            _ => StorageFault.Other,
        },
    };

    static string Describe(StorageFault fault, Exception cause) => fault switch
    {
        StorageFault.DiskFull => "the disk is full or the quota is used up",
        StorageFault.TooLarge => "the file may not become that large: a limit of the file system or of the process",
        StorageFault.ReadOnly => "the file system is read-only",
        StorageFault.Permission => "permission denied",
        StorageFault.TooManyOpenFiles => "too many open files",
        StorageFault.DeviceError => "the device reports an input/output error",
        StorageFault.Missing => "no such file or folder",
        StorageFault.FileThere => "there is a file of this name",
        _ => cause.Message,
    };
}
