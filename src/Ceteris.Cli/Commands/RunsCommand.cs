using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris runs</c></summary>
static class RunsCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("runs", "List the runs below a folder.");
        var folder = new Argument<string>("FOLDER")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "FOLDER",
            Description = "where to look [runs]",
        };
        command.Arguments.Add(folder);
        Option<bool> json =
            command.Add(CliCommand.RunGroup, SharedOptions.Json("an array of objects as those of train"));
        command.Execute = line => Run(terminal, line.GetValue(folder) ?? "runs", line.GetValue(json));
        return command;
    }

    static int Run(Terminal terminal, string folder, bool json)
    {
        if (!Directory.Exists(folder) && folder != "runs")
            throw new UsageException($"expected a folder, got '{folder}', which does not exist");
        IReadOnlyList<RunReader> runs =
            RunReader.List(folder, bad => terminal.Error.Line($"{terminal.Error.Warn("warning:")} {bad}"));
        if (json)
            terminal.Out.Line(new JsonArray([.. runs.Select(Json)]).ToJsonString());
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
                run.Folder == Path.GetFullPath(root) ? root : Path.GetRelativePath(root, run.Folder), State(screen, run.Phase),
                    $"{summary?.Epochs ?? last?.Epoch ?? 0}/{run.Recipe.Epochs}",
                accuracy is { } share ? Format.Percent(share) : "", summary is null ? ""
                    : Format.Count(summary.Parameters),
                summary is null ? "" : Format.Duration(summary.TrainSeconds));
        }
        table.Write();
    }

    static string State(Screen screen, RunPhase phase)
    {
        string name = phase.ToString().ToLowerInvariant();
        return phase switch
        {
            RunPhase.Completed => screen.Good(name),
            RunPhase.Failed => screen.Bad(name),
            RunPhase.Running => screen.Accent(name),
            _ => screen.Warn(name),
        };
    }

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
        return json;
    }
}
