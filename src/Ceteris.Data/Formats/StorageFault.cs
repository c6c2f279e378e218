namespace Ceteris.Data;

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

/// <summary>What a file system throws, in kinds and in words.</summary>
public static class StorageFaults
{
    // .NET puts the raw errno into HResult on Unix and a Win32 HRESULT on Windows.
    public static StorageFault Of(Exception failure) => failure switch
    {
        // What .NET makes of EFBIG when a file is written to.
        ArgumentOutOfRangeException => StorageFault.TooLarge,
        FileNotFoundException or DirectoryNotFoundException => StorageFault.Missing,
        UnauthorizedAccessException => StorageFault.Permission,
        _ => failure.HResult switch
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

    /// <summary>Why an operation on this path failed.</summary>
    public static string Describe(Exception failure, string path) => Of(failure) switch
    {
        StorageFault.DiskFull => "the disk is full or the quota is used up",
        StorageFault.TooLarge => "the file may not become that large: a limit of the file system or of the process",
        StorageFault.ReadOnly => "the file system is read-only",
        StorageFault.Permission => "permission denied",
        StorageFault.TooManyOpenFiles => "too many open files",
        StorageFault.DeviceError => "the device reports an input/output error",
        StorageFault.Missing when FileAbove(path) is { } file => $"'{file}' is a file, not a folder",
        StorageFault.Missing => "no such file or folder",
        StorageFault.FileThere => "there is a file of this name",
        _ => failure.Message,
    };

    /// <summary>A file where the path needs a folder; null if nothing is in its way.</summary>
    static string? FileAbove(string path)
    {
        string? above = Path.GetDirectoryName(Path.GetFullPath(path));
        while (above is not null && !Path.Exists(above))
            above = Path.GetDirectoryName(above);
        return File.Exists(above) ? above : null;
    }
}
