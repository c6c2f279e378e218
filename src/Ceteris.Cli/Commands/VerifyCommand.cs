using System.CommandLine;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris verify</c></summary>
static class VerifyCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("verify", "Check a run against its certificate.")
        {
            Details = "L0: the files are those that the certificate speaks of, those of the data too where they are "
                + "found, and agree with each other. L1: "
                + "predictions and counts are computed again from "
                + "the weights. L3: the whole training is repeated, and every recorded epoch compared, bit by bit.",
            Examples = [("ceteris verify runs/NAME", "level L1"),
                ("ceteris verify runs/NAME --level L3", "train it again, in another folder, and compare")],
        };
        Argument<string> run = SharedOptions.Run();
        command.Arguments.Add(run);
        Option<string> level = command.Add(CliCommand.RunGroup,
            new Option<string>("--level") { HelpName = "L0|L1|L3", Description = "how thoroughly [L1; L0 without weights]" });
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder()),
            threads = command.Add(CliCommand.RunGroup, SharedOptions.Threads()),
            store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        command.Execute = line =>
        {
            VerificationLevel? asked = LevelOf(line.GetValue(level));
            RunReader reader = SharedOptions.Open(line.GetValue(run), line.GetValue(store));
            return Run(
                terminal.Out, asked ?? DefaultLevel(terminal.Out, reader), reader,
                SharedOptions.FoldersOf(line, dataFolder), SharedOptions.ThreadsOf(line, threads));
        };
        return command;
    }

    static int Run(Screen screen, VerificationLevel level, RunReader run, Data.DataFolders folders, int threads)
    {
        var stop = new StopRequest();
        VerificationReport report;
        using (stop.OnSignals())
        {
            try
            {
                report = Verify();
            }
            catch (OperationCanceledException e)
            {
                screen.Line(e.Message);
                return StopRequest.ExitCodeOf(stop.Reason);
            }
        }
        int width = report.Checks.Max(check => check.Name.Length);
        foreach (VerificationCheck check in report.Checks)
            Write(screen, check, width);
        int failed = report.Checks.Count(check => !check.Passed);
        string what = Invocation.PathHere(report.Folder);
        screen.Line();
        screen.Line(report.Passed
            ? $"{screen.Good("verified")} {what}: {Format.Plural(report.Checks.Count, "check")} of level "
                + $"L{(int)level} passed"
            : $"{screen.Bad("not verified")} {what}: {failed} of {Format.Plural(report.Checks.Count, "check")} failed");
        return report.Passed ? ExitCode.Ok : ExitCode.Failed;

        VerificationReport Verify()
        {
            if (level == VerificationLevel.Replay)
            {
                using var display = new TrainingDisplay(screen, stop);
                return RunVerifier.Verify(
                    run.Folder, level, Load, new() { Threads = threads, Stop = stop, Observer = display }, folders);
            }
            return Busy.While(
                screen, "checking",
                _ => RunVerifier.Verify(run.Folder, level, Load, new() { Threads = threads }, folders));
        }

        TrainingJob Load(Recipe recipe) => TrainingJob.Load(recipe, folders);
    }

    static void Write(Screen screen, VerificationCheck check, int width)
    {
        string mark = check.Passed ? screen.Good(screen.Pick("✓", "ok  ")) : screen.Bad(screen.Pick("✗", "FAIL"));
        string level = screen.Dim($"L{(int)check.Level}");
        string got = check.Passed ? screen.Dim(Short(screen, check.Got, screen.Width - width - 14)) : "";
        screen.Line($"  {mark} {level}  {check.Name.PadRight(width)}  {got}".TrimEnd());
        if (check.Passed)
            return;
        screen.Line($"        expected  {check.Expected}");
        screen.Line($"        got       {check.Got}");
    }

    static string Short(Screen screen, string value, int room) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? Format.Hash(value, screen)
        : value.Length > room ? value[..Math.Max(0, room)] + screen.Pick("…", "...") : value;

    static VerificationLevel DefaultLevel(Screen screen, RunReader run)
    {
        if (run.Certificate is not { Result: not null, HasWeights: false })
            return VerificationLevel.Predictions;
        screen.Line($"{screen.Warn("note:")} the weights were not kept; --level L3 trains them again");
        return VerificationLevel.Hashes;
    }

    static VerificationLevel? LevelOf(string? text) => text switch
    {
        null => null,
        "L0" or "l0" or "0" => VerificationLevel.Hashes,
        "L1" or "l1" or "1" => VerificationLevel.Predictions,
        "L3" or "l3" or "3" => VerificationLevel.Replay,
        _ => throw new UsageException($"--level: expected L0, L1 or L3, got '{text}'"),
    };
}
