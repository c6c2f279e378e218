namespace Ceteris.Data;

/// <summary>No mirror gave the file that was published: what each of them said.</summary>
public sealed class FetchException(string message) : Exception(message);
