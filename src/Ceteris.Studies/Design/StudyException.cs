namespace Ceteris.Studies;

/// <summary>A study that cannot be: says what was expected, what came, and where.</summary>
/// <param name="problem">What was expected and what came.</param>
/// <param name="where">Such as <c>batch-norm.yaml(7,5)</c>, or null if the study was made in a program.</param>
public sealed class StudyException(string problem, string? where = null)
    : FormatException(where is null ? problem : $"{where}: {problem}")
{
    public string Problem { get; } = problem;

    public string? Where { get; } = where;

    /// <summary>The keys that lead to it in a study file; empty if it is in no place in particular.</summary>
    internal IReadOnlyList<string> Path { get; init; } = [];
}
