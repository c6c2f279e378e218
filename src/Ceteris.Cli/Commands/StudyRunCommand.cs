using System.CommandLine;

using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris study run</c>, and what other commands share of it.</summary>
sealed class StudyRunCommand
{
    const int MostParallel = 1024;

    readonly Terminal terminal;
    readonly Option<string> store = SharedOptions.Store(), dataFolder = SharedOptions.DataFolder();

    readonly Option<string> parallel = new("--parallel")
    {
        HelpName = "P",
        Description = $"runs at a time; changes no bit of a result [{WorkerPool.DefaultThreads}, all processors]",
    };

    readonly Option<string> threads = new("--threads")
    {
        HelpName = "N",
        Description = "threads of each run; changes no bit of a result [1]",
    };

    readonly Option<bool> keepWeights =
        new("--keep-weights") { Description = "keep the final weights of runs that are trained now" };

    readonly Option<bool> confirm = new("--confirm")
    {
        Description = "then run the best arm against the baseline on fresh seeds: the number to publish",
    };

    readonly Option<bool> rerun = new("--rerun")
    {
        Description = "then train every run again, beside the store, and compare the hashes",
    };

    readonly Option<bool> force = new("--force")
    {
        Description = "replace another study of this name in the store, with its report; its runs stay",
    };

    StudyRunCommand(Terminal terminal, CliCommand command)
    {
        this.terminal = terminal;
        command.Add("Data", dataFolder);
        foreach (Option option in new Option[] { parallel, threads, store, keepWeights })
            command.Add(CliCommand.RunGroup, option);
    }

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("run", "Run a study: every arm in every block, and the answer.")
        {
            Details = "What the store has already, from whatever study, is not run again. Stopped with Ctrl-C, or "
                + "killed, it goes on where it was; several processes may run one study.",
            Examples =
            [
                ("ceteris study run batch-norm --quick", "see in seconds what comes out"),
                ("ceteris study run batch-norm", "the answer, on the digits that come with ceteris"),
                ("ceteris study run batch-norm --data mnist --blocks 20", "on MNIST, with 20 seeds"),
            ],
        };
        var study = new StudyOptions(command);
        var run = new StudyRunCommand(terminal, command);
        command.Add("Study", run.confirm);
        command.Add(CliCommand.RunGroup, run.rerun);
        command.Add(CliCommand.RunGroup, run.force);
        command.Execute = line => run.Run(line, study.Read(line, line.GetValue(run.store)));
        return command;
    }

    public static CliCommand CreateAddBlocks(Terminal terminal)
    {
        var command = new CliCommand("add-blocks", "Run a study of the store with more blocks; nothing is run again.")
        {
            Examples = [("ceteris study add-blocks batch-norm-mnist 10", "ten more seeds")],
        };
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "a study of the store" };
        var count = new Argument<string>("N") { HelpName = "N", Description = "how many more blocks" };
        command.Arguments.Add(name);
        command.Arguments.Add(count);
        var run = new StudyRunCommand(terminal, command);
        command.Execute = line =>
        {
            Study study;
            using (RunStore opened = SharedOptions.OpenStore(line.GetValue(run.store)))
                study = StudyResults.Find(opened, line.GetValue(name)).Read();
            int more = SharedOptions.WholeNumber("N", line.GetValue(count)!, 1, 10_000);
            return run.Run(line, study.WithBlocks(study.Seeds.Count + more));
        };
        return command;
    }

    int Run(ParseResult line, Study study)
    {
        var stop = new StopRequest();
        var options = new StudyRunOptions
        {
            Parallel = line.GetValue(parallel) is { } p
                ? SharedOptions.WholeNumber(parallel.Name, p, 1, MostParallel) : WorkerPool.DefaultThreads,
            Threads = line.GetValue(threads) is { } t ? SharedOptions.WholeNumber(threads.Name, t, 1, MostParallel) : 1,
            KeepWeights = line.GetValue(keepWeights),
            Stop = stop,
        };
        var data = new StudyData(SharedOptions.FoldersOf(line, dataFolder), new WarningDisplay(terminal.Error).Noticed);
        // What cannot be is said before anything is made.
        data.Check(study);
        using RunStore runs = RunStore.Open(SharedOptions.StoreRoot(line.GetValue(store)));
        bool replace = line.GetValue(force);
        using (stop.OnSignals())
        {
            study = Kept(study, runs, replace);
            int code = RunOne(study, runs, data, options);
            if (code == ExitCode.Ok && line.GetValue(confirm))
                code = Confirm(study, runs, data, options, replace);
            if (code == ExitCode.Ok && line.GetValue(rerun))
                code = Repeat(study, runs, data, options);
            return code;
        }
    }

    /// <summary>
    /// The study with the blocks that it has in the store already, which stay, and the looks that were taken at them.
    /// </summary>
    /// <param name="study">As it was asked for.</param>
    /// <param name="runs">The store.</param>
    /// <param name="replace">Whether what is there gives way; looks at the same study are noted all the same.</param>
    /// <param name="not">Seeds that it must not have.</param>
    Study Kept(Study study, RunStore runs, bool replace, IReadOnlyList<long>? not = null)
    {
        var folder = StudyFolder.Of(runs, study.Name);
        if (replace)
            return study with { Seen = folder.SeenBefore(study) };
        Study? here = folder.Readable();
        if (folder.DifferenceFrom(study) is { } difference)
        {
            throw new UsageException($"the store has another study '{study.Name}': {difference}",
                "give the study another name, or name another store; --force replaces the other study with its report "
                    + "(its runs stay)");
        }
        long[] there = [.. (here?.Seeds ?? []).Except(not ?? [])];
        if (there.Except(study.Seeds).Any())
        {
            terminal.Out.Line($"{terminal.Out.Warn("note:")} {Format.Plural(there.Length, "block")} "
                + $"{(there.Length == 1 ? "is" : "are")} there already, and stay; --force makes the study smaller");
        }
        long[] added = [.. study.Seeds.Except(there)];
        if (not is not null)
            added = [.. added.Take(Math.Max(0, study.Seeds.Count - there.Length))];
        study = study with { Seeds = [.. there, .. added], Confirmed = here?.Confirmed };
        study = study with { Seen = folder.SeenBefore(study) };
        if (added.Length > 0 && study.Seen.Count > 0)
        {
            terminal.Out.Line($"{terminal.Out.Warn("note:")} {Format.Plural(added.Length, "block")} "
                + $"{(added.Length == 1 ? "is" : "are")} added after a look at the results, so intervals and p of all "
                + "of them do not keep their level, as the report will say; `looks` of a study file plans for that");
        }
        return study;
    }

    int RunOne(Study study, RunStore runs, StudyData data, StudyRunOptions options)
    {
        Screen screen = terminal.Out;
        var folder = StudyFolder.Of(runs, study.Name);
        IReadOnlyList<StudyArm> arms = study.Arms;
        screen.Line($"{screen.Bold(study.Name)}  {Format.Plain(study.Question)}");
        screen.Line(screen.Dim($"{Format.Plural(arms.Count, "arm")} in {Format.Plural(study.Seeds.Count, "block")}: "
            + $"{Format.Plural((long)arms.Count * study.Seeds.Count, "run")}, {options.Parallel} at a time, into "
            + Invocation.PathHere(runs.Root)));
        folder.Write(study);
        StudyOutcome outcome;
        using (var display = new StudyDisplay(screen, options.Stop))
            outcome = StudyRunner.Run(study, runs, data, options with { Observer = display });
        if (options.Stop.Reason is { } reason)
        {
            int left = outcome.Arms.Sum(arm => arm.Blocks.Count(block => block.Run is null));
            screen.Line();
            screen.Line($"{screen.Warn("interrupted")} by {reason}; all is saved, {Format.Plural(left, "run")} to do. "
                + "The same command goes on.");
            return StopRequest.ExitCodeOf(reason);
        }
        StudyResults.WarnOfDamage(terminal.Error, runs, outcome);
        (StudyAnalysis analysis, _) = StudyResults.Write(screen, runs, outcome, data);
        return analysis.Arms.Any(arm => arm.Same is not null) ? ExitCode.BadInput
            : outcome.Arms.Any(arm => arm.Blocks.Any(block => block.Run is null)) ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>The best arm was chosen for its result; fresh seeds say what it is worth.</summary>
    int Confirm(Study study, RunStore runs, StudyData data, StudyRunOptions options, bool replace)
    {
        StudyOutcome outcome = StudyRunner.Collect(study, runs, data);
        if (study.Arms.Count < 2 || StudyResults.Winner(outcome) is not { } winner)
        {
            terminal.Out.Line($"{terminal.Out.Warn("note:")} nothing to confirm: fewer than two arms, "
                + "or than two blocks with all of them");
            return ExitCode.Ok;
        }
        terminal.Out.Line();
        if (winner == study.Arms[0])
        {
            terminal.Out.Line($"{study.BaselineName} is the best arm itself: there is nothing to confirm");
            return ExitCode.Ok;
        }
        Study confirming = study.Confirming(winner, StudyStage.Of(StudyAnalysis.Of(outcome), winner.Name));
        confirming = Kept(confirming, runs, replace, not: study.Seeds);
        int code = RunOne(confirming, runs, data, options);
        StudyAnalysis fresh = StudyAnalysis.Of(StudyRunner.Collect(confirming, runs, data));
        if (code != ExitCode.Ok || StudyStage.Of(fresh, winner.Name) is not { } told)
            return code;
        study = study with { Confirmed = told };
        var folder = StudyFolder.Of(runs, study.Name);
        folder.Write(study);
        folder.Write(StudyResults.Report(StudyRunner.Collect(study, runs, data), data));
        terminal.Out.Line();
        terminal.Out.Paragraph($"Publish this number of {Format.Plain(winner.Name)}, {told.Result}, not the one that chose "
            + $"it; the report of {study.Name} says so now, too.");
        return code;
    }

    int Repeat(Study study, RunStore runs, StudyData data, StudyRunOptions options)
    {
        Screen screen = terminal.Out;
        int bad = 0, done = 0, looked = 0;
        StudyTask[] tasks = [.. study.Seeds.SelectMany(seed => study.Arms.Select(arm => new StudyTask(arm, seed)))];
        foreach (StudyTask task in tasks)
        {
            StoredRun run = runs.Find(data.Job(study.RecipeOf(task.Arm, task.Seed)).RunId)!;
            AuditedRun again;
            try
            {
                again = Busy.While(screen, $"again {task} ({done + 1} of {tasks.Length})",
                    _ => StoreAudit.Repeat(run, data.Job, new()
                    {
                        Threads = options.Threads,
                        Stop = options.Stop,
                        ProbesLayers = study.ProbesLayers,
                    }));
            }
            catch (OperationCanceledException e)
            {
                screen.Line(e.Message);
                return StopRequest.ExitCodeOf(options.Stop.Reason);
            }
            done++;
            if (runs.Enrich(again))
                looked++;
            if (again.Passed)
                continue;
            bad++;
            screen.Line($"{screen.Bad("differs")} {task}: expected {again.Expected}, got {again.Got}");
        }
        screen.Line(bad == 0 ? $"{screen.Good("the same bits")} in {Format.Plural(done, "repeated run")}"
            : $"{screen.Bad("other bits")} in {bad} of {Format.Plural(done, "repeated run")}");
        if (looked > 0)
        {
            StudyOutcome outcome = StudyRunner.Collect(study, runs, data);
            StudyFolder.Of(runs, study.Name).Write(StudyResults.Report(outcome, data));
            screen.Line($"{Format.Plural(looked, "run")} that had not been looked into {(looked == 1 ? "is" : "are")} "
                + "now: the report tells their layers");
        }
        return bad == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
