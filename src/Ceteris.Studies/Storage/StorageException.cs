using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>A file operation failed: which operation, on which path, and why, in words.</summary>
public sealed class StorageException : IOException
{
    StorageException(string operation, string path, Exception cause)
        : base($"could not {operation} '{path}': {StorageFaults.Describe(cause, path)}", cause)
    {
        Operation = operation;
        Path = path;
        Fault = StorageFaults.Of(cause);
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
        new(operation, path, cause);

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
}
