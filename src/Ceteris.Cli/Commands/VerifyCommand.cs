using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris verify</c></summary>
static class VerifyCommand
{
    // A hash that does not fit its file stands whole on a line of this width.
    const int MostColumns = 80;

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("verify", "Check a run against its certificate, or a study against its runs.")
        {
            Details = "L0: the files are those that the certificate speaks of, those of the data too where they are "
                + "found, and agree with each other. L1: "
                + "predictions and counts are computed again from "
                + "the weights. L2: runs of a study, drawn at random, are trained again up to a random epoch. L3: the "
                + "whole training is repeated, and every recorded epoch compared, bit by bit. L4, of a study, always: "
                + "its report is made again from its runs, byte for byte.",
            Examples =
            [
                ("ceteris verify runs/NAME", "level L1"),
                ("ceteris verify runs/NAME --level L3", "train it again, in another folder, and compare"),
                ("ceteris verify batch-norm --level L2 --sample 3",
                    "a study of the store: all hashes, the report, and three runs"),
            ],
        };
        var run = new Argument<string>("RUN|STUDY")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "RUN|STUDY",
            Description = $"{SharedOptions.Run().Description}; or a study of the store",
        };
        command.Arguments.Add(run);
        Option<string> level = command.Add(CliCommand.RunGroup, new Option<string>("--level")
        {
            HelpName = "L0..L4",
            Description = "how thoroughly [L1; L0 without weights, and for studies]",
        });
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder()),
            threads = command.Add(CliCommand.RunGroup, SharedOptions.Threads()),
            store = command.Add(CliCommand.RunGroup, SharedOptions.Store()),
            sample = command.Add(CliCommand.RunGroup, new Option<string>("--sample")
            {
                HelpName = "N",
                Description = "runs of a study to be looked at beyond their hashes [5]",
            }),
            seed = command.Add(CliCommand.RunGroup, new Option<string>("--seed")
            {
                HelpName = "N",
                Description = "of the choice of these runs [0]",
            });
        Option<bool> json = command.Add(CliCommand.RunGroup, SharedOptions.Json("an object with every check"));
        command.Execute = line =>
        {
            Screen screen = terminal.People(line.GetValue(json));
            VerificationLevel? asked = LevelOf(line.GetValue(level));
            string root = SharedOptions.StoreRoot(line.GetValue(store));
            if (line.GetValue(run) is { } name && !Directory.Exists(name) && RunStore.Exists(root))
            {
                using RunStore runs = RunStore.Open(root);
                if (StudyFolder.List(runs).Any(folder => folder.Name == name))
                {
                    return Told(terminal, line.GetValue(json), stop => VerifyStudy(
                        screen, stop, StudyFolder.Of(runs, name), runs, SharedOptions.FoldersOf(line, dataFolder),
                        asked ?? VerificationLevel.Hashes, Number(line, sample, 5), (ulong)Number(line, seed, 0),
                        SharedOptions.ThreadsOf(line, threads)));
                }
            }
            if (asked is VerificationLevel.Epochs or VerificationLevel.Report)
                throw new UsageException($"--level: expected L0, L1 or L3 for a run, got 'L{(int)asked}', which is "
                    + "for studies");
            string folder = SharedOptions.FolderOf(
                line.GetValue(run), line.GetValue(store), "a run folder, the id of a run or a study of the store",
                $"{Invocation.Program} runs and {Invocation.Program} study list tell what there is");
            return Told(terminal, line.GetValue(json), stop => VerifyRun(
                screen, stop, asked ?? DefaultLevel(screen, folder), folder,
                SharedOptions.FoldersOf(line, dataFolder), SharedOptions.ThreadsOf(line, threads)));
        };
        return command;
    }

    static int Number(ParseResult line, Option<string> option, int otherwise) => line.GetValue(option) is { } text
        ? SharedOptions.WholeNumber(option.Name, text, 0, int.MaxValue) : otherwise;

    static VerificationReport VerifyStudy(
        Screen screen, StopRequest stop, StudyFolder folder, RunStore runs, Data.DataFolders folders,
        VerificationLevel level, int sample, ulong seed, int threads)
    {
        var data = new StudyData(folders);
        return Busy.While(screen, "checking", _ => StudyVerifier.Verify(
            folder, runs, data, level, sample, seed, new() { Threads = threads, Stop = stop },
            outcome => StudyResults.Report(outcome, data)));
    }

    static VerificationReport VerifyRun(
        Screen screen, StopRequest stop, VerificationLevel level, string run, Data.DataFolders folders, int threads)
    {
        if (level == VerificationLevel.Replay)
        {
            using var display = new TrainingDisplay(screen, stop);
            return RunVerifier.Verify(
                run, level, Load, new() { Threads = threads, Stop = stop, Observer = display }, folders);
        }
        return Busy.While(
            screen, "checking",
            _ => RunVerifier.Verify(run, level, Load, new() { Threads = threads }, folders));

        TrainingJob Load(Recipe recipe) => TrainingJob.Load(recipe, folders);
    }

    /// <summary><c>20 of level L0, 4 of level L4</c>: what was not there to be checked is not among them.</summary>
    static string Levels(VerificationReport report) => string.Join(", ", report.Checks.GroupBy(check => check.Level)
        .OrderBy(group => group.Key).Select(group => $"{group.Count()} of level L{(int)group.Key}"));

    static int Told(Terminal terminal, bool json, Func<StopRequest, VerificationReport> verify)
    {
        Screen screen = terminal.People(json);
        var stop = new StopRequest();
        VerificationReport report;
        using (stop.OnSignals())
        {
            try
            {
                report = verify(stop);
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
        if (report.Foreign.Count > 0)
            Wrapped(screen, "  ", $"{screen.Warn("note:")} not the run's, so not looked at: "
                + Format.Plain(string.Join(", ", report.Foreign)));
        int failed = report.Checks.Count(check => !check.Passed);
        string what = Invocation.PathHere(report.Folder);
        screen.Line();
        screen.Line(report.Passed
            ? $"{screen.Good("verified")} {what}: {Format.Plural(report.Checks.Count, "check")} passed, {Levels(report)}"
            : $"{screen.Bad("not verified")} {what}: {failed} of {Format.Plural(report.Checks.Count, "check")} failed");
        if (json)
            terminal.Out.Line(Format.Json(Json(report)));
        return report.Passed ? ExitCode.Ok : ExitCode.Failed;
    }

    static JsonObject Json(VerificationReport report) => new()
    {
        ["folder"] = report.Folder,
        ["level"] = $"L{(int)report.Level}",
        ["passed"] = report.Passed,
        ["checks"] = new JsonArray([.. report.Checks.Select(check => new JsonObject
        {
            ["level"] = $"L{(int)check.Level}",
            ["what"] = check.Name,
            ["passed"] = check.Passed,
            ["expected"] = check.Expected,
            ["got"] = check.Got,
        })]),
        ["foreign"] = new JsonArray([.. report.Foreign.Select(name => JsonValue.Create(name))]),
    };

    static void Write(Screen screen, VerificationCheck check, int width)
    {
        string mark = check.Passed ? screen.Good(screen.Pick("✓", "ok  ")) : screen.Bad(screen.Pick("✗", "FAIL"));
        string level = screen.Dim($"L{(int)check.Level}");
        string got = check.Passed ? screen.Dim(Short(screen, check.Brief ?? check.Got, Columns(screen) - width - 13))
            : "";
        screen.Line($"  {mark} {level}  {check.Name.PadRight(width)}  {got}".TrimEnd());
        if (check.Passed)
            return;
        const string Expected = "      expected  ", Got = "      got       ";
        int same = check.Expected.AsSpan().CommonPrefixLength(check.Got), room = Columns(screen) - Expected.Length;
        bool cut = check.Brief is not null && Math.Max(check.Expected.Length, check.Got.Length) > room;
        Wrapped(screen, Expected, cut ? Around(screen, check.Expected, same, room) : check.Expected);
        Wrapped(screen, Got, cut ? Around(screen, check.Got, same, room) : check.Got);
    }

    /// <summary>What a long value holds where it begins to differ, and a little before.</summary>
    static string Around(Screen screen, string value, int place, int room)
    {
        int from = value.LastIndexOf(' ', Math.Max(0, Math.Min(place, value.Length - 1) - room / 2)) + 1;
        return Short(screen, (from > 0 ? screen.Pick("… ", "... ") : "") + value[from..], room);
    }

    static int Columns(Screen screen) => Math.Min(screen.Width, MostColumns);

    static void Wrapped(Screen screen, string label, string text) =>
        screen.Line(label + Screen.Wrapped(screen.Clean(text), label.Length, Columns(screen)));

    static string Short(Screen screen, string value, int room) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? Format.Hash(value, screen)
        : value.Length <= room ? value
        : screen.Pick("…", "...") is var end && room > end.Length ? value[..(room - end.Length)] + end : "";

    static VerificationLevel DefaultLevel(Screen screen, string run)
    {
        try
        {
            if (RunReader.Open(run).Certificate is not { Result: not null, HasWeights: false })
                return VerificationLevel.Predictions;
        }
        catch (InvalidDataException)
        {
            // What is damaged does not pass the first level.
            return VerificationLevel.Hashes;
        }
        screen.Line($"{screen.Warn("note:")} the weights were not kept; --level L3 trains them again");
        return VerificationLevel.Hashes;
    }

    static VerificationLevel? LevelOf(string? text) => text switch
    {
        null => null,
        "L0" or "l0" or "0" => VerificationLevel.Hashes,
        "L1" or "l1" or "1" => VerificationLevel.Predictions,
        "L2" or "l2" or "2" => VerificationLevel.Epochs,
        "L3" or "l3" or "3" => VerificationLevel.Replay,
        "L4" or "l4" or "4" => VerificationLevel.Report,
        _ => throw new UsageException($"--level: expected L0 to L4, got '{text}'"),
    };
}
