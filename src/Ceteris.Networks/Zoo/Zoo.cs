using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>
/// A network that can be asked for by name: what it is, the images it is made for, its options, and how it is built
/// from their values for a number of classes.
/// </summary>
public sealed record NetworkEntry(
    string Name, string About, Shape ImageShape, IReadOnlyList<NetworkOption> Options,
    Func<NetworkOptions, int, Layer> Build)
{
    /// <summary>
    /// All options with their values, defaults where none is given. <see cref="SettingException"/> for an unknown or
    /// impossible one.
    /// </summary>
    public NetworkOptions Complete(IEnumerable<KeyValuePair<string, string>> given)
    {
        var values = Options.ToDictionary(o => o.Name, o => o.Default, StringComparer.Ordinal);
        foreach ((string name, string value) in given)
        {
            var option = Options.FirstOrDefault(o => o.Name == name)
                ?? throw SettingException.Unknown($"option of {Name}", name, Options.Select(o => o.Name));
            if (!option.Accepts(value))
            {
                throw new SettingException(
                    $"expected {option.Expected} for the option {name} of {Name}, got '{value}'");
            }
            values[name] = value;
        }
        return new(values);
    }
}

/// <summary>The networks known by name.</summary>
public static partial class Zoo
{
    const string Zeros = "zeros around the image", Where = "where dropout stands: after fc1's activation, or after fc2";

    static readonly NetworkOption
        dropout = NetworkOption.Probability("dropout", 0, "probability of dropout"),
        halfDropout = dropout with { Default = "0.5" },
        dropoutAfter = NetworkOption.Choice("dropout-after", Where, "fc1", "fc2"),
        relu = NetworkOption.Activation("relu"),
        sigmoid = NetworkOption.Activation("sigmoid"),
        width = NetworkOption.Number("width", 1, "factor of the channels 20 and 50", 0.05, 100, prefix: ""),
        firstKernel = NetworkOption.Choice(
            "first", "before the first pool: two 3x3 convolutions, or one 5x5", "3x3+3x3", "5x5"),
        secondKernel = NetworkOption.Choice("second", "before the second pool", "3x3", "5x5"),
        firstActivation = NetworkOption.Flag("first-activation", "activations before the first pool", null)
            with
        { Default = "true" },
        dense = NetworkOption.Count("fc1", 500, "units of fc1", "fc"),
        hidden = NetworkOption.Counts("hidden", "100,30", "units of the hidden layers"),
        batchNorm = NetworkOption.Flag("batch-norm", "batch norm before each activation", "bn"),
        pool = NetworkOption.Choice("pool", "average or maximum pooling", "avg", "max"),
        padded = NetworkOption.Choice("padding", Zeros, "2", "0"),
        unpadded = NetworkOption.Choice("padding", Zeros, "0", "2"),
        norm = NetworkOption.Choice("norm", "built-in batch norm, or one of tensor operations", "batch", "scratch"),
        stem = NetworkOption.Choice("stem", "3x3 for small images, or 7x7/2 and 3x3/2 max pool", "cifar", "d2l"),
        channels = NetworkOption.Count("channels", 64, "channels of the first stage", "c"),
        inputs = NetworkOption.Choice("inputs", "of the classifier; 2048 without the last max pool", "512", "2048"),
        divisor = NetworkOption.Count("divisor", 1, "divides the channels", "div");

    static readonly Shape grey = [1, 28, 28], cifar = [3, 32, 32], imageNet = [3, 224, 224];

    public static IReadOnlyList<NetworkEntry> Networks { get; } =
    [
        new("base", "conv 5x5 (20), pool, conv 5x5 (50), pool, 500, relu, 10", grey, [dropout, dropoutAfter],
            (o, classes) => Base(classes, false, o.Number("dropout"), o["dropout-after"] == "fc2")),
        new("base-bn", "base with batch norm after both convolutions and fc1", grey, [dropout, dropoutAfter],
            (o, classes) => Base(classes, true, o.Number("dropout"), o["dropout-after"] == "fc2")),
        new("sk", "stacked 3x3 convolutions with batch norm: 20, 20, pool, 50, pool, 500, 10", grey,
            [width, relu, firstKernel, secondKernel, firstActivation, dense],
            (o, classes) => Sk(classes, o.Number("width"), o.Activation(), o["first"] == "5x5", o["second"] == "5x5",
                o.Flag("first-activation"), o.Count("fc1"))),
        new("mlp", "fully connected", grey, [hidden, sigmoid, batchNorm, dropout],
            (o, n) => Mlp(n, o.Counts("hidden"), o.Activation(), o.Flag("batch-norm"), o.Number("dropout"))),
        new("fc8", "784-8-8-10 with relu: as many weights as cnn6", grey, [],
            (_, classes) => Mlp(classes, [8, 8], Activation.Relu)),
        new("cnn6", "conv 5x5 (6), relu, pool, twice, then 50, relu, 10: as many weights as fc8", grey, [],
            (_, classes) => Cnn6(classes)),
        new("lenet", "LeNet-5: conv 5x5 (6, 16) with pooling, 120, 84, 10", grey, [sigmoid, pool, padded],
            (o, classes) => LeNet(classes, o.Activation(), o["pool"] == "max", o.Count("padding"), new Identity())),
        new("lenet-bn", "LeNet with batch norm before each activation", grey, [sigmoid, pool, unpadded, norm],
            (o, classes) => LeNet(classes, o.Activation(), o["pool"] == "max", o.Count("padding"),
                o["norm"] == "batch" ? new BatchNorm() : new ScratchBatchNorm())),
        new("cifar-cnn", "conv 5x5 (6, 16) with relu and max pooling, 120, 84, 10", cifar, [],
            (_, classes) => LeNet(classes, Activation.Relu, true, 0, new Identity())),
        new("resnet18", "ResNet-18, convolutions with bias", cifar, [stem, channels],
            (o, classes) => ResNet18(classes, o["stem"] == "d2l", o.Count("channels"))),
        new("vgg", "simplified VGG: eight 3x3 convolutions with batch norm, one linear layer", cifar, [inputs, divisor],
            (o, classes) => Vgg(classes, o["inputs"] == "512", o.Count("divisor"))),
        new("torchvision-resnet18", "ResNet-18 as torchvision has it", imageNet, [],
            (_, classes) => TorchvisionResNet18(classes)),
        new("torchvision-vgg16-bn", "VGG-16 with batch norm as torchvision has it", imageNet, [halfDropout],
            (o, classes) => TorchvisionVgg16(classes, o.Number("dropout"))),
        new("torchvision-alexnet", "AlexNet as torchvision has it", imageNet, [halfDropout],
            (o, classes) => TorchvisionAlexNet(classes, o.Number("dropout"))),
        new("torchvision-googlenet", "GoogLeNet as torchvision has it, without auxiliary heads", imageNet,
            [dropout with { Default = "0.2" }], (o, classes) => TorchvisionGoogLeNet(classes, o.Number("dropout"))),
    ];

    /// <summary>The network of a name. <see cref="SettingException"/> for an unknown one.</summary>
    public static NetworkEntry Find(string name) =>
        Networks.FirstOrDefault(n => n.Name == name)
            ?? throw SettingException.Unknown("network", name, Networks.Select(n => n.Name));

    /// <summary>Builds a network by name.</summary>
    public static Layer Create(string name, IEnumerable<KeyValuePair<string, string>>? options = null, int classes = 10)
    {
        var entry = Find(name);
        return entry.Build(entry.Complete(options ?? []), classes);
    }

    /// <summary>
    /// A name with options as words: <c>sk-0.2-sigmoid</c>, <c>mlp-100-30-relu-bn</c>, <c>resnet18-cifar-c8</c>. Each
    /// word goes to the first option that takes it and has no value yet; lists take several.
    /// </summary>
    public static (NetworkEntry Network, IReadOnlyDictionary<string, string> Options) Parse(string spelled)
    {
        var entry = Networks.Where(n => Begins(spelled, n.Name)).MaxBy(n => n.Name.Length) ?? Find(spelled);
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in spelled[entry.Name.Length..].Split('-').Skip(1))
        {
            bool IsFree(NetworkOption option) => option.IsList || !options.ContainsKey(option.Name);
            var option = entry.Options.FirstOrDefault(o => o.FromWord(word) is not null && IsFree(o))
                ?? throw new SettingException(
                    $"expected an option of {entry.Name} in '{spelled}', got '{word}'{Hint(entry)}"
                    + Nearest.Hint(Meant(entry, spelled, word)));
            string value = option.FromWord(word)!;
            options[option.Name] = options.TryGetValue(option.Name, out string? before) ? $"{before},{value}" : value;
        }
        return (entry, options);

        static bool Begins(string spelled, string name) =>
            spelled == name || spelled.StartsWith(name + "-", StringComparison.Ordinal);

        // The same with what the word is probably meant to be: an option, or the end of a longer name.
        static string? Meant(NetworkEntry entry, string spelled, string word)
        {
            var names = Networks.Where(n => Begins(n.Name, entry.Name)).Select(n => n.Name[entry.Name.Length..]);
            string? meant = Nearest.Of(word, names.Concat(entry.Options.SelectMany(o => o.Words)));
            return meant is null ? null
                : string.Join('-', spelled.Split('-').Select(w => w == word ? meant.TrimStart('-') : w));
        }

        static string Hint(NetworkEntry entry) =>
            entry.Options.Count == 0 ? "; it has none"
                : $"; it has {string.Join(", ", entry.Options.Select(o => $"{o.Name} ({o.Expected})"))}";
    }
}
