namespace Ceteris.Data;

/// <summary>How far a file has come; <paramref name="Total"/> is null where the server does not say.</summary>
public readonly record struct FetchProgress(string File, long Received, long? Total);
