using System.CommandLine;
using System.Text;

namespace Ceteris.Cli;

/// <summary>The page that <c>--help</c> shows, as wide as the screen.</summary>
static class Help
{
    const int LargestWidth = 110, Gap = 2, LargestLabel = 30;

    public static int Write(Screen screen, ParseResult line)
    {
        var command = (CliCommand)line.CommandResult.Command;
        int width = Math.Min(screen.Width, LargestWidth);
        var page = new StringBuilder();
        string path = Mistakes.PathOf(line);
        page.Append(Screen.Wrapped(command.Description ?? "", 0, width)).Append('\n');
        page.Append('\n').Append(screen.Bold("Usage:")).Append(' ').Append(path).Append(Usage(command)).Append('\n');
        if (command.Details is not null)
        {
            page.Append('\n');
            page.Append(Screen.Wrapped(command.Details, 0, width)).Append('\n');
        }
        List(page, screen, "Commands", command.Subcommands.Select(c => (c.Name, c.Description ?? "")), width);
        List(page, screen, "Arguments", command.Arguments.Select(a => (Label(a), a.Description ?? "")), width);
        foreach ((string title, List<Option> options) in command.Groups)
            List(page, screen, title, options.Select(o => (Label(o), o.Description ?? "")), width);
        List(page, screen, "Examples", command.Examples, width);
        if (command.Parents.Any())
            page.Append('\n').Append(screen.Dim("ceteris --help lists the exit codes.")).Append('\n');
        else
            List(page, screen, "Exit codes", ExitCode.All, width);
        screen.Write(page.ToString());
        return ExitCode.Ok;
    }

    static string Usage(CliCommand command)
    {
        string arguments = string.Concat(
            command.Arguments.Select(a => " " + (IsOptional(a) ? $"[{Label(a)}]" : Label(a))));
        string word = command.Execute is null ? " COMMAND" : " [COMMAND]";
        return command.Subcommands.Count > 0 ? word : arguments + (command.Groups.Count > 0 ? " [OPTIONS]" : "");
    }

    // Of a single word that may be missing the command itself says what else is needed then.
    static bool IsOptional(Argument argument) =>
        argument.Arity is { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 };

    static string Label(Argument argument) =>
        argument.HelpName + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    static string Label(Option option)
    {
        string names = string.Join(", ", option.Aliases.Take(1).Append(option.Name));
        return option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    static void List(
        StringBuilder page, Screen screen, string title, IEnumerable<(string Label, string Text)> lines, int width)
    {
        (string Label, string Text)[] all = [.. lines];
        if (all.Length == 0)
            return;
        page.Append('\n').Append(screen.Bold(title + ":")).Append('\n');
        int column = Gap + Math.Min(LargestLabel, all.Max(line => line.Label.Length)) + Gap;
        foreach ((string label, string text) in all)
        {
            page.Append(' ', Gap).Append(screen.Accent(label));
            if (label.Length + 2 * Gap > column)
                page.Append('\n').Append(' ', column);
            else
                page.Append(' ', column - Gap - label.Length);
            page.Append(Screen.Wrapped(text, column, width)).Append('\n');
        }
    }
}
