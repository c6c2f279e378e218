using Ceteris.Data;

using static Ceteris.Studies.Condition;
using static Ceteris.Studies.RecipeType;

namespace Ceteris.Studies;

/// <summary>The keys of recipes. A key stands after those that its default or its condition looks at.</summary>
public static class RecipeKeys
{
    const int Many = 1_000_000_000;

    public static IReadOnlyList<RecipeKey> All { get; } =
    [
        new("network", Choice("base", "base-bn", "sk", "mlp", "fc8", "cnn6", "lenet", "lenet-bn"), "the architecture", _ => "base"),
        new("network.width", Number(0, 64, openLow: true), "factor on the numbers of channels", _ => "1")
            { Option = "width", When = Is("network", "sk") },
        new("network.hidden", Wholes(1, 1_000_000), "units of the hidden layers", _ => "100,30")
            { Option = "hidden", When = Is("network", "mlp") },
        new("network.activation", Choice(Activations), "what follows a layer's sum", r => r.Network is "mlp" ? "sigmoid" : "relu")
            { Option = "activation", When = Is("network", "sk", "mlp") },
        new("network.batch_norm", Flag, "batch normalisation before each activation", _ => "false")
            { Option = "batch-norm", When = Is("network", "mlp") },
        new("network.dropout", Number(0, 1, openHigh: true), "probability that dropout zeroes a value; 0 for none", _ => "0")
            { Option = "dropout", When = Is("network", "base", "base-bn", "mlp") },
        new("network.dropout_at", Choice("fc1", "fc2"), "the layer that dropout follows: fc1, as usual, or fc2, on the logits, as in article 1", _ => "fc1")
            { Option = "dropout-at", When = new("when network is base or base-bn and network.dropout is above 0",
                r => r.Network is "base" or "base-bn" && r["network.dropout"] != "0") },

        new("init", Choice("default", "normal", "uniform", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "constant"),
            "initial weights; default is PyTorch's for each layer, any other sets biases to 0", _ => "default") { Option = "init" },
        new("init.mean", Number(double.NegativeInfinity, double.PositiveInfinity), "mean of the initial weights", _ => "0")
            { When = Is("init", "normal") },
        new("init.std", Number(0, double.PositiveInfinity), "standard deviation of the initial weights", _ => "0.1")
            { When = Is("init", "normal") },
        new("init.low", Number(double.NegativeInfinity, double.PositiveInfinity), "lower end of the initial weights", _ => "-0.1")
            { When = Is("init", "uniform") },
        new("init.high", Number(double.NegativeInfinity, double.PositiveInfinity), "upper end of the initial weights", _ => "0.1")
            { When = Is("init", "uniform") },
        new("init.value", Number(double.NegativeInfinity, double.PositiveInfinity), "the initial weights", _ => "0")
            { When = Is("init", "constant") },

        new("data", Text("a data set, with a range if not all of it", text => DataSpec.Parse(text).ToString()),
            "training images: NAME, NAME:N (the first N), NAME:A..B, NAME:N@SEED (N at random)", _ => "digits:10000") { Option = "data" },
        new("test_data", Text("the name of a data set", TestName), "the data set whose test images are used, all of them",
            r => r.Data.Name) { Option = "test-data" },
        new("validation", Text("none, a number or a percentage", text => text == "none" ? text : ValidationSplit.Parse(text).ToString()),
            "training images put aside: N, P%, N@SEED (at random), none", _ => "none") { Option = "validation" },
        new("preprocess", Text("a preprocessing", text => Preprocessing.Parse(text).ToString()),
            "pixels to numbers: scale (/255), center ((x-127.5)/255), standardize[=MEAN/STD], standardize=train",
            _ => Preprocessing.Standardize.ToString()) { Option = "preprocess" },

        new("batch", WholeOr("full", Many), "images in a batch, or full for all of them", _ => "64") { Option = "batch" },
        new("epochs", Whole(1, Many), "passes over the training images", _ => "20") { Option = "epochs" },
        new("report_every", Whole(1, Many), "epochs between evaluations and rows of metrics; the last always has one", _ => "1")
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
        new("optimizer.eps", Number(0, 1, openLow: true), "added to the denominator", r => r["optimizer"] is "adagrad" ? "1E-10" : "1E-08")
            { When = Is("optimizer", "adam", "adamw", "rmsprop", "adagrad") },
        new("optimizer.weight_decay", Number(0, double.PositiveInfinity), "pull of the weights towards 0",
            r => r["optimizer"] is "adamw" ? "0.01" : "0") { Option = "weight-decay" },
        new("clip_norm", Number(0, double.PositiveInfinity), "largest norm of all gradients together; 0 for no limit", _ => "0")
            { Option = "clip-norm" },

        new("schedule", Choice("constant", "step", "multistep", "exponential", "cosine", "onecycle"), "course of the learning rate",
            _ => "constant") { Option = "schedule" },
        new("schedule.step_size", Whole(1, Many), "epochs between two drops", _ => "10") { When = Is("schedule", "step") },
        new("schedule.milestones", Wholes(1, Many), "epochs of the drops", _ => "10,15") { When = Is("schedule", "multistep") },
        new("schedule.gamma", Number(0, 1, openLow: true), "factor of a drop", r => r["schedule"] is "exponential" ? "0.95" : "0.1")
            { When = Is("schedule", "step", "multistep", "exponential") },
        new("schedule.min", Number(0, double.PositiveInfinity), "learning rate at the end", _ => "0") { When = Is("schedule", "cosine") },
        new("schedule.warmup", Number(0, Many), "epochs over which the learning rate rises linearly from 0", _ => "0")
            { Option = "warmup", When = IsNot("schedule", "onecycle") },

        new("loss", Choice("cross_entropy", "mse"), "what is minimised", _ => "cross_entropy") { Option = "loss" },
        new("loss.label_smoothing", Number(0, 1), "share of the target spread over all classes", _ => "0")
            { Option = "label-smoothing", When = Is("loss", "cross_entropy") },

        new("seed", Whole(0, ulong.MaxValue), "what every random draw follows from", _ => "0") { Option = "seed" },
    ];

    static readonly Dictionary<string, RecipeKey> byName = All.ToDictionary(key => key.Name, StringComparer.Ordinal);

    /// <summary>The names for <c>network.activation</c>.</summary>
    public static IReadOnlyList<string> Activations =>
        ["relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "elu", "softplus", "hardswish", "identity"];

    /// <exception cref="RecipeException">There is none of this name.</exception>
    public static RecipeKey Find(string name) => byName.TryGetValue(name, out RecipeKey? key) ? key
        : throw new RecipeException(name, $"unknown key{Nearest.Hint(name, byName.Keys)}");

    static string TestName(string text) => DataSpec.Parse(text) is { Subset: null } data ? data.Name
        : throw new DataException($"expected the name of a data set without a range, got '{text}'");
}
