using System.CommandLine;
using System.Globalization;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris store</c>: check, rebuild, gc, add, audit.</summary>
sealed class StoreCommand(Terminal terminal)
{
    const int MostRuns = 1_000_000;

    public static CliCommand Create(Terminal terminal)
    {
        var store = new StoreCommand(terminal);
        var command = new CliCommand("store", "Check, repair, clear up and fill the store of runs.");
        command.Subcommands.Add(store.CreateCheck());
        command.Subcommands.Add(store.CreateRebuild());
        command.Subcommands.Add(store.CreateClean());
        command.Subcommands.Add(store.CreateAdd());
        command.Subcommands.Add(store.CreateAudit());
        return command;
    }

    CliCommand CreateCheck()
    {
        var command = new CliCommand("check", "Compare every run with its certificate, and list what is lost.");
        Option<string> folder = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        command.Execute = line =>
        {
            Screen screen = terminal.Out;
            using RunStore store = SharedOptions.OpenStore(line.GetValue(folder));
            long done = 0;
            StoreCheck check = Busy.While(
                screen, () => $"checking, {Format.Plural(Volatile.Read(ref done), "run")}",
                _ => store.Check(count => Volatile.Write(ref done, count)));
            foreach (StoreFault fault in check.Faults)
                screen.Line($"{screen.Bad(screen.Pick("✗", "FAIL"))} {Format.Plain(fault.What)}");
            string root = Invocation.PathHere(store.Root);
            int bad = check.Faults.Select(fault => fault.RunId).Distinct().Count();
            screen.Line(bad == 0
                ? $"{screen.Good("whole")} {root}: {Format.Plural(check.Runs, "run")}"
                : $"{screen.Bad("damaged")} {root}: {Format.Plural(bad, "run")} of {Format.Count(check.Runs)}");
            foreach ((string data, long runs) in store.TestReads())
            {
                screen.Line(screen.Dim(
                    $"the test images of {Format.Plain(data)} have been read by {Format.Plural(runs, "run")}"));
            }
            if (check.AtWork + check.Leftovers > 0)
            {
                screen.Line(screen.Dim($"also {Format.Plural(check.AtWork, "run")} in progress or interrupted, "
                    + $"{Format.Plural(check.Leftovers, "temporary folder")}; "
                    + $"{Invocation.Program} store gc{Invocation.Store(store.Root)} clears up"));
            }
            if (bad > 0)
                screen.Line(screen.Dim($"{Invocation.Program} store gc --damaged{Invocation.Store(store.Root)} deletes "
                    + "them, "
                    + "so that they can be trained again"));
            return bad == 0 ? ExitCode.Ok : ExitCode.Failed;
        };
        return command;
    }

    CliCommand CreateRebuild()
    {
        var command = new CliCommand("rebuild", "Make the index anew from the runs.");
        Option<string> folder = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        command.Execute = line =>
        {
            using RunStore store = SharedOptions.OpenStore(line.GetValue(folder));
            long runs = Busy.While(terminal.Out, "reading the runs", _ => store.Rebuild());
            Screen screen = terminal.Out;
            IReadOnlyList<RunRow> damaged = store.List(RunFilter.Parse(["state=damaged"]));
            foreach (RunRow run in damaged)
                screen.Line($"{screen.Bad(screen.Pick("✗", "FAIL"))} {Format.Plain(run.Reason ?? run.RunId)}");
            screen.Line($"{screen.Good("rebuilt")} {Invocation.PathHere(store.Root)}: {Format.Plural(runs, "run")}"
                + (damaged.Count == 0 ? "" : $", {Format.Count(damaged.Count)} of which cannot be read"));
            if (damaged.Count > 0)
                screen.Line(screen.Dim($"{Invocation.Program} store check{Invocation.Store(store.Root)} looks at every "
                    + "file, also of the others"));
            return ExitCode.Ok;
        };
        return command;
    }

    CliCommand CreateClean()
    {
        var command = new CliCommand("gc", "Clear away what processes that ended early have left.")
        {
            Details = "A run that has ended and is whole is never touched, nor one that a process is at; one that had "
                + "ended, but not yet gone into the store, goes there.",
        };
        Option<string> folder = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<bool> interrupted = command.Add(CliCommand.RunGroup, new Option<bool>("--interrupted")
        {
            Description = "also runs that could be resumed",
        });
        Option<bool> damaged = command.Add(CliCommand.RunGroup, new Option<bool>("--damaged")
        {
            Description = "also damaged runs, so that they can be trained again",
        });
        command.Execute = line =>
        {
            Screen screen = terminal.Out;
            using RunStore store = SharedOptions.OpenStore(line.GetValue(folder));
            StoreCleaning done = Busy.While(screen, "clearing up",
                _ => store.Clean(line.GetValue(interrupted), line.GetValue(damaged)));
            foreach (string path in done.Deleted)
                screen.Line($"deleted    {Format.Plain(Invocation.PathHere(path))}");
            foreach (string id in done.Published)
                screen.Line($"published  {id}");
            foreach (string id in done.Resumable)
                screen.Line(screen.Dim($"kept       {id}, which can be resumed"));
            foreach (string id in done.Owned)
                screen.Line(screen.Dim($"kept       {id}, which a process is at"));
            screen.Line($"{screen.Good("clean")} {Invocation.PathHere(store.Root)}: "
                + $"{Format.Count(done.Deleted.Count)} deleted, {Format.Count(done.Published.Count)} published");
            return ExitCode.Ok;
        };
        return command;
    }

    CliCommand CreateAdd()
    {
        var command = new CliCommand("add",
            "Copy runs of ceteris train into the store, which is made if there is none.")
        {
            Examples = [("ceteris store add runs/*", "all that have ended; those that are there already stay")],
        };
        var runs = new Argument<string[]>("RUN")
        {
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "RUN",
            Description = "run folders, or their names below runs",
        };
        command.Arguments.Add(runs);
        Option<string> folder = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<bool> noWeights = command.Add(CliCommand.RunGroup, new Option<bool>("--no-weights")
        {
            Description = "without the weights; level L3 of verify trains them again",
        });
        command.Execute = line =>
        {
            string[] names = line.GetValue(runs) ?? [];
            if (names.Length == 0)
                throw new UsageException("expected a run folder, got none",
                    $"{Invocation.Program} runs lists what there is");
            RunReader[] found = [.. names.Select(name => SharedOptions.Open(name, line.GetValue(folder)))];
            using var store = RunStore.Open(SharedOptions.StoreRoot(line.GetValue(folder)));
            foreach (RunReader run in found)
            {
                bool isThere = store.Contains(run.RunId);
                StoredRun stored = store.Add(run.Folder, !line.GetValue(noWeights));
                terminal.Out.Line($"{(isThere ? "known" : terminal.Out.Good("added"))}  {stored.RunId}  "
                    + terminal.Out.Dim(Format.Plain(Invocation.PathHere(run.Folder))));
            }
            return ExitCode.Ok;
        };
        return command;
    }

    CliCommand CreateAudit()
    {
        var command = new CliCommand("audit", "Train a few runs of the store again, and compare their hashes.");
        Option<string> folder = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<string> sample = command.Add(CliCommand.RunGroup,
            new Option<string>("--sample") { HelpName = "N", Description = "how many, drawn at random [5]" });
        Option<string> seed = command.Add(CliCommand.RunGroup,
            new Option<string>("--seed") { HelpName = "N", Description = "what the choice follows from [0]" });
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder()),
            threads = command.Add(CliCommand.RunGroup, SharedOptions.Threads());
        command.Execute = line =>
        {
            int count = line.GetValue(sample) is { } text
                ? SharedOptions.WholeNumber(sample.Name, text, 1, MostRuns) : 5;
            ulong from = ReadSeed(line.GetValue(seed));
            using RunStore store = SharedOptions.OpenStore(line.GetValue(folder));
            return Audit(StoreAudit.Sample(store, count, from), SharedOptions.FoldersOf(line, dataFolder),
                SharedOptions.ThreadsOf(line, threads));
        };
        return command;
    }

    int Audit(IReadOnlyList<StoredRun> runs, DataFolders folders, int threads)
    {
        Screen screen = terminal.Out;
        var stop = new StopRequest();
        using IDisposable signals = stop.OnSignals();
        int failed = 0;
        foreach (StoredRun run in runs)
        {
            AuditedRun audited;
            try
            {
                using var display = new TrainingDisplay(screen, stop);
                audited = StoreAudit.Repeat(run, recipe => TrainingJob.Load(recipe, folders),
                    new() { Threads = threads, Stop = stop, Observer = display });
            }
            catch (OperationCanceledException e)
            {
                screen.Line(e.Message);
                return StopRequest.ExitCodeOf(stop.Reason);
            }
            failed += audited.Passed ? 0 : 1;
            string what = $"{run.RunId[..16]}  {Format.Plain(audited.Recipe.ToString())}".TrimEnd();
            screen.Line(audited.Passed ? $"{screen.Good(screen.Pick("✓", "ok  "))} {what}"
                : $"{screen.Bad(screen.Pick("✗", "FAIL"))} {what}");
            if (!audited.Passed)
            {
                screen.Line($"        expected  {audited.Expected}");
                screen.Line($"        got       {Format.Plain(audited.Got)}");
            }
        }
        screen.Line(failed == 0
            ? $"{screen.Good("the same")}: {Format.Plural(runs.Count, "run")} trained again to the same bits"
            : $"{screen.Bad("not the same")}: {failed} of {Format.Plural(runs.Count, "run")}");
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    static ulong ReadSeed(string? text) => text is null ? 0
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed
        : throw new UsageException($"--seed: expected a whole number from 0, got '{text}'");
}
