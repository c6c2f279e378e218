namespace Ceteris.Data;

/// <summary>How patient a fetch is.</summary>
/// <param name="Stall">How long a server may send nothing.</param>
/// <param name="Attempts">Connections to one mirror for one file: a transfer that was cut goes on where it
/// ended.</param>
public sealed record FetchOptions(TimeSpan Stall, int Attempts = 3)
{
    public static FetchOptions Default { get; } = new(TimeSpan.FromSeconds(30));
}
