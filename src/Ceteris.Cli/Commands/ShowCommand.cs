using System.CommandLine;
using System.Globalization;

using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris show</c></summary>
sealed class ShowCommand
{
    const int MostImages = 1_000_000, Classes = 10, MostSide = 4096, ProfiledRuns = 50;

    readonly Terminal terminal;
    readonly RecipeOptions recipeOptions;
    readonly Option<string> input =
        new("--input") { HelpName = "CxHxW", Description = "shape of an image [the one the network is made for]" };
    readonly Option<string> threads = SharedOptions.Threads();
    readonly Option<string> batch =
        new("--batch") { HelpName = "N", Description = "images in a batch of the plan [64]" };
    readonly Option<bool> plan = new("--plan")
    {
        Description = "the compiled training step: what runs in which order, what was fused, how much memory it takes",
    };

    readonly Option<bool> profile = new("--profile") { Description = "the plan with the measured time of each step" };

    ShowCommand(Terminal terminal, CliCommand command)
    {
        this.terminal = terminal;
        string[] shown = ["optimizer", "loss"];
        recipeOptions =
            new(command, key => key.Name.StartsWith("network.", StringComparison.Ordinal) || shown.Contains(key.Name));
        command.Add(CliCommand.RunGroup, input);
        command.Add(CliCommand.RunGroup, batch);
        command.Add(CliCommand.RunGroup, plan);
        command.Add(CliCommand.RunGroup, profile);
        command.Add(CliCommand.RunGroup, threads);
    }

    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("show", "Show what a network is made of: shapes, parameters, multiply-adds.")
        {
            Examples =
            [
                ("ceteris show base", "layers of the first article's network"),
                ("ceteris show resnet18 --stem d2l --input 1x224x224", "output shapes for another image"),
                ("ceteris show sk --width 0.5 --plan", "the training step as it is compiled"),
            ],
        };
        var show = new ShowCommand(terminal, command);
        command.Execute = show.Run;
        return command;
    }

    int Run(ParseResult line)
    {
        IReadOnlyList<(string Key, string Value)> given = recipeOptions.Given(line);
        if (!given.Any(setting => setting.Key == "network"))
        {
            List();
            return ExitCode.Ok;
        }
        Recipe recipe = RecipeOptions.Read(() => Recipe.Of(given));
        Shape image = line.GetValue(input) is { } text ? ParseImage(text) : Zoo.Find(recipe.Network).ImageShape;
        Layer network = RecipeClassifier.Network(recipe, Classes);
        int images = BatchOf(line, recipe);
        if (line.GetValue(plan) || line.GetValue(profile))
            Plan(recipe, network, image, images, SharedOptions.ThreadsOf(line, threads), line.GetValue(profile));
        else
            Describe(recipe, network, image);
        return ExitCode.Ok;
    }

    void List()
    {
        var table = new TextTable(terminal.Out, "network", "image", "what it is");
        foreach (NetworkEntry network in Zoo.Networks)
            table.Row(network.Name, string.Join('x', network.ImageShape), network.About);
        table.Write();
    }

    void Describe(Recipe recipe, Layer network, Shape image)
    {
        Description description = Description.Of(network, image);
        terminal.Out.Line($"{terminal.Out.Bold(recipe.Network)} for an image {image}");
        var table = new TextTable(terminal.Out, "layer", "what", "output", " parameters", " multiply-adds");
        foreach (LayerRow row in description.Rows)
            table.Row(row.Path, row.Layer, row.Output.ToString(), CountOrNothing(row.Parameters),
                CountOrNothing(row.MultiplyAdds));
        table.Row();
        table.Row("total", "", "", Format.Count(description.Parameters), Format.Count(description.MultiplyAdds));
        table.Write();
    }

    int BatchOf(ParseResult line, Recipe recipe) => line.GetValue(batch) is { } text
        ? SharedOptions.WholeNumber(batch.Name, text, 1, MostImages)
        : recipe.Batch
            ?? throw new UsageException("--set batch: expected a number of images, got 'full': a plan has no data set");

    void Plan(Recipe recipe, Layer network, Shape image, int batch, int threads, bool profile)
    {
        Classifier classifier = RecipeClassifier.Of(recipe, network, image, Classes);
        using var variables = new VariableStore();
        using var pool = new WorkerPool(threads);
        TracedComputation traced = classifier.Training(batch);
        traced.Trace.Initialise(variables, recipe.Seed);
        using var program = Program.Compile(traced.Computation, variables, pool);
        Screen screen = terminal.Out;
        screen.Line(
            $"{screen.Bold(recipe.Network)}: one training step on {batch} images {image}, "
                + $"{Format.Plural(threads, "thread")}");
        if (profile)
            Profile(program, batch, image);
        else
            screen.Line(program.Plan.ToString().TrimEnd());
    }

    /// <summary>Times of a step on noise; the rate is 0, so the weights stay.</summary>
    void Profile(Program program, int batch, Shape image)
    {
        var random = new RandomStream(StreamKey.For(0, "profile"));
        float[] images = new float[batch * image.Elements], labels = new float[batch];
        for (int i = 0; i < images.Length; i++)
            images[i] = random.NextSingle(-1, 1);
        for (int i = 0; i < batch; i++)
            labels[i] = i % Classes;
        program.Feed(Classifier.Images, images);
        program.Feed(Classifier.Labels, labels);
        program.Feed(Classifier.Rate, [0f]);
        for (int i = 0; i < ProfiledRuns; i++)
            program.Run();
        IReadOnlyList<(string Step, double MedianUs)> times = program.Profile(ProfiledRuns);
        double total = times.Sum(t => t.MedianUs);
        var table = new TextTable(terminal.Out, " microseconds", " share", "step");
        foreach ((string step, double us) in times)
            table.Row(us.ToString("0.0", CultureInfo.InvariantCulture), Format.Percent(us / total), step);
        table.Write();
        terminal.Out.Line(
            $"{total.ToString("0", CultureInfo.InvariantCulture)} microseconds a step, "
                + $"{Format.Count((long)(batch / total * 1e6))} images/s "
            + $"(medians of {ProfiledRuns} runs)");
    }

    static string CountOrNothing(long count) => count == 0 ? "" : Format.Count(count);

    static Shape ParseImage(string text)
    {
        string[] parts = text.Split('x');
        int[] extents = [.. parts.Select(part => int.TryParse(
            part, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= MostSide ? n : 0)];
        return extents.Length == 3 && !extents.Contains(0) ? Shape.Of(extents)
            : throw new UsageException(
                $"--input: expected channels, height and width as in 3x32x32, each from 1 to {MostSide}, got '{text}'");
    }
}
