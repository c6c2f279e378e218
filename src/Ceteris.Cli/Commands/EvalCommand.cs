using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris eval</c></summary>
sealed class EvalCommand
{
    readonly Terminal terminal;
    readonly Argument<string> run = SharedOptions.Run();
    readonly Option<string> data =
        new("--data") { HelpName = "NAME[:RANGE]", Description = "images to look at [the test images of the run]" };
    readonly Option<string> part =
        new("--part") { HelpName = "test|train", Description = "which part of the data set [test]" };
    readonly Option<string> dataFolder = SharedOptions.DataFolder(), threads = SharedOptions.Threads();
    readonly Option<string> weights = SharedOptions.Weights();
    readonly Option<bool> json = SharedOptions.Json("an object with the results");

    EvalCommand(Terminal terminal, CliCommand command)
    {
        this.terminal = terminal;
        command.Arguments.Add(run);
        command.Add(CliCommand.RunGroup, data);
        command.Add(CliCommand.RunGroup, part);
        command.Add(CliCommand.RunGroup, weights);
        command.Add(CliCommand.RunGroup, dataFolder);
        command.Add(CliCommand.RunGroup, threads);
        command.Add(CliCommand.RunGroup, json);
    }

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("eval", "Evaluate a trained network on images, class by class.")
        {
            Examples = [("ceteris eval runs/NAME --data mnist", "digits of other people"),
                ("ceteris eval runs/NAME --part train", "what it was trained on"),
                ("ceteris eval runs/NAME --weights model.safetensors", "the same network as PyTorch trained it")],
        };
        var eval = new EvalCommand(terminal, command);
        command.Execute = eval.Run;
        return command;
    }

    int Run(ParseResult line)
    {
        RunReader reader = SharedOptions.Open(line.GetValue(run));
        DataFolders folders = SharedOptions.FoldersOf(line, dataFolder);
        bool train = line.GetValue(part) switch
        {
            null or "test" => false,
            "train" => true,
            { } other => throw new UsageException($"--part: expected test or train, got '{other}'"),
        };
        DataSpec spec = line.GetValue(data) is { } text ? SharedOptions.Of(data, () => DataSpec.Parse(text))
            : train ? reader.Recipe.Data
            : new(reader.Recipe.TestData);
        Screen screen = terminal.People(line.GetValue(json));
        (ImageSet images, Evaluation evaluation) = Busy.While(screen, "evaluating", notice =>
        {
            using TrainedNetwork network = SharedOptions.Network(
                line, reader, weights, folders, SharedOptions.ThreadsOf(line, threads));
            ImageSplits splits = SharedOptions.Of(data, () => DataSets.Find(spec.Name)).Load(folders, notice);
            ImageSet chosen = SharedOptions.Of(data, () => spec.Of(train ? splits.Train : splits.Test));
            return (chosen, network.Evaluate(chosen));
        });
        Write(screen, reader, images, evaluation);
        if (line.GetValue(json))
        {
            JsonObject result = Json(reader, spec, train, evaluation);
            if (line.GetValue(weights) is { } file)
                (result["weights"], result["weights_sha256"]) = (file, null);
            terminal.Out.Line(Format.Json(result));
        }
        return ExitCode.Ok;
    }

    static void Write(Screen screen, RunReader reader, ImageSet images, Evaluation evaluation)
    {
        int[][] confusion = (evaluation.Predictions
            ?? throw new InvalidDataException($"{reader.Folder}: the network's probabilities are NaN")).Confusion();
        screen.Line(
            $"{screen.Bold(Path.GetFileName(reader.Folder))} on {screen.Bold(images.Name)}: "
                + $"{Format.Percent(evaluation.Tally.Accuracy)}, "
            + $"{Format.Count(evaluation.Tally.Correct)} of {Format.Count(evaluation.Tally.Total)} correct, loss "
            + $"{Format.Loss(evaluation.Tally.Loss)}");
        var table = new TextTable(screen, "class", " images", " right", " accuracy", "most often taken for");
        for (int c = 0; c < confusion.Length; c++)
        {
            long count = confusion[c].Sum();
            int[] wrong = [.. confusion[c].Select((n, i) => i == c ? 0 : n)];
            int other = Array.IndexOf(wrong, wrong.Max());
            table.Row(images.Classes[c], Format.Count(count), Format.Count(confusion[c][c]), count == 0 ? ""
                : Format.Percent((double)confusion[c][c] / count),
                wrong[other] == 0 ? "" : $"{images.Classes[other]}, {Format.Plural(wrong[other], "time")}");
        }
        table.Write();
    }

    static JsonObject Json(RunReader reader, DataSpec spec, bool train, Evaluation evaluation) => new()
    {
        ["run"] = reader.Folder,
        ["network"] = reader.Recipe.Network,
        ["data"] = spec.ToString(),
        ["part"] = train ? "train" : "test",
        ["correct"] = evaluation.Tally.Correct,
        ["total"] = evaluation.Tally.Total,
        ["accuracy"] = evaluation.Tally.Accuracy,
        ["loss"] = CanonicalJson.Number(evaluation.Tally.Loss),
        ["confusion"] = new JsonArray([.. evaluation.Predictions!.Confusion()
            .Select(row => new JsonArray([.. row.Select(n => JsonValue.Create(n))]))]),
        ["weights_sha256"] = reader.Certificate?.Result?.WeightsSha256,
    };
}
