using System.Globalization;

using Ceteris.Data;
using Ceteris.Networks;

using static Ceteris.Studies.Condition;
using static Ceteris.Studies.RecipeType;

namespace Ceteris.Studies;

/// <summary>
/// The keys of recipes. A key stands after those that its default or its condition looks at. The options of the networks are taken from
/// the <see cref="Zoo"/>, as <c>network.OPTION</c>.
/// </summary>
public static class RecipeKeys
{
    const int Many = 1_000_000_000;

    public static IReadOnlyList<RecipeKey> All { get; } =
    [
        new("network", Choice([.. Zoo.Networks.Select(n => n.Name)]), "the architecture", _ => "base"),
        .. Zoo.Networks.SelectMany(n => n.Options).GroupBy(o => o.Name, StringComparer.Ordinal).Select(NetworkKey),

        new("init", Text("an initialiser", Initialiser), "initial weights: default (PyTorch's), normal(MEAN,STD), uniform(LOW,HIGH), "
            + "xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, constant(X)", _ => "default") { Option = "init" },
        new("init.bias", Text("an initialiser", Initialiser), "initial biases; 0 if init is given",
            r => r["init"] == "default" ? "default" : Init.Zeros.ToString()),

        new("data", Text("a data set, with a range if not all of it", text => DataSpec.Parse(text).ToString()),
            "training images: NAME, NAME:N (the first N), NAME:A..B, NAME:N@SEED (N at random)", _ => "digits:10000") { Option = "data" },
        new("test-data", Text("the name of a data set", TestName), "the data set whose test images are used, all of them",
            r => r.Data.Name) { Option = "test-data" },
        new("validation", Text("none, a number or a percentage", text => text == "none" ? text : ValidationSplit.Parse(text).ToString()),
            "training images put aside: N, P%, N@SEED (at random), none", _ => "none") { Option = "validation" },
        new("preprocess", Text("a preprocessing", text => Preprocessing.Parse(text).ToString()),
            "pixels to numbers: scale (/255), center ((x-127.5)/255), standardize[=MEAN/STD], standardize=train",
            _ => Preprocessing.Standardize.ToString()) { Option = "preprocess" },

        new("batch", WholeOr("full", Many), "images in a batch, or full for all of them", _ => "64") { Option = "batch" },
        new("epochs", Whole(1, Many), "passes over the training images", _ => "20") { Option = "epochs" },
        new("report-every", Whole(1, Many), "epochs between two evaluations, rows of metrics and records; the last always has one", _ => "1")
            { Option = "report-every" },

        new("optimizer", Choice("sgd", "adam", "adamw", "rmsprop", "adagrad"), "how gradients become steps", _ => "sgd")
            { Option = "optimizer" },
        new("lr", Number(0, double.PositiveInfinity), "learning rate",
            r => r["optimizer"] is "adam" or "adamw" ? "0.001" : "0.01") { Option = "lr" },
        new("optimizer.momentum", Number(0, 1, openHigh: true), "share of the last step that is kept",
            r => r["optimizer"] is "sgd" ? "0.5" : "0") { Option = "momentum", When = Is("optimizer", "sgd", "rmsprop") },
        new("optimizer.nesterov", Flag, "momentum looks ahead", _ => "false") { When = Is("optimizer", "sgd") },
        new("optimizer.beta1", Number(0, 1, openHigh: true), "decay of the mean of gradients", _ => "0.9")
            { When = Is("optimizer", "adam", "adamw") },
        new("optimizer.beta2", Number(0, 1, openHigh: true), "decay of the mean of squared gradients", _ => "0.999")
            { When = Is("optimizer", "adam", "adamw") },
        new("optimizer.alpha", Number(0, 1, openHigh: true), "decay of the mean of squared gradients", _ => "0.99")
            { When = Is("optimizer", "rmsprop") },
        new("optimizer.centered", Flag, "gradients are divided by their deviation, not their magnitude", _ => "false")
            { When = Is("optimizer", "rmsprop") },
        new("optimizer.eps", Number(0, 1, openLow: true), "added to the denominator", r => r["optimizer"] is "adagrad" ? "1E-10" : "1E-08")
            { When = Is("optimizer", "adam", "adamw", "rmsprop", "adagrad") },
        new("optimizer.weight-decay", Number(0, double.PositiveInfinity), "pull of the weights towards 0",
            r => r["optimizer"] is "adamw" ? "0.01" : "0") { Option = "weight-decay" },
        new("clip-norm", Number(0, double.PositiveInfinity), "largest norm of all gradients together; 0 for no limit", _ => "0")
            { Option = "clip-norm" },
        new("clip-value", Number(0, double.PositiveInfinity), "largest magnitude of a gradient; 0 for no limit", _ => "0")
            { Option = "clip-value" },
        new("schedule", Text("a schedule", Calls), "course of the learning rate: constant, step(EPOCHS,FACTOR), multi_step(FACTOR,EPOCH,…), "
            + "exponential(FACTOR), cosine, one_cycle, linear(FROM,TO,EPOCHS), warmup(EPOCHS)+ANY", _ => "constant") { Option = "schedule" },

        new("loss", Choice("cross_entropy", "mse", "nll"), "what is minimised (nll: for networks that end in log-softmax)", _ => "cross_entropy")
            { Option = "loss" },
        new("loss.label-smoothing", Number(0, 1), "share of the target spread over all classes", _ => "0")
            { Option = "label-smoothing", When = Is("loss", "cross_entropy") },

        new("seed", Whole(0, ulong.MaxValue), "what every random draw follows from", _ => "0") { Option = "seed" },
    ];

    static readonly Dictionary<string, RecipeKey> byName = All.ToDictionary(key => key.Name, StringComparer.Ordinal);

    /// <exception cref="RecipeException">There is none of this name.</exception>
    public static RecipeKey Find(string name) => byName.TryGetValue(name, out RecipeKey? key) ? key
        : throw new RecipeException(name, $"unknown key{Nearest.Hint(name, byName.Keys)}");

    /// <summary>One key for the options of one name; which of them is meant, and its default, the network decides.</summary>
    static RecipeKey NetworkKey(IGrouping<string, NetworkOption> options)
    {
        NetworkOption first = options.First();
        var type = new RecipeType(first.Expected, System.Text.Json.JsonValueKind.Undefined,
            text => options.Any(option => option.Accepts(text)) ? Shortest(text) : null);
        string[] networks = [.. Zoo.Networks.Where(n => n.Options.Any(o => o.Name == options.Key)).Select(n => n.Name)];
        return new($"network.{options.Key}", type, first.About,
            r => Shortest(Zoo.Find(r.Network).Options.First(o => o.Name == options.Key).Default))
        {
            Option = options.Key,
            When = Is("network", networks),
        };
    }

    /// <summary>Numbers, joined by commas, as short as they can be read back; other texts as they are.</summary>
    static string Shortest(string text) => string.Join(',', text.Split(',').Select(part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number.ToString("R", CultureInfo.InvariantCulture) : part));

    static string Initialiser(string text) => text == "default" ? text : Init.Parse(text).ToString();

    static string Calls(string text)
    {
        Schedule.Parse(text);
        return string.Join('+', text.Split('+').Select(Call.Parse).Select(call => Call.Text(call.Name, [.. call.Numbers])));
    }

    static string TestName(string text) => DataSpec.Parse(text) is { Subset: null } data ? data.Name
        : throw new DataException($"expected the name of a data set without a range, got '{text}'");
}
