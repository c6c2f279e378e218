using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris runs</c>: list, show, compare.</summary>
static class RunsCommand
{
    const string Folder = "runs";
    const int Shown = 50, Most = 1_000_000_000, IdLetters = 12;

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("runs", "List, look at and compare runs.")
        {
            Details = "Without a command it lists the runs, as runs list does.",
        };
        Option<bool> json = command.Add(CliCommand.RunGroup, Json());
        command.Execute = line => Run(terminal, null, null, [],
            RunFilter.All with { Limit = line.GetValue(json) ? null : Shown }, line.GetValue(json));
        command.Subcommands.Add(CreateList(terminal));
        command.Subcommands.Add(RunsShowCommand.Create(terminal));
        command.Subcommands.Add(RunsCompareCommand.Create(terminal));
        return command;
    }

    static CliCommand CreateList(Terminal terminal)
    {
        var command = new CliCommand("list", "List the runs of the store, or those below a folder.")
        {
            Details = "A FILTER is a key of recipes or a result, one of = != < <= > >=, and a value; all of them must "
                + "hold. Put those with < or > in quotes, as shells give them another meaning. Results are "
                + string.Join(", ", RunFilter.Names.Where(name => RecipeKeys.All.All(key => key.Name != name))) + ".",
            Examples =
            [
                ("ceteris runs list network=sk 'lr>0.01' --sort test_accuracy", "the best of them last"),
                ("ceteris runs list state=failed", "those that could not go on"),
                ("ceteris runs list --in runs", "the folders of ceteris train"),
            ],
        };
        var filters = new Argument<string[]>("FILTER")
        {
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "FILTER",
            Description = "which runs [all]",
        };
        command.Arguments.Add(filters);
        Option<string> store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<string> folder = command.Add(CliCommand.RunGroup, new Option<string>("--in")
        {
            HelpName = "FOLDER",
            Description = "not those of the store, but the run folders below this one [runs, where there is no store]",
        });
        Option<string> sort = command.Add(CliCommand.RunGroup, new Option<string>("--sort")
        {
            HelpName = "KEY",
            Description = "smallest first, by what a FILTER may speak of [newest first]",
        });
        Option<bool> reverse =
            command.Add(CliCommand.RunGroup, new Option<bool>("--reverse") { Description = "the other way round" });
        Option<string> limit = command.Add(CliCommand.RunGroup, new Option<string>("--limit")
        {
            HelpName = "N",
            Description = $"at most so many [{Shown}; all with --json]",
        });
        Option<bool> json = command.Add(CliCommand.RunGroup, Json());
        command.Execute = line =>
        {
            string[] words = line.GetValue(filters) ?? [];
            int? most = line.GetValue(limit) is { } text ? SharedOptions.WholeNumber(limit.Name, text, 1, Most)
                : line.GetValue(json) ? null : Shown;
            RunFilter filter = RunFilter.Parse(words) with { Limit = most };
            filter = line.GetValue(sort) is { } key ? filter.SortedBy(key, line.GetValue(reverse))
                : filter with { Descending = !line.GetValue(reverse) };
            return Run(terminal, line.GetValue(store), line.GetValue(folder), words, filter, line.GetValue(json));
        };
        return command;
    }

    static Option<bool> Json() => SharedOptions.Json("an array of objects as those of train");

    static int Run(
        Terminal terminal, string? store, string? folder, string[] words, RunFilter filter, bool json)
    {
        if (folder is not null && (store is not null || words.Length > 0))
            throw new UsageException($"expected either --in or {(store is null ? "a FILTER" : "--store")}, got both");
        bool isStore = folder is null
            && (store is not null || words.Length > 0 || RunStore.Exists(SharedOptions.StoreRoot(null)));
        if (!isStore)
            return RunBelow(terminal, folder ?? Folder, json);
        using RunStore opened = SharedOptions.OpenStore(store);
        IReadOnlyList<RunRow> rows = opened.List(filter);
        if (json)
        {
            WriteJson(terminal, rows);
            return ExitCode.Ok;
        }
        long all = rows.Count == filter.Limit ? opened.Count(filter) : rows.Count;
        string root = Invocation.PathHere(opened.Root);
        if (rows.Count > 0)
            Table(terminal.Out, rows);
        terminal.Out.Line(terminal.Out.Dim(all > rows.Count
            ? $"{Format.Count(rows.Count)} of {Format.Plural(all, "run")} in {root}; --limit N shows more"
            : $"{(all == 0 ? "no runs" : Format.Plural(all, "run"))} in {root}"
                + $"{(words.Length > 0 ? " of this kind" : "")}"));
        if (words.Length == 0 && store is null && Directory.Exists(Folder))
            terminal.Out.Line(terminal.Out.Dim($"{Invocation.Program} runs list --in {Folder} shows those of train"));
        return ExitCode.Ok;
    }

    static void Table(Screen screen, IReadOnlyList<RunRow> rows)
    {
        var table = new TextTable(screen, "run", "state", "network", "data", " seed", " epochs", " test",
            " parameters", " trained", "finished");
        foreach (RunRow row in rows)
        {
            string Cell(string name) =>
                row[name] is { } value ? Format.Plain(FormattableString.Invariant($"{value}")) : "";
            if (row.IsDamaged)
            {
                table.Row(row.RunId[..IdLetters], screen.Bad(row.State), "ceteris store check says what is wrong");
                continue;
            }
            table.Row(
                row.RunId[..IdLetters], State(screen, row.State), Cell("network"), Cell("data"), Cell("seed"),
                $"{row["epochs_done"] ?? 0}/{row["epochs"]}",
                row.TestAccuracy is { } share ? Format.Percent(share) : "",
                row["parameters"] is long parameters ? Format.Count(parameters) : "",
                row["train_seconds"] is double seconds ? Format.Duration(seconds) : "", Cell("finished"));
        }
        table.Write();
    }

    static void WriteJson(Terminal terminal, IReadOnlyList<RunRow> rows)
    {
        var runs = new JsonArray();
        foreach (RunRow row in rows)
        {
            JsonObject run = row.IsDamaged ? new() { ["reason"] = row.Reason, ["run"] = row.Folder }
                : row.Summary().ToJson();
            run["state"] = row.State;
            run["run_id"] = row.RunId;
            run["finished"] = row.Finished;
            runs.Add((JsonNode)run);
        }
        terminal.Out.Line(Format.Json(runs));
    }

    static int RunBelow(Terminal terminal, string folder, bool json)
    {
        if (!Directory.Exists(folder) && folder != Folder)
            throw new UsageException($"expected a folder, got '{folder}', which does not exist");
        IReadOnlyList<RunReader> runs = RunReader.List(
            folder, bad => terminal.Error.Line($"{terminal.Error.Warn("warning:")} {Format.Plain(bad)}"));
        if (json)
            terminal.Out.Line(Format.Json(new JsonArray([.. runs.Select(Json)])));
        else if (runs.Count == 0)
            terminal.Out.Line($"no runs below {folder}; begin with {Invocation.Program} train base");
        else
            Table(terminal.Out, folder, runs);
        return ExitCode.Ok;
    }

    static void Table(Screen screen, string root, IReadOnlyList<RunReader> runs)
    {
        var table = new TextTable(screen, "run", "state", " epochs", " test", " parameters", " trained");
        foreach (RunReader run in runs)
        {
            RunSummary? summary = run.Summary;
            MetricRow? last = summary is null ? run.Metrics().LastOrDefault() : null;
            double? accuracy = summary is null ? last?.TestAccuracy : summary.Test?.Accuracy;
            table.Row(
                Format.Plain(run.Folder == Path.GetFullPath(root) ? root : Path.GetRelativePath(root, run.Folder)),
                State(screen, run.Phase.ToString().ToLowerInvariant()),
                $"{summary?.Epochs ?? last?.Epoch ?? 0}/{run.Recipe.Epochs}",
                accuracy is { } share ? Format.Percent(share) : "", summary is null ? ""
                    : Format.Count(summary.Parameters),
                summary is null ? "" : Format.Duration(summary.TrainSeconds));
        }
        table.Write();
    }

    static string State(Screen screen, string state) => state switch
    {
        "completed" => screen.Good(state),
        "failed" => screen.Bad(state),
        "running" => screen.Accent(state),
        _ => screen.Warn(Format.Plain(state)),
    };

    static JsonObject Json(RunReader run)
    {
        JsonObject json = run.Summary?.ToJson() ?? new()
        {
            ["network"] = run.Recipe.Network,
            ["data"] = run.Recipe["data"],
            ["seed"] = run.Recipe.Seed,
            ["run"] = run.Folder,
        };
        json["state"] = run.Phase.ToString().ToLowerInvariant();
        json["run_id"] = run.RunId;
        return json;
    }
}
