using System.Globalization;

using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;

using static Ceteris.Studies.Condition;
using static Ceteris.Studies.RecipeType;

namespace Ceteris.Studies;

/// <summary>
/// The keys of recipes. A key stands after those that its default or its condition looks at. The options of the
/// networks are taken from the <see cref="Zoo"/>, as <c>network.OPTION</c>.
/// </summary>
public static class RecipeKeys
{
    const int Many = 1_000_000_000;

    public static IReadOnlyList<RecipeKey> All { get; } =
    [
        new("network", Choice([.. Zoo.Networks.Select(n => n.Name)]), _ => "base",
            "the architecture") { Synonyms = ["model", "arch", "architecture", "net"] },
        .. Zoo.Networks.SelectMany(n => n.Options).GroupBy(o => o.Name, StringComparer.Ordinal).Select(NetworkKey),

        new("init", Text("an initialiser", Initialiser), _ => "default",
            "initial weights: default (PyTorch's), normal(MEAN,STD), uniform(LOW,HIGH), xavier_uniform, xavier_normal, "
            + "kaiming_uniform, kaiming_normal, constant(X)")
            { Option = "init", Synonyms = ["initializer", "initialiser", "weight-init"] },
        new("init.bias", Text("an initialiser", Initialiser),
            r => r["init"] == "default" ? "default" : Init.Zeros.ToString(),
            "initial biases; 0 if init is given"),

        new("data", Text("a data set, with a range if not all of it", DataText), _ => "digits:10000",
            "training images: NAME, NAME:N (the first N), NAME:A..B, NAME:N@SEED (N at random)")
            { Option = "data", Synonyms = ["dataset", "train-data", "train-images"] },
        new("test-data", Text("the name of a data set", TestName), r => r.Data.Name,
            "the data set whose test images are used, all of them") { Option = "test-data" },
        new("validation", Text("none, a number or a percentage", Split) with { Words = ["none"] }, _ => "none",
            "training images put aside: N, P%, N@SEED (at random), none")
            { Option = "validation", Synonyms = ["val", "validation-split", "val-split"] },
        new("preprocess", Text("a preprocessing", Pixels) with { Words = ["scale", "center", "standardize"] },
            _ => Preprocessing.Standardize.ToString(),
            "pixels to numbers: scale (/255), center ((x-127.5)/255), standardize[=MEAN/STD], standardize=train")
            { Option = "preprocess", Synonyms = ["normalize", "normalise", "normalization", "transform"] },
        new("permute", Text("none or a seed", Permutation) with { Words = ["none"] }, _ => "none",
            "one permutation of the pixels of every image, drawn from a seed; none") { Option = "permute" },

        new("batch", WholeOr("full", Many), _ => "64",
            "images in a batch, or full for all of them")
            { Option = "batch", Synonyms = ["batch-size", "minibatch", "bs"] },
        new("epochs", Whole(1, Many), _ => "20",
            "passes over the training images")
            { Option = "epochs", Synonyms = ["num-epochs", "max-epochs", "n-epochs", "iterations"] },
        new("report-every", Whole(1, Many), _ => "1",
            "epochs between two evaluations, rows of metrics and records; the last always has one")
            { Option = "report-every", Synonyms = ["eval-every", "log-interval", "test-every"] },

        new("optimizer", Choice("sgd", "adam", "adamw", "rmsprop", "adagrad") with
            { Synonyms = [("momentum", "sgd"), ("nesterov", "sgd"), ("gradient-descent", "sgd"), ("gd", "sgd")] },
            _ => "sgd", "how gradients become steps")
            { Option = "optimizer", Synonyms = ["optim", "solver", "algorithm"] },
        new("lr", NotNegative, r => r["optimizer"] is "adam" or "adamw" ? "0.001" : "0.01",
            "learning rate")
            {
                Option = "lr",
                Synonyms = ["learning-rate", "step-size", "eta", "optimizer.lr", "optimizer.learning-rate"],
            },
        new("optimizer.momentum", Share, r => r["optimizer"] is "sgd" ? "0.5" : "0",
            "share of the last step that is kept") { Option = "momentum", When = Is("optimizer", "sgd", "rmsprop") },
        new("optimizer.nesterov", Flag, _ => "false",
            "momentum looks ahead") { When = Is("optimizer", "sgd") },
        new("optimizer.beta1", Share, _ => "0.9",
            "decay of the mean of gradients") { When = Is("optimizer", "adam", "adamw") },
        new("optimizer.beta2", Share, _ => "0.999",
            "decay of the mean of squared gradients") { When = Is("optimizer", "adam", "adamw") },
        new("optimizer.alpha", Share, _ => "0.99",
            "decay of the mean of squared gradients") { When = Is("optimizer", "rmsprop") },
        new("optimizer.centered", Flag, _ => "false",
            "gradients are divided by their deviation, not their magnitude") { When = Is("optimizer", "rmsprop") },
        new("optimizer.eps", Number(0, 1, openLow: true), r => r["optimizer"] is "adagrad" ? "1E-10" : "1E-08",
            "added to the denominator")
            { Synonyms = ["epsilon"], When = Is("optimizer", "adam", "adamw", "rmsprop", "adagrad") },
        new("optimizer.weight-decay", NotNegative, r => r["optimizer"] is "adamw" ? "0.01" : "0",
            "pull of the weights towards 0")
            { Option = "weight-decay", Synonyms = ["wd", "l2", "regularization"] },
        new("clip-norm", NotNegative, _ => "0",
            "largest norm of all gradients together; 0 for no limit")
            { Option = "clip-norm", Synonyms = ["grad-clip", "gradient-clip", "max-grad-norm", "max-norm"] },
        new("clip-value", NotNegative, _ => "0",
            "largest magnitude of a gradient; 0 for no limit") { Option = "clip-value" },
        new("schedule", Text("a schedule", text => Schedule.Parse(text).ToString()), _ => "constant",
            $"course of the learning rate: {Schedule.Forms}")
            { Option = "schedule", Synonyms = ["scheduler", "lr-schedule", "lr-scheduler"] },

        new("loss", Choice("cross_entropy", "mse", "nll") with
            { Synonyms = [("ce", "cross_entropy"), ("softmax", "cross_entropy"), ("mean-squared-error", "mse")] },
            _ => "cross_entropy", "what is minimised (nll: for networks that end in log-softmax)")
            { Option = "loss", Synonyms = ["criterion", "objective", "cost"] },
        new("loss.label-smoothing", Share, _ => "0",
            "share of the target spread over all classes")
            { Option = "label-smoothing", When = Is("loss", "cross_entropy") },

        new("seed", Whole(0, ulong.MaxValue), _ => "0",
            "what every random draw follows from")
            { Option = "seed", Synonyms = ["random-seed", "manual-seed", "random-state"] },
    ];

    static readonly Dictionary<string, RecipeKey> byName = All.ToDictionary(key => key.Name, StringComparer.Ordinal);

    /// <summary>The names of all keys.</summary>
    public static IReadOnlyCollection<string> Names => byName.Keys;

    /// <summary>The names of all keys and what other programs call them, each with the name that it means.</summary>
    public static IEnumerable<(string Said, string Meant)> Words =>
    [
        .. All.Select(key => (key.Name, key.Name)),
        .. All.SelectMany(key => key.Synonyms.Select(word => (word, key.Name))),
    ];

    static RecipeType NotNegative => Number(0, double.PositiveInfinity);

    static RecipeType Share => Number(0, 1, openHigh: true);

    /// <exception cref="RecipeException">There is none of this name.</exception>
    public static RecipeKey Find(string name) => byName.TryGetValue(name, out RecipeKey? key) ? key
        : throw new RecipeException(name, $"unknown key{Nearest.Hint(name, Words)}");

    /// <summary>
    /// One key for the options of one name; which of them is meant, and its default, the network decides.
    /// </summary>
    static RecipeKey NetworkKey(IGrouping<string, NetworkOption> options)
    {
        NetworkOption first = options.First();
        var type = new RecipeType(first.Expected, System.Text.Json.JsonValueKind.Undefined,
            text => options.Any(option => option.Accepts(text)) ? Shortest(text) : null);
        string[] networks = [.. Zoo.Networks.Where(n => n.Options.Any(o => o.Name == options.Key)).Select(n => n.Name)];
        return new($"network.{options.Key}", type, Default, first.About)
        {
            Option = options.Key,
            When = Is("network", networks),
        };

        string Default(Recipe recipe) =>
            Shortest(Zoo.Find(recipe.Network).Options.First(option => option.Name == options.Key).Default);
    }

    /// <summary>Numbers, joined by commas, as short as they can be read back; other texts as they are.</summary>
    static string Shortest(string text) => string.Join(',', text.Split(',').Select(part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number.ToString("R", CultureInfo.InvariantCulture) : part));

    static string DataText(string text) => DataSpec.Parse(text).ToString();

    static string Split(string text) => text == "none" ? text : ValidationSplit.Parse(text).ToString();

    static string Pixels(string text) => Preprocessing.Parse(text).ToString();

    static string Permutation(string text) => text == "none" ? text
        : Whole(0, ulong.MaxValue).Canonical(text)
            ?? throw new DataException($"expected none or a seed (a whole number), got '{text}'");

    static string Initialiser(string text) => text == "default" ? text : Init.Parse(text).ToString();

    static string TestName(string text) => DataSpec.Parse(text) is { Subset: null } data ? data.Name
        : throw new DataException($"expected the name of a data set without a range, got '{text}'");
}
