using System.CommandLine;

namespace Ceteris.Cli;

/// <summary>A command with what its help shows: options in groups, examples.</summary>
sealed class CliCommand(string name, string description) : Command(name, description)
{
    public const string RunGroup = "Options";

    readonly List<(string Title, List<Option> Options)> groups = [];

    /// <summary>What it does, and its exit code; null for a command that only has commands below it.</summary>
    public Func<ParseResult, int>? Execute { get; set; }

    /// <summary>Below the usage: what the command's words stand for, if one line does not say it.</summary>
    public string? Details { get; init; }

    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];

    public IReadOnlyList<(string Title, List<Option> Options)> Groups => groups;

    public T Add<T>(string group, T option)
        where T : Option
    {
        Options.Add(option);
        int at = groups.FindIndex(g => g.Title == group);
        if (at < 0)
            groups.Add((group, [option]));
        else
            groups[at].Options.Add(option);
        return option;
    }
}
