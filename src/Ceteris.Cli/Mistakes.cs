using System.CommandLine;
using System.CommandLine.Parsing;

using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>What is wrong with a command line as such, in words.</summary>
static class Mistakes
{
    /// <exception cref="UsageException">Something is.</exception>
    public static void Check(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        string[] stray = [.. line.UnmatchedTokens];

        // The parser takes an unknown option for a value where an argument may stand.
        string[] misread = [.. line.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(IsOption)];
        if (misread.Concat(stray.Where(IsOption)).FirstOrDefault() is { } option)
            throw Unknown("option", option, OptionWords(line));
        if (stray.Length > 0 && command.Subcommands.Count > 0)
            throw Unknown("command", stray[0], command.Subcommands.Select(c => (c.Name, c.Name)));
        if (stray.Length > 0)
            throw new UsageException($"expected no more words for {PathOf(line)}, got '{stray[0]}'", HelpFor(line));
        if (command.Subcommands.Count == 0 && line.Errors.Count > 0)
            throw new UsageException(Describe(line.Errors[0]), HelpFor(line));

        UsageException Unknown(string what, string got, IEnumerable<(string Known, string Meant)> known)
        {
            string near = Nearest.Hint(got, known);
            string all = what == "command" ? $"; expected one of {string.Join(", ", known.Select(k => k.Known))}" : "";
            return new($"unknown {what} '{got}' of {PathOf(line)}{(near.Length > 0 ? near : all)}", HelpFor(line));
        }
    }

    /// <summary><c>ceteris data show</c>.</summary>
    public static string PathOf(ParseResult line)
    {
        var names = new List<string>();
        for (SymbolResult? at = line.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
                names.Insert(0, command.Command.Name);
        }
        return string.Join(' ', names);
    }

    static string HelpFor(ParseResult line) => $"see {PathOf(line)} --help";

    static bool IsOption(string word) =>
        word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]) && word[1] != '.';

    static IEnumerable<Option> AllOptions(ParseResult line)
    {
        for (SymbolResult? at = line.CommandResult; at is not null; at = at.Parent)
        {
            if (at is not CommandResult result)
                continue;
            foreach (Option option in result.Command.Options.Where(o => at == line.CommandResult || o.Recursive))
                yield return option;
        }
    }

    /// <summary>Options, and what they are called elsewhere; keys without an option are set.</summary>
    static IEnumerable<(string Known, string Meant)> OptionWords(ParseResult line)
    {
        string[] names = [.. AllOptions(line).SelectMany(option => option.Aliases.Prepend(option.Name))];
        foreach (string name in names)
            yield return (name, name);
        foreach ((string said, string meant) in RecipeKeys.Words)
        {
            if (RecipeKeys.Find(meant).Option is { } option)
            {
                if (names.Contains("--" + option))
                    yield return (said, "--" + option);
            }
            else if (names.Contains(RecipeOptions.Set))
            {
                yield return (said, $"{RecipeOptions.Set} {meant}=VALUE");
            }
        }
    }

    static string Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0 } option => $"expected a value after {option.Option.Name}, got none",
        OptionResult { Option.Arity.MaximumNumberOfValues: 1, IdentifierTokenCount: > 1 } option =>
            $"expected {option.Option.Name} once, got it {option.IdentifierTokenCount} times",
        _ => error.Message,
    };
}
