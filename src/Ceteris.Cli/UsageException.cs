namespace Ceteris.Cli;

/// <summary>
/// A command line that cannot be: an unknown word, a value of the wrong kind. The message says what was expected and
/// what came.
/// </summary>
sealed class UsageException(string message, string? hint = null) : Exception(message)
{
    /// <summary>What to do about it, on a line of its own.</summary>
    public string? Hint { get; } = hint;
}
