using System.CommandLine;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>The <c>ceteris</c> command: its commands, and how every error ends.</summary>
static class CeterisCommand
{
    /// <summary>The key of <see cref="Exception.Data"/> under which an error of the machine may hold advice.</summary>
    public const string Hint = "hint";

    const string LessMemory = "a smaller batch, fewer images, a smaller network, or fewer runs at a time need less";

    const string HelpWord = "help";

    static readonly Option<bool>
        help = new("--help", "-h", "-?") { Description = "show this help", Recursive = true },
        version = new("--version") { Description = "show the version" },
        debug = new("--debug") { Description = "show where in the program an error arose", Recursive = true };

    static int Main(string[] args) => Run(args, Terminal.OfProcess());

    /// <summary>Runs a command line and gives the exit code. Nothing is thrown.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <param name="sets">The data sets of <c>ceteris data</c>; tests have some with servers of their own.</param>
    public static int Run(IReadOnlyList<string> args, Terminal terminal, IReadOnlyList<IDataset>? sets = null)
    {
        try
        {
            ParseResult line = Root(terminal, sets ?? DataSets.All)
                .Parse(WithoutHelpWord(args),
                    new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            var command = (CliCommand)line.CommandResult.Command;
            int code = Execute(command, line, terminal);
            return code == ExitCode.Ok && terminal.Out.Failure is { } failure
                ? throw StorageException.Of("write to", "standard output", failure) : code;
        }
        catch (Exception e)
        {
            return Report(e, terminal.Error, args.Contains(debug.Name));
        }
    }

    /// <summary><c>ceteris help train</c> is <c>ceteris train --help</c>.</summary>
    static IReadOnlyList<string> WithoutHelpWord(IReadOnlyList<string> args) =>
        args.Count > 0 && args[0] == HelpWord ? [.. args.Skip(1), help.Name] : args;

    static int Execute(CliCommand command, ParseResult line, Terminal terminal)
    {
        bool isHelp = line.GetValue(help);
        if (!isHelp || command.Subcommands.Count > 0)
            Mistakes.Check(line);
        if (isHelp)
            return Help.Write(terminal.Out, line);
        if (command.Execute is { } execute)
            return execute(line);
        if (!line.GetValue(version))
            return Help.Write(terminal.Out, line);
        terminal.Out.Line(VersionText());
        return ExitCode.Ok;
    }

    static CliCommand Root(Terminal terminal, IReadOnlyList<IDataset> sets)
    {
        var root = new CliCommand(
            "ceteris", "All else being equal: trains image classifiers and finds out what really helps them.")
        {
            Examples =
            [
                ("ceteris train base", "train the first network, with curves and a confusion matrix to look at"),
                ("ceteris study run batch-norm --quick", "ask what batch norm does for it, with paired seeds"),
                ("ceteris show base", "what it is made of"),
                ("ceteris data list", "the data sets"),
            ],
        };
        root.Subcommands.Add(TrainCommand.Create(terminal));
        root.Subcommands.Add(EvalCommand.Create(terminal));
        root.Subcommands.Add(PredictCommand.Create(terminal));
        root.Subcommands.Add(StudyCommand.Create(terminal));
        root.Subcommands.Add(StudyCommand.CreateReport(terminal));
        root.Subcommands.Add(RunsCommand.Create(terminal));
        root.Subcommands.Add(StoreCommand.Create(terminal));
        root.Subcommands.Add(VerifyCommand.Create(terminal));
        root.Subcommands.Add(DataCommand.Create(terminal, sets));
        root.Subcommands.Add(ShowCommand.Create(terminal));
        root.Add(CliCommand.RunGroup, help);
        root.Add(CliCommand.RunGroup, version);
        root.Add(CliCommand.RunGroup, debug);
        return root;
    }

    static string VersionText()
    {
        IReadOnlyList<string> flags = RunEnvironment.CurrentFlags();
        string vectors = flags.Count == 0 ? "no vector instructions" : string.Join(", ", flags);
        return $"ceteris {EngineRecord.Current().Version} (numerics {NumericsVersion.Current}, .NET "
            + $"{Environment.Version}, {vectors})";
    }

    static int Report(Exception error, Screen screen, bool trace)
    {
        int code = ExitCode.Of(error);
        if (code == ExitCode.Bug)
        {
            screen.Line($"{screen.Bad("internal error:")} {error.GetType().Name}: {error.Message}");
            screen.Paragraph(
                "This is a fault of ceteris, not yours. Please report it, with the command line and what --debug "
                    + "shows.");
        }
        else
        {
            screen.Line($"{screen.Bad("error:")} {Format.Plain(error.Message)}");
        }
        if (((error as UsageException)?.Hint ?? error.Data[Hint]
            ?? (error is OutOfMemoryException ? LessMemory : null)) is { } hint)
            screen.Line(screen.Dim($"{hint}"));
        if (trace)
            screen.Line(error.ToString());
        return code;
    }
}
