using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris runs show</c></summary>
static class RunsShowCommand
{
    const int MostClasses = 20;

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("show", "Show a run: recipe, results, epochs, which class was taken for which.")
        {
            Examples = [("ceteris runs show 3f2a --pictures pictures", "and draw curves and confusion matrix")],
        };
        Argument<string> run = SharedOptions.Run();
        command.Arguments.Add(run);
        Option<string> store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<string> pictures = command.Add(CliCommand.RunGroup, new Option<string>("--pictures")
        {
            HelpName = "FOLDER",
            Description = "where to draw curves.svg, confusion.svg and misclassified.png",
        });
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        Option<bool> json = command.Add(
            CliCommand.RunGroup, SharedOptions.Json("an object as that of train, with recipe, epochs and confusion"));
        command.Execute = line =>
        {
            RunReader reader = SharedOptions.Open(line.GetValue(run), line.GetValue(store));
            Screen screen = terminal.People(line.GetValue(json));
            Write(screen, reader);
            if (line.GetValue(json))
                terminal.Out.Line(Format.Json(Json(reader)));
            if (line.GetValue(pictures) is { } folder)
                Draw(screen, reader, folder, SharedOptions.FoldersOf(line, dataFolder));
            return ExitCode.Ok;
        };
        return command;
    }

    static void Write(Screen screen, RunReader run)
    {
        screen.Line($"{screen.Bold(Format.Plain(run.Recipe.Network))} on {Format.Plain(run.Recipe["data"]!)}, seed "
            + $"{run.Recipe.Seed}: {run.Phase.ToString().ToLowerInvariant()}");
        Row("run", run.RunId);
        Row("folder", Format.Plain(Invocation.PathHere(run.Folder)));
        Row("train it again", $"{Invocation.Program} train {Format.Plain(RecipeOptions.CommandLine(run.Recipe))}");
        if (run.Certificate is { } certificate)
            Results(certificate, run.Summary!);
        Epochs(screen, run);
        Layers(screen, run.Certificate?.Layers ?? []);
        if (run.Certificate?.Result is { } result)
            Confusion(screen, run, result.Confusion);

        void Results(RunCertificate certificate, RunSummary summary)
        {
            if (summary.Reason is { } reason)
                Row(summary.State == RunState.Failed ? "failed" : "interrupted by", Format.Plain(reason));
            foreach ((string name, Tally? tally) in new[]
                { ("test", summary.Test), ("validation", summary.Validation), ("training", summary.Train) })
            {
                if (tally is not null)
                    Row($"{name} accuracy", RunWords.Of(tally));
            }
            Row("parameters", Format.Count(summary.Parameters));
            Row("trained", $"{Format.Duration(summary.TrainSeconds)} without evaluation, "
                + $"{Format.Plural(summary.Steps, "step")}, "
                + $"{Format.Plural(certificate.Environment.Interruptions, "interruption")}");
            Row("finished", Format.Plain(certificate.Environment.Finished));
            Row("numerics", $"version {certificate.NumericsVersion}");
            if (summary.WeightsSha256 is { } hash)
                Row("weights", Format.Hash(hash, screen) + (run.HasWeights ? "" : ", not kept"));
        }

        void Row(string name, string value) => screen.Line($"  {screen.Dim($"{name,-20}")}{value}");
    }

    static void Epochs(Screen screen, RunReader run)
    {
        IReadOnlyList<MetricRow> rows = run.Metrics();
        if (rows.Count == 0)
            return;
        screen.Line();
        bool isValidated = rows.Any(row => row.ValidationLoss is not null);
        string[] none = [];
        var table = new TextTable(screen,
        [
            " epoch", " rate", " training loss", " accuracy", .. isValidated ? [" validation loss", " accuracy"] : none,
            " test loss", " accuracy", " images/s",
        ]);
        foreach (MetricRow row in rows)
        {
            table.Row(
            [
                $"{row.Epoch}", Format.Number(row.LearningRate),
                .. Both(row.TrainLoss, row.TrainAccuracy),
                .. isValidated ? Both(row.ValidationLoss, row.ValidationAccuracy) : none,
                .. Both(row.TestLoss, row.TestAccuracy), Format.Count((long)row.ImagesPerSecond),
            ]);
        }
        table.Write();

        static string[] Both(double? loss, double? share) =>
            [loss is null ? "" : Format.Loss(loss.Value), share is null ? "" : Format.Percent(share.Value)];
    }

    static void Layers(Screen screen, IReadOnlyList<LayerRecord> layers)
    {
        if (layers.Count == 0)
            return;
        screen.Line();
        var table = new TextTable(screen, "layer", "what", " before training", " after");
        foreach (LayerRecord layer in layers)
        {
            bool isShare = layer.Quantity == LayerQuantity.Saturated;
            table.Row(layer.Layer, isShare ? "saturated" : "gradient norm",
                Value(layer.Start), Value(layer.End));

            string Value(double value) => isShare ? Format.Percent(value) : Format.Loss(value);
        }
        table.Write();
    }

    static void Confusion(Screen screen, RunReader run, int[][] matrix)
    {
        if (matrix.Length > MostClasses)
            return;
        IReadOnlyList<string> names = RunWords.ClassesOf(run.Recipe, matrix.Length);
        screen.Line();
        var table = new TextTable(screen, ["true class", .. names.Select(name => " " + name)]);
        for (int c = 0; c < matrix.Length; c++)
        {
            table.Row([names[c], .. matrix[c].Select((count, p) => count == 0 ? screen.Dim(".")
                : p == c ? screen.Dim(Format.Count(count)) : Format.Count(count))]);
        }
        table.Write();
    }

    static void Draw(Screen screen, RunReader run, string folder, DataFolders folders)
    {
        Predictions predictions = run.Predictions();
        (string Name, byte[] Bytes)[] pictures = Busy.While(screen, "drawing", notice =>
        {
            ImageSet test = DataSets.Find(run.Recipe.TestData).Load(folders, notice).Test;
            return RunPictures.Draw(
                run.Recipe, run.Certificate!.Result!.Test, run.Metrics(), predictions, test).ToArray();
        });
        StorageException.During("create the folder", folder, () => Directory.CreateDirectory(folder));
        screen.Line();
        foreach ((string name, byte[] bytes) in pictures)
        {
            string path = Path.Combine(folder, name);
            AtomicFile.Write(path, stream => stream.Write(bytes));
            screen.Line(screen.Bold(Invocation.PathHere(Path.GetFullPath(path))));
        }
    }

    static JsonObject Json(RunReader run)
    {
        JsonObject json = run.Summary?.ToJson() ?? [];
        json["run_id"] = run.RunId;
        json["run"] = run.Folder;
        json["state"] = run.Phase.ToString().ToLowerInvariant();
        json["recipe"] = run.Recipe.ToJson();
        json["epochs_recorded"] = new JsonArray([.. run.Metrics().Select(row => new JsonObject
        {
            ["epoch"] = row.Epoch,
            ["step"] = row.Step,
            ["lr"] = row.LearningRate,
            ["train_loss"] = CanonicalJson.Number(row.TrainLoss),
            ["train_accuracy"] = row.TrainAccuracy,
            ["test_loss"] = row.TestLoss is { } loss ? CanonicalJson.Number(loss) : null,
            ["test_accuracy"] = row.TestAccuracy,
        })]);
        json["layers"] = new JsonArray([.. (run.Certificate?.Layers ?? []).Select(layer => new JsonObject
        {
            ["layer"] = layer.Layer,
            ["quantity"] = layer.Quantity == LayerQuantity.Saturated ? "saturated" : "gradient_norm",
            ["start"] = CanonicalJson.Number(layer.Start),
            ["end"] = CanonicalJson.Number(layer.End),
        })]);
        json["confusion"] = run.Certificate?.Result is not { } result ? null : new JsonArray(
            [.. result.Confusion.Select(row => new JsonArray([.. row.Select(n => JsonValue.Create(n))]))]);
        return json;
    }
}
