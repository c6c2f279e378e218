using System.CommandLine;
using System.Text.Json.Nodes;

using Ceteris.Statistics;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris runs compare</c></summary>
static class RunsCompareCommand
{
    const int MostImages = 20;

    /// <summary>Two completed runs on the same test images, and the images that only one of them gets right.</summary>
    sealed record Pair(RunReader A, RunReader B, Predictions PredictionsA, Predictions PredictionsB)
    {
        public bool IsSameTest { get; } = PredictionsA.Classes == PredictionsB.Classes
            && PredictionsA.Labels.Span.SequenceEqual(PredictionsB.Labels.Span)
            && A.Certificate!.Data.DecodedSha256 == B.Certificate!.Data.DecodedSha256;

        public int[] OnlyA => Only(PredictionsA, PredictionsB);

        public int[] OnlyB => Only(PredictionsB, PredictionsA);

        static int[] Only(Predictions right, Predictions wrong) =>
            [.. Enumerable.Range(0, right.Count).Where(i => IsRight(right, i) && !IsRight(wrong, i))];

        static bool IsRight(Predictions predictions, int i) =>
            predictions.Labels.Span[i] == predictions.Predicted.Span[i];
    }

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("compare", "Compare two runs: recipes, results, and image by image.")
        {
            Details = "The test is McNemar's (mid-p): it speaks of these two networks, not of the two ways of "
                + "training, of which one run each says next to nothing; another seed is another network.",
            Examples = [("ceteris runs compare 3f2a 77b0", "two runs of the store")],
        };
        var runs = new Argument<string[]>("RUN")
        {
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "RUN",
            Description = "two runs, each a run folder, its name below runs, or the beginning of its id in the store",
        };
        command.Arguments.Add(runs);
        Option<string> store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        Option<bool> json = command.Add(
            CliCommand.RunGroup, SharedOptions.Json("an object with all images that only one run gets right"));
        command.Execute = line =>
        {
            string[] names = line.GetValue(runs) ?? [];
            if (names.Length != 2)
                throw new UsageException($"expected two runs, got {names.Length}");
            RunReader[] both = [.. names.Select(name => SharedOptions.Open(name, line.GetValue(store)))];
            var pair = new Pair(both[0], both[1], both[0].Predictions(), both[1].Predictions());
            Write(terminal.People(line.GetValue(json)), pair);
            if (line.GetValue(json))
                terminal.Out.Line(Format.Json(Json(pair)));
            return ExitCode.Ok;
        };
        return command;
    }

    static void Write(Screen screen, Pair pair)
    {
        foreach ((string name, RunReader run) in new[] { ("A", pair.A), ("B", pair.B) })
            screen.Line($"{screen.Bold(name)}  {run.RunId[..16]}  "
                + screen.Dim(Format.Plain(Invocation.PathHere(run.Folder))));
        screen.Line();
        Recipes(screen, pair);
        screen.Line();
        Results(screen, pair.A.Summary!, pair.B.Summary!);
        screen.Line();
        if (pair.IsSameTest)
            Images(screen, pair);
        else
            screen.Line("Image by image they cannot be compared: they were tested on different images.");
    }

    static void Recipes(Screen screen, Pair pair)
    {
        (string Key, string? A, string? B)[] differences = [.. Differences(pair)];
        if (differences.Length == 0)
        {
            screen.Line("The recipes are the same.");
            return;
        }
        var table = new TextTable(screen, "recipe", "A", "B");
        foreach ((string key, string? a, string? b) in differences)
            table.Row(key, Cell(a), Cell(b));
        table.Write();

        static string Cell(string? value) => value is null ? "" : Format.Plain(value);
    }

    static void Results(Screen screen, RunSummary a, RunSummary b)
    {
        var table = new TextTable(screen, "result", " A", " B");
        Tallies("test", a.Test, b.Test);
        Tallies("validation", a.Validation, b.Validation);
        Tallies("training", a.Train, b.Train);
        table.Row("parameters", Format.Count(a.Parameters), Format.Count(b.Parameters));
        table.Row("trained", Format.Duration(a.TrainSeconds), Format.Duration(b.TrainSeconds));
        table.Write();

        void Tallies(string name, Tally? x, Tally? y)
        {
            if ((x ?? y) is null)
                return;
            table.Row($"{name} accuracy", x is null ? "" : Format.Percent(x.Accuracy),
                y is null ? "" : Format.Percent(y.Accuracy));
            table.Row($"{name} loss", x is null ? "" : Format.Loss(x.Loss), y is null ? "" : Format.Loss(y.Loss));
        }
    }

    static void Images(Screen screen, Pair pair)
    {
        (int[] onlyA, int[] onlyB) = (pair.OnlyA, pair.OnlyB);
        var test = McNemar.Of(onlyA.Length, onlyB.Length);
        screen.Line($"Of {Format.Count(pair.PredictionsA.Count)} test images only A gets "
            + $"{Format.Count(onlyA.Length)} right, only B {Format.Count(onlyB.Length)}: "
            + $"McNemar's mid-{InWords.P(test.MidP)}.");
        screen.Paragraph(screen.Dim($"It is about {McNemar.Caption}; about the two ways of training one seed says next "
            + "to nothing."));
        IReadOnlyList<string> names = RunWords.ClassesOf(pair.A.Recipe, pair.PredictionsA.Classes);
        List("A", onlyA, pair.PredictionsB);
        List("B", onlyB, pair.PredictionsA);

        void List(string winner, int[] images, Predictions other)
        {
            if (images.Length == 0)
                return;
            string taken = screen.Pick("→", ">");
            string words = string.Join(", ", images.Take(MostImages).Select(i =>
                $"{i} ({names[other.Labels.Span[i]]}{taken}{names[other.Predicted.Span[i]]})"));
            screen.Paragraph($"Only {winner} is right about {words}{(images.Length > MostImages ? ", …" : "")}");
        }
    }

    static IEnumerable<(string Key, string? A, string? B)> Differences(Pair pair) => RecipeKeys.All
        .Select(key => (key.Name, pair.A.Recipe[key.Name], pair.B.Recipe[key.Name]))
        .Where(key => key.Item2 != key.Item3);

    static JsonObject Json(Pair pair)
    {
        (int[] onlyA, int[] onlyB) = (pair.OnlyA, pair.OnlyB);
        var differences = new JsonObject();
        foreach ((string key, string? a, string? b) in Differences(pair))
            differences[key] = new JsonArray(a, b);
        return new()
        {
            ["a"] = pair.A.Summary!.ToJson(),
            ["b"] = pair.B.Summary!.ToJson(),
            ["recipe_differences"] = differences,
            ["same_test_images"] = pair.IsSameTest,
            ["only_a_right"] = pair.IsSameTest ? Array(onlyA) : null,
            ["only_b_right"] = pair.IsSameTest ? Array(onlyB) : null,
            ["mcnemar_mid_p"] = pair.IsSameTest ? McNemar.Of(onlyA.Length, onlyB.Length).MidP : null,
            ["about"] = McNemar.Caption,
        };

        static JsonArray Array(int[] images) => new([.. images.Select(i => JsonValue.Create(i))]);
    }
}
