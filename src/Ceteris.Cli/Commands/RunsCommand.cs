using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Studies;

using Spectre.Console;

namespace Ceteris.Cli;

/// <summary><c>ceteris runs</c></summary>
static class RunsCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("runs", "List the runs below a folder.");
        var folder = new Argument<string>("FOLDER") { Arity = ArgumentArity.ZeroOrOne, HelpName = "FOLDER", Description = "where to look [runs]" };
        command.Arguments.Add(folder);
        Option<bool> json = command.Add(CliCommand.RunGroup, SharedOptions.Json("an array of objects as those of train"));
        command.Execute = line => Run(terminal, line.GetValue(folder) ?? "runs", line.GetValue(json));
        return command;
    }

    static int Run(Terminal terminal, string folder, bool json)
    {
        if (!Directory.Exists(folder) && folder != "runs")
            throw new UsageException($"expected a folder, got '{folder}', which does not exist");
        IReadOnlyList<RunReader> runs = RunReader.List(folder, bad => terminal.Error.Line($"{terminal.Error.Warn("warning:")} {bad}"));
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
        Table table = Tables.Of(screen, "run", "state", " epochs", " test accuracy", " parameters", " trained");
        foreach (RunReader run in runs)
        {
            RunSummary? summary = run.Summary;
            int epochs = summary?.Epochs ?? run.Metrics().LastOrDefault()?.Epoch ?? 0;
            double? accuracy = summary is null ? run.Metrics().LastOrDefault()?.TestAccuracy : summary.Test?.Accuracy;
            table.AddRow(
                new Text(Path.GetRelativePath(root, run.Folder)), State(run.Phase), new Text($"{epochs}/{run.Recipe.Epochs}"),
                new Text(accuracy is { } share ? Format.Percent(share) : ""), new Text(summary is null ? "" : Format.Count(summary.Parameters)),
                new Text(summary is null ? "" : Format.Duration(summary.TrainSeconds)));
        }
        screen.Write(table);
    }

    static Text State(RunPhase phase) => new(phase.ToString().ToLowerInvariant(), phase switch
    {
        RunPhase.Completed => new Style(Color.Green),
        RunPhase.Failed => new Style(Color.Red),
        RunPhase.Running => new Style(Color.Teal),
        _ => new Style(Color.Olive),
    });

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
