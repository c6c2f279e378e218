using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>What is shown at the end of a run.</summary>
static class RunReport
{
    static readonly (string File, string About)[] files =
    [
        ("curves.svg", "loss and accuracy by epoch; open it in a browser"),
        ("confusion.svg", "which class was taken for which"),
        ("misclassified.png", "test images it got wrong, the surest first"),
        ("metrics.csv", "a row for each epoch"),
        ("predictions.bin", "class and probability of every test image"),
        ("weights.safetensors", "the weights, with PyTorch's names"),
        ("run.json", "the certificate: recipe, data, hashes, results"),
    ];

    const string Recorded = "  it had ended already: nothing was trained now, for the same again gives the same bits";

    /// <param name="screen">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="data">The folder of its training images, if they are in one.</param>
    /// <param name="resume">The command that goes on with it.</param>
    /// <param name="again">The command that trains the same once more.</param>
    public static void Write(Screen screen, RunSummary run, string? data, string resume, string again)
    {
        switch (run.State)
        {
            case RunState.Completed:
                Completed(screen, run, data);
                break;
            case RunState.Failed:
                Failed(screen, run, again);
                break;
            default:
                screen.Line();
                screen.Line(
                    $"{screen.Warn("interrupted")} by {run.Reason} after step {Format.Count(run.Steps)}; saved. Go on "
                        + $"with");
                screen.Line($"  {screen.Accent(resume)}");
                break;
        }
    }

    static void Completed(Screen screen, RunSummary run, string? data)
    {
        string what = $"{screen.Bold(run.Recipe.Network)} on {screen.Bold(run.Recipe["data"]!)}, seed "
            + $"{run.Recipe.Seed}";
        screen.Line();
        screen.Line($"{screen.Good(screen.Pick("✓ ", ""))}{what}");
        if (run.Repeated)
            screen.Line(Recorded);
        if (data is not null)
            Row(screen, "images from", Invocation.PathHere(data));
        Accuracy(screen, "test", run.Test);
        Accuracy(screen, "validation", run.Validation);
        Accuracy(screen, "training", run.Train, ", mean over the last epoch");
        Row(screen, "parameters", Format.Count(run.Parameters));
        Row(screen, "trained", Format.Duration(run.TrainSeconds),
            $"without evaluation, {Format.Plural(run.Epochs, "epoch")}, {Format.Plural(run.Steps, "step")}, "
                + $"{Format.Count((long)run.ImagesPerSecond)} images/s");
        if (run.WeightsSha256 is { } hash)
            Row(screen, "weights", Format.Hash(hash, screen), "the same on any x64 processor");
        Files(screen, run.Run);
    }

    static void Accuracy(Screen screen, string name, Tally? tally, string more = "")
    {
        if (tally is not null)
        {
            Row(screen, $"{name} accuracy", Format.Percent(tally.Accuracy),
                $"{Format.Count(tally.Correct)} of {Format.Count(tally.Total)}, loss {Format.Loss(tally.Loss)}{more}");
        }
    }

    static void Row(Screen screen, string name, string value, string more = "") =>
        screen.Line($"  {screen.Dim($"{name,-20}")}{value}{(more.Length == 0 ? "" : screen.Dim($"  {more}"))}");

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

    static void Failed(Screen screen, RunSummary run, string again)
    {
        string[] parts = (run.Reason ?? "").Split("; from ", 2);
        int place = parts[0].IndexOf("): ", StringComparison.Ordinal) + 1;
        screen.Line();
        screen.Line(screen.Bad($"failed{(place > 0 ? " at " : "")}{parts[0][..place]}"));
        if (run.Repeated)
            screen.Line(Recorded);
        screen.Paragraph(parts[0][place..].TrimStart(':', ' '), 2);
        if (parts.Length > 1)
            screen.Paragraph($"from {parts[1]}", 2);
        screen.Line();
        screen.Paragraph(
            $"A smaller learning rate (--lr, {run.Recipe["lr"]} here) or clipped gradients (--clip-norm 1) often "
                + $"help. The same again:");
        screen.Line($"  {screen.Accent(again)}");
    }
}
