namespace Ceteris.Data;

/// <summary>
/// Bad input: what was expected, what came and where. The only exception that the parsers of this project throw for any
/// bytes or text whatever (a file that cannot be opened stays an <see cref="IOException"/>).
/// </summary>
public sealed class DataException(string message, string? file = null, long? offset = null, Exception? inner = null)
    : FormatException(Compose(message, file, offset), inner)
{
    /// <summary>The file, or whatever names the input; null for text given by a user.</summary>
    public string? File { get; } = file;

    /// <summary>Where in the file, in bytes; null where a line and a column say it better.</summary>
    public long? Offset { get; } = offset;

    /// <summary>Whether a known set is nowhere, so that it need only be fetched.</summary>
    public bool IsMissing { get; init; }

    static string Compose(string message, string? file, long? offset) =>
        (file, offset) switch
        {
            (null, _) => message,
            (_, null) => $"{file}: {message}",
            _ => $"{file}, byte {offset}: {message}",
        };
}
