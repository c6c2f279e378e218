namespace Ceteris.Studies;

/// <summary>Why a checkpoint cannot be used.</summary>
public enum CheckpointFault
{
    /// <summary>Truncated or altered.</summary>
    Damaged,

    /// <summary>Of a run with another recipe or other data.</summary>
    OtherRun,

    /// <summary>Of an engine whose numbers differ.</summary>
    OtherNumerics,

    /// <summary>Of a version of the format that this program does not know.</summary>
    OtherFormat,
}

/// <summary>A checkpoint is damaged or does not belong here; the message names the file and the reason.</summary>
public sealed class CheckpointException(CheckpointFault fault, string source, string reason)
    : Exception($"{source}: {reason}")
{
    public CheckpointFault Fault { get; } = fault;
}
