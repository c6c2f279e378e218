using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

public sealed class ZooTests
{
    [Theory]
    [InlineData("base", 431_080, 2_293_000)]
    [InlineData("base-bn", 432_220, 2_293_000)]
    [InlineData("sk", 644_560, 3_725_280)]
    [InlineData("fc8", 6_442, 6_416)]
    [InlineData("cnn6", 6_422, 149_300)]
    [InlineData("lenet", 61_706, 416_520)]
    [InlineData("cifar-cnn", 62_006, 651_720)]
    [InlineData("torchvision-resnet18", 11_689_512, 1_814_073_344)]
    [InlineData("torchvision-vgg16-bn", 138_365_992, 15_470_264_320)]
    [InlineData("torchvision-alexnet", 61_100_840, 714_188_480)]
    [InlineData("torchvision-googlenet", 6_624_904, 1_498_376_192)]
    public void HasTheWeightsAndMultiplyAddsOfTheLiterature(string name, long parameters, long multiplyAdds)
    {
        var entry = Zoo.Find(name);
        var description =
            Description.Of(
            entry.Build(entry.Complete([]), name.StartsWith("torchvision", StringComparison.Ordinal) ? 1000 : 10),
                entry.ImageShape);
        Assert.Equal(parameters, description.Parameters);
        Assert.Equal(multiplyAdds, description.MultiplyAdds);
    }

    [Fact]
    public void EveryNetworkIsDescribedLayerByLayer()
    {
        foreach (var entry in Zoo.Networks)
        {
            var description = Description.Of(entry.Build(entry.Complete([]), 10), entry.ImageShape);
            Assert.Equal(Shape.Of([10]), description.Rows[^1].Output);
            Assert.Equal(description.Rows.Count, description.Rows.Select(r => r.Path).Distinct().Count());
            Assert.Equal(description.Parameters, description.Variables.Where(v => v.Kind == VariableKind.Parameter)
                .Sum(v => v.Shape.Elements));
        }
        var rows = Description.Of(Zoo.Create("base"), [1, 28, 28]).Rows;
        Assert.Contains(new("conv2", "Conv2d", [50, 8, 8], 25_050, 1_600_000), rows);
        Assert.Contains(new("relu", "relu", [500], 0, 0), rows);
    }

    /// <summary>The second article's table of the shapes of a ResNet-18 for one grey 224 × 224 image.</summary>
    [Fact]
    public void ResNetHalvesTheImageStageByStage()
    {
        var shapes =
            Description.Of(Zoo.Create("resnet18", [new("stem", "d2l")]), [1, 224, 224]).Rows.ToDictionary(r =>
            r.Path, r => r.Output.ToString());
        Assert.Equal("[64, 112, 112]", shapes["conv1"]);
        Assert.Equal("[64, 56, 56]", shapes["maxpool"]);
        Assert.Equal("[64, 56, 56]", shapes["blocks.1.conv2"]);
        Assert.Equal("[128, 28, 28]", shapes["blocks.3.conv2"]);
        Assert.Equal("[256, 14, 14]", shapes["blocks.5.conv2"]);
        Assert.Equal("[512, 7, 7]", shapes["blocks.7.conv2"]);
        Assert.Equal("[512, 1, 1]", shapes["avgpool"]);
    }

    [Theory]
    [InlineData("base-bn", "base-bn", "")]
    [InlineData("sk", "sk", "")]
    [InlineData("sk-0.2-sigmoid", "sk", "activation=sigmoid width=0.2")]
    [InlineData("sk-sigmoid", "sk", "activation=sigmoid")]
    [InlineData("mlp-100-30-sigmoid-bn", "mlp", "activation=sigmoid batch-norm=true hidden=100,30")]
    [InlineData("mlp-8-8-relu", "mlp", "activation=relu hidden=8,8")]
    [InlineData("lenet-bn", "lenet-bn", "")]
    [InlineData("resnet18-d2l-c8", "resnet18", "channels=8 stem=d2l")]
    [InlineData("resnet18-cifar", "resnet18", "stem=cifar")]
    [InlineData("vgg-2048-div16", "vgg", "divisor=16 inputs=2048")]
    [InlineData("torchvision-vgg16-bn", "torchvision-vgg16-bn", "")]
    public void NamesSpellOptions(string spelled, string name, string options)
    {
        (var entry, var values) = Zoo.Parse(spelled);
        Assert.Equal(name, entry.Name);
        Assert.Equal(options, string.Join(" ", values.Select(v => $"{v.Key}={v.Value}")));
        entry.Build(entry.Complete(values), 10);
    }

    [Theory]
    [InlineData("bse", "did you mean 'base'?")]
    [InlineData("resnet", "did you mean 'resnet18'?")]
    [InlineData("alexnet", "did you mean 'torchvision-alexnet'?")]
    [InlineData("vgg16", "did you mean 'torchvision-vgg16-bn'?")]
    [InlineData("vgg19", "did you mean 'vgg'?")]
    [InlineData("googlenet", "did you mean 'torchvision-googlenet'?")]
    [InlineData("base-bm", "did you mean 'base-bn'?")]
    [InlineData("base-b", "did you mean 'base-bn'?")]
    [InlineData("lenet-bm", "did you mean 'lenet-bn'?")]
    [InlineData("sk-sigmod", "did you mean 'sk-sigmoid'?")]
    [InlineData("sk-gleu", "did you mean 'sk-gelu'?")]
    [InlineData("resnet18-cifr-c8", "did you mean 'resnet18-cifar-c8'?")]
    [InlineData("qqqqqqqqqqq", "expected one of base, base-bn")]
    [InlineData("base-0.2", "expected an option of base in 'base-0.2', got '0.2'")]
    [InlineData("fc8-9", "it has none")]
    [InlineData("mlp-8-8-rleu", "did you mean 'mlp-8-8-relu'?")]
    [InlineData("lenet-maxx", "did you mean 'lenet-max'?")]
    [InlineData("sk-0.2-0.3", "got '0.3'")]
    [InlineData("sk--1", "expected an option of sk in 'sk--1', got ''")]
    [InlineData("base--", "expected an option of base in 'base--', got ''")]
    public void UnknownNamesAreRefusedWithTheNearest(string spelled, string message) =>
        Assert.Contains(message, Assert.Throws<SettingException>(() => Zoo.Parse(spelled)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("base", "dropuot", "0.5", "unknown option of base 'dropuot'; did you mean 'dropout'?")]
    [InlineData("base", "dropout", "1", "expected a probability from 0 to below 1 for the option dropout of base")]
    [InlineData("sk", "width", "0.01", "expected a number from 0.05 to 100 for the option width of sk, got '0.01'")]
    [InlineData("sk", "activation", "rellu", "did you mean 'relu'?")]
    [InlineData("mlp", "hidden", "100,,30", "expected one whole number or more, each from 1 to 65536, joined by")]
    [InlineData("mlp", "hidden", "99999999999", "each from 1 to 65536, joined by commas")]
    [InlineData("resnet18", "channels", "8.5", "expected a whole number")]
    public void ImpossibleOptionsAreRefused(string name, string option, string value, string message) =>
        Assert.Contains(message, Assert.Throws<SettingException>(() => Zoo.Create(name, [new(option, value)])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("base-0.2")]
    [InlineData("lenet-foo")]
    [InlineData("inception")]
    public void NothingIsSuggestedForWhatIsLikeNothing(string spelled) => Assert.DoesNotContain("did you mean",
        Assert.Throws<SettingException>(() => Zoo.Parse(spelled)).Message, StringComparison.Ordinal);

    [Fact]
    public void NetworksAreValues()
    {
        foreach (var entry in Zoo.Networks)
        {
            Assert.Equal(entry.Build(entry.Complete([]), 10), entry.Build(entry.Complete([]), 10));
            Assert.NotEqual(entry.Build(entry.Complete([]), 10), entry.Build(entry.Complete([]), 11));
        }
    }

    [Theory]
    [InlineData("base", "base", 0)]
    [InlineData("base", "bse", 1)]
    [InlineData("base", "bsae", 1)]
    [InlineData("relu", "gelu", 1)]
    [InlineData("", "abc", 3)]
    public void DistanceCountsEdits(string a, string b, int distance) =>
        Assert.Equal(distance, Nearest.EditDistance(a, b));

    /// <summary>Of keys with a group only the word counts where the group is the same.</summary>
    [Theory]
    [InlineData("network.foo", null), InlineData("network.fc", "network.fc1"), InlineData("netwrok.fc1", "network.fc1")]
    [InlineData("netwrk", "network")]
    public void AGroupIsNoLikeness(string given, string? meant) =>
        Assert.Equal(meant, Nearest.Of(given, ["network", "network.fc1", "network.width"]));
}
