using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris study</c>: run, check, list, show, add-blocks, schema; and <c>ceteris report</c>.</summary>
static class StudyCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("study",
            "Ask a question properly: arms, paired seeds, an answer with an interval.");
        command.Subcommands.Add(StudyRunCommand.Create(terminal));
        command.Subcommands.Add(StudyCheckCommand.Create(terminal));
        command.Subcommands.Add(CreateList(terminal));
        command.Subcommands.Add(CreateShow(terminal));
        command.Subcommands.Add(StudyRunCommand.CreateAddBlocks(terminal));
        command.Subcommands.Add(CreateSchema(terminal));
        return command;
    }

    public static CliCommand CreateReport(Terminal terminal) => OfStored(
        terminal,
        new("report", "Write the report of a study of the store.")
        {
            Examples = [("ceteris report batch-norm", "report.html, .md, .csv and .json in the study's folder")],
        },
        (store, outcome, data) =>
            StudyResults.Write(terminal.Out, store, outcome, data).Written ? ExitCode.Ok : ExitCode.Failed);

    static CliCommand CreateList(Terminal terminal)
    {
        var command = new CliCommand("list", "List the shipped studies, and those of the store.");
        Option<string> store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<bool> json =
            command.Add(CliCommand.RunGroup, SharedOptions.Json("an array with an object for each study"));
        command.Execute = line =>
        {
            Screen screen = terminal.People(line.GetValue(json));
            JsonArray all = [.. ListShipped(screen)];
            string root = SharedOptions.StoreRoot(line.GetValue(store));
            if (RunStore.Exists(root))
            {
                foreach (JsonObject study in ListStored(screen, root))
                    all.Add((JsonNode)study);
            }
            if (line.GetValue(json))
                terminal.Out.Line(Format.Json(all));
            return ExitCode.Ok;
        };
        return command;
    }

    static List<JsonObject> ListShipped(Screen screen)
    {
        var listed = new List<JsonObject>();
        screen.Line(screen.Bold("shipped"));
        var table = new TextTable(screen, "name", "question", " arms", " blocks");
        foreach (Study study in ShippedStudies.Names.Select(ShippedStudies.Find))
        {
            table.Row(study.Name, study.Question, $"{study.Arms.Count}", $"{study.Seeds.Count}");
            listed.Add(Json(study));
        }
        table.Write();
        return listed;
    }

    static List<JsonObject> ListStored(Screen screen, string root)
    {
        var listed = new List<JsonObject>();
        using RunStore runs = RunStore.Open(root);
        screen.Line();
        screen.Line($"{screen.Bold("in the store")} {Invocation.PathHere(runs.Root)}");
        var table = new TextTable(screen, "name", "question", " arms", " blocks", "report");
        foreach (StudyFolder folder in StudyFolder.List(runs))
        {
            JsonObject json;
            try
            {
                Study study = folder.Read();
                string? report = folder.Bytes("report.html") is null ? null
                    : Path.Combine(folder.Location, "report.html");
                table.Row(Format.Plain(study.Name), Format.Plain(study.Question), $"{study.Arms.Count}",
                    $"{study.Seeds.Count}", report is null ? "not yet" : Invocation.PathHere(report));
                json = Json(study);
                json["report"] = report;
            }
            catch (StudyException e)
            {
                table.Row(Format.Plain(folder.Name), screen.Bad(Format.Plain(e.Message)), "", "", "");
                json = new() { ["name"] = folder.Name, ["error"] = e.Message };
            }
            json["folder"] = folder.Location;
            listed.Add(json);
        }
        table.Write();
        return listed;
    }

    static JsonObject Json(Study study) => new()
    {
        ["name"] = study.Name,
        ["question"] = study.Question,
        ["arms"] = study.Arms.Count,
        ["blocks"] = study.Seeds.Count,
    };

    static CliCommand CreateShow(Terminal terminal) => OfStored(
        terminal,
        new("show", "Show what a study of the store has come to, finished or not."),
        (store, outcome, _) =>
        {
            Study study = outcome.Study;
            terminal.Out.Line($"{terminal.Out.Bold(study.Name)}  {Format.Plain(study.Question)}");
            terminal.Out.Line();
            StudyResults.Show(terminal.Out, store, outcome, StudyAnalysis.Of(outcome));
            return ExitCode.Ok;
        });

    /// <summary>Completes a command that does something with what a study of the store has come to.</summary>
    static CliCommand OfStored(
        Terminal terminal, CliCommand command, Func<RunStore, StudyOutcome, StudyData, int> execute)
    {
        var name = new Argument<string>("STUDY")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "STUDY",
            Description = "a study of the store",
        };
        command.Arguments.Add(name);
        Option<string> store = command.Add(CliCommand.RunGroup, SharedOptions.Store()),
            dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        command.Execute = line =>
        {
            using RunStore runs = SharedOptions.OpenStore(line.GetValue(store));
            StudyFolder folder = StudyResults.Find(runs, line.GetValue(name));
            var data = new StudyData(SharedOptions.FoldersOf(line, dataFolder));
            StudyOutcome outcome = StudyRunner.Collect(folder.Read(), runs, data);
            StudyResults.WarnOfDamage(terminal.Error, runs, outcome);
            return execute(runs, outcome, data);
        };
        return command;
    }

    static CliCommand CreateSchema(Terminal terminal)
    {
        var command = new CliCommand("schema", "Print the JSON schema of study files, for editors.");
        command.Execute = _ =>
        {
            terminal.Out.Write(StudySchema.Text());
            return ExitCode.Ok;
        };
        return command;
    }
}
