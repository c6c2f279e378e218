using Ceteris.Studies;

using Spectre.Console;

namespace Ceteris.Cli;

/// <summary>What is shown at the end of a run.</summary>
static class RunReport
{
    static readonly (string File, string About)[] files =
    [
        ("curves.svg", "loss and accuracy by epoch; open it in a browser"),
        ("confusion.svg", "which class was taken for which"),
        ("misclassified.png", "the test images it got wrong"),
        ("metrics.csv", "a row for each epoch"),
        ("predictions.bin", "class and probability of every test image"),
        ("weights.safetensors", "the weights, with PyTorch's names"),
        ("run.json", "the certificate: recipe, data, hashes, results"),
    ];

    public static void Write(Screen screen, RunSummary run, string resume)
    {
        switch (run.State)
        {
            case RunState.Completed:
                Completed(screen, run);
                break;
            case RunState.Failed:
                Failed(screen, run);
                break;
            default:
                screen.Line();
                screen.Line($"{screen.Warn("interrupted")} by {run.Reason} after step {Format.Count(run.Steps)}; saved. Go on with");
                screen.Line($"  {screen.Accent(resume)}");
                break;
        }
    }

    static void Completed(Screen screen, RunSummary run)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { NoWrap = true, Padding = new(2, 3) });
        table.AddColumn(new TableColumn("") { NoWrap = true });
        table.AddColumn("");
        void Row(string name, string value, string more = "") => table.AddRow(
            new Text(name, new Style(decoration: Decoration.Dim)), new Text(value), new Text(more, new Style(decoration: Decoration.Dim)));
        void Tally(string name, Tally? tally)
        {
            if (tally is not null)
                Row($"{name} accuracy", Format.Percent(tally.Accuracy), $"{Format.Count(tally.Correct)} of {Format.Count(tally.Total)}, loss {Format.Loss(tally.Loss)}");
        }

        screen.Line();
        string again = run.Repeated ? " had ended already: the same recipe gives the same bits" : "";
        screen.Line($"{screen.Good(screen.Pick("✓ ", ""))}{screen.Bold(run.Recipe.Network)} on {screen.Bold(run.Recipe["data"]!)}, seed {run.Recipe.Seed}{again}");
        Tally("test", run.Test);
        Tally("validation", run.Validation);
        Tally("training", run.Train);
        Row("parameters", Format.Count(run.Parameters));
        Row("trained", Format.Duration(run.TrainSeconds), $"{Format.Plural(run.Epochs, "epoch")}, {Format.Plural(run.Steps, "step")}, {Format.Count((long)run.ImagesPerSecond)} images/s");
        if (run.WeightsSha256 is { } hash)
            Row("weights", Format.Hash(hash, screen), "the same on any machine");
        screen.Write(table);
        Files(screen, run.Run);
    }

    static void Files(Screen screen, string folder)
    {
        string here = Invocation.PathHere(folder), quoted = Invocation.Quoted(here);
        screen.Line();
        screen.Line(screen.Bold(here));
        foreach ((string file, string about) in files.Where(f => File.Exists(Path.Combine(folder, f.File))))
            screen.Line($"  {file,-20}  {screen.Dim(about)}");
        screen.Line();
        screen.Line($"  {screen.Dim("verify it ")}  {Invocation.Program} verify {quoted}");
        screen.Line($"  {screen.Dim("ask it    ")}  {Invocation.Program} predict {quoted} PICTURE.png");
    }

    static void Failed(Screen screen, RunSummary run)
    {
        screen.Line();
        screen.Line($"{screen.Bad("failed")} {run.Reason}");
        screen.Line();
        screen.Line($"A smaller learning rate (--lr, {run.Recipe["lr"]} here) or clipped gradients (--clip-norm 1) often help.");
        screen.Line($"The same again: {screen.Accent($"{Invocation.Program} train {RecipeOptions.CommandLine(run.Recipe)} --force")}");
    }
}
