namespace Ceteris.Studies;

/// <summary>A run folder belongs to another process.</summary>
public sealed class LeaseException(string message, LeaseOwner? owner, bool lost) : Exception(message)
{
    /// <summary>Who owns it now, if that could be read.</summary>
    public LeaseOwner? Owner { get; } = owner;

    /// <summary>True if this process had owned it before: stop, and write nothing.</summary>
    public bool Lost { get; } = lost;
}
