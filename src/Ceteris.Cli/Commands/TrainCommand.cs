using System.CommandLine;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris train</c></summary>
sealed class TrainCommand
{
    const int MostSecondsUnsaved = 1_000_000;

    readonly Terminal terminal;
    readonly RecipeOptions recipeOptions;
    readonly Option<string> dataFolder = SharedOptions.DataFolder(), threads = SharedOptions.Threads();
    readonly Option<string> folder =
        new("--out", "-o") { HelpName = "FOLDER", Description = "the run folder [runs/NETWORK-DATA-sSEED-HASH]" };
    readonly Option<string> resume = new("--resume")
    {
        HelpName = "RUN",
        Description =
            "go on with an interrupted run, to the bits it would have had; the same command as at first does so too",
    };

    readonly Option<string> checkpointEvery = new("--checkpoint-every")
    {
        HelpName = "SECONDS",
        Description = "the most training that an abrupt end can cost; 0 saves after every step [30]",
    };

    readonly Option<bool> layers = new("--layers")
    {
        Description = "also record saturated units and gradient norms of every layer, before and after; runs show tells",
    };

    readonly Option<bool> force =
        new("--force") { Description = "train again where a run is already, whose files are lost" };
    readonly Option<bool> json =
        SharedOptions.Json("the last and only line of standard output is an object with the results");
    readonly Option<bool> quiet =
        new("--quiet", "-q") { Description = "show no progress, only notes, warnings and the summary" };

    TrainingDisplay? display;

    TrainCommand(Terminal terminal, CliCommand command)
    {
        this.terminal = terminal;
        recipeOptions = new(command);
        command.Add("Data", dataFolder);
        command.Add(CliCommand.RunGroup, folder);
        command.Add(CliCommand.RunGroup, resume);
        command.Add(CliCommand.RunGroup, force);
        command.Add(CliCommand.RunGroup, layers);
        command.Add(CliCommand.RunGroup, checkpointEvery);
        command.Add(CliCommand.RunGroup, threads);
        command.Add(CliCommand.RunGroup, quiet);
        command.Add(CliCommand.RunGroup, json);
    }

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("train", "Train a network into a run folder.")
        {
            Details = "Defaults are those of the first article: the first 10,000 images, 20 epochs of batches of 64, "
                + "SGD with rate 0.01 and momentum 0.5. "
                + "A run is a function of its settings and data alone: the same bits with any number of threads, "
                + "interrupted or not.",
            Examples =
            [
                ("ceteris train base", "the first article's network on the digits that come with ceteris"),
                ("ceteris train sk-0.2 --data mnist --epochs 5", "all 60,000 images of MNIST"),
                ("ceteris train mlp --hidden 100,30 --batch full --epochs 300 --lr 0.1", "full-batch gradient descent"),
                ("ceteris train base --optimizer adam --schedule 'warmup(2)+cosine' --set optimizer.beta2=0.99",
                    "any setting can be set"),
            ],
        };
        var train = new TrainCommand(terminal, command);
        command.Execute = train.Run;
        return command;
    }

    int Run(ParseResult line)
    {
        bool printsJson = line.GetValue(json);
        Screen screen = terminal.People(printsJson);
        var stop = new StopRequest();
        (Recipe recipe, string? runFolder) = Recipe(line);
        var options = new TrainingOptions
        {
            Folder = runFolder,
            Threads = SharedOptions.ThreadsOf(line, threads),
            Force = line.GetValue(force),
            ProbesLayers = line.GetValue(layers),
            Stop = stop,
            CheckpointEvery = line.GetValue(checkpointEvery) is { } seconds
                ? TimeSpan.FromSeconds(SharedOptions.WholeNumber(checkpointEvery.Name, seconds, 0, MostSecondsUnsaved))
                    : new TrainingOptions().CheckpointEvery,
        };
        var folders = SharedOptions.FoldersOf(line, dataFolder);
        RunSummary summary;
        try
        {
            using (stop.OnSignals(() => EndAtOnce(screen, Kept())))
                summary = RecipeOptions.Read(() => Train(recipe, folders, options, line.GetValue(quiet), screen));
        }
        catch (StorageException e)
        {
            if (RunReader.IsRun(Into()))
                e.Data[CeterisCommand.Hint] = Kept();
            throw;
        }
        RunReport.Write(screen, summary, DataSets.Find(recipe.Data.Name).FolderIn(folders),
            ResumeLine(line, summary.Run), AgainLine(line, summary));
        if (printsJson)
            terminal.Out.Line(Format.Json(Json(summary, options.Threads)));
        return summary.ExitCode;

        string Into() => Path.GetFullPath(options.Folder ?? RunReader.DefaultFolder(recipe));

        string Kept() => RunReader.SavedSteps(Into()) is { } steps
            ? $"saved up to step {Format.Count(steps)}; go on with  {ResumeLine(line, Into())}"
            : RunReader.IsRun(Into()) ? $"nothing is saved yet; begin again with  {ResumeLine(line, Into())}"
            : "nothing is saved yet";
    }

    /// <summary>Last words, on the thread of a second signal.</summary>
    void EndAtOnce(Screen screen, string kept)
    {
        display?.End();
        screen.Draw((screen.IsLive ? LiveRegion.ShowCursor : "")
            + $"\n{screen.Warn("ended at once")} by a second signal; {screen.Clean(kept)}\n");
    }

    RunSummary Train(Recipe recipe, DataFolders folders, TrainingOptions options, bool isQuiet, Screen screen)
    {
        if (isQuiet)
        {
            TrainingJob quietly = TrainingJob.Load(recipe, folders, notice =>
                terminal.Error.Line($"{terminal.Error.Warn("note:")} {notice}"));
            return Trainer.Run(quietly, options with { Observer = new WarningDisplay(terminal.Error) });
        }
        TrainingJob job = Busy.While(
            screen, $"loading {recipe.Data.Name}", notice => TrainingJob.Load(recipe, folders, notice));
        using var shown = new TrainingDisplay(screen, options.Stop);
        display = shown;
        return Trainer.Run(job, options with { Observer = shown });
    }

    (Recipe Recipe, string? Folder) Recipe(ParseResult line)
    {
        IReadOnlyList<(string Key, string Value)> given = recipeOptions.Given(line);
        string? to = line.GetValue(folder);
        if (to is "")
            throw new UsageException("--out: expected a folder, got nothing");
        if (line.GetValue(resume) is not { } resumed)
        {
            if (!given.Any(setting => setting.Key == "network"))
            {
                throw new UsageException(
                    $"expected a network, got none; there are {string.Join(", ", Zoo.Networks.Select(n => n.Name))}",
                    $"for example: {Invocation.Program} train base");
            }
            return (RecipeOptions.Read(() => Studies.Recipe.Of(given)), to);
        }
        if (to is not null || line.GetValue(force))
            throw new UsageException($"expected either --resume or {(to is null ? "--force" : "--out")}, got both");
        RunReader run = SharedOptions.Open(resumed);
        string[] changed = [.. RecipeOptions.Read(() => Studies.Recipe.Canonical(given))
            .Where(setting => setting.Value != run.Recipe[setting.Key])
            .Select(setting =>
                $"{setting.Key} is {run.Recipe[setting.Key] ?? "not set"} there and {setting.Value} here")];
        return changed.Length == 0 ? (run.Recipe, run.Folder)
            : throw new UsageException(
                $"expected the settings that {resumed} began with: {string.Join(", ", changed)}");
    }

    string ResumeLine(ParseResult line, string run) =>
        $"{Invocation.Program} train --resume {Invocation.Quoted(Invocation.PathHere(run))}"
            + $"{Given(line, dataFolder)}{Given(line, threads)}";

    /// <summary>The command that trains the same once more, in the same folder.</summary>
    string AgainLine(ParseResult line, RunSummary run)
    {
        bool isElsewhere = run.Run != Path.GetFullPath(RunReader.DefaultFolder(run.Recipe));
        return $"{Invocation.Program} train {RecipeOptions.CommandLine(run.Recipe)} --force"
            + (isElsewhere ? $" {folder.Name} {Invocation.Quoted(Invocation.PathHere(run.Run))}" : "")
            + $"{Given(line, dataFolder)}{Given(line, threads)}";
    }

    static string Given(ParseResult line, Option<string> option) =>
        line.GetValue(option) is { } value ? $" {option.Name} {Invocation.Quoted(value)}" : "";

    static JsonObject Json(RunSummary run, int threads)
    {
        JsonObject json = run.ToJson();
        json["repeated"] = run.Repeated;
        json["numerics_version"] = NumericsVersion.Current;
        json["threads"] = threads;
        json["vector"] = new JsonObject
        {
            ["avx512"] = Vector512.IsHardwareAccelerated,
            ["avx2"] = Avx2.IsSupported,
            ["fma"] = Fma.IsSupported,
        };
        return json;
    }
}
