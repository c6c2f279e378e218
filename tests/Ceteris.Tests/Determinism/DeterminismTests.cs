using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>
/// Final weights and test results are the same bits whatever the number of threads, the vector instructions and the
/// kind of compilation: for a multi-layer perceptron, a convolutional network with batch norm, one with dropout, and a
/// residual one. They are so small that it does not matter that without vector instructions a multiply-add takes fifty
/// times as long; those that are trained on several threads are wider, so that threads have something to share.
/// </summary>
public sealed partial class DeterminismTests
{
    static readonly Dictionary<string, string[]> networks = new()
    {
        ["perceptron"] = ["mlp", "--hidden", "8,8", "--optimizer", "adam", "--schedule", "cosine"],
        ["batch norm"] = ["sk", "--width", "0.05"],
        ["dropout"] = ["mlp", "--hidden", "16", "--activation", "gelu", "--batch-norm", "true", "--dropout", "0.5"],
        ["residual"] = ["resnet18", "--stem", "d2l", "--channels", "2"],
    };

    static readonly Dictionary<string, string[]> wide = new()
    {
        ["wide perceptron"] = ["mlp", "--hidden", "1200,400", "--optimizer", "adam"],
        ["wide batch norm"] = ["sk", "--width", "0.4"],
        ["wide dropout"] =
            ["mlp", "--hidden", "3000", "--activation", "gelu", "--batch-norm", "true", "--dropout", "0.5"],
        ["wide residual"] = ["resnet18", "--stem", "d2l", "--channels", "8"],
    };

    static readonly Dictionary<string, Lazy<JsonObject>> references =
        networks.Keys.Concat(wide.Keys).ToDictionary(
            name => name, name => new Lazy<JsonObject>(() => Train(name, CliRun.Here, "--threads", "1")));

    public static TheoryData<string, int> Threads() =>
        [.. wide.Keys.SelectMany(name => new[] { 1, 2, 3, 7 }.Select(threads => (name, threads)))];

    /// <summary>Each switch with the instructions that it must have taken away; what the other switches must have changed
    /// is seen in what was compiled.</summary>
    public static TheoryData<string, string, string> Switches() =>
    [
        .. from name in networks.Keys
           from leg in new[]
           {
               ("DOTNET_EnableAVX512=0", "avx512"), ("DOTNET_EnableAVX2=0", "avx512 avx2"),
                   ("DOTNET_EnableHWIntrinsic=0", "avx512 avx2 fma"),
               ("DOTNET_TieredCompilation=0", ""), ("DOTNET_ReadyToRun=0", ""),
           }
           select (name, leg.Item1, leg.Item2),
    ];

    [Theory]
    [MemberData(nameof(Threads))]
    public void ThreadsChangeNoBit(string network, int threads)
    {
        JsonObject run = Train(network, CliRun.Here, "--threads", $"{threads}");
        Assert.Equal(threads, (int)run["threads"]!);
        Same(network, run);
    }

    [Theory]
    [InlineData("wide perceptron")]
    [InlineData("wide batch norm")]
    [InlineData("wide dropout")]
    [InlineData("wide residual")]
    public void ThreadsHaveWorkToShare(string network)
    {
        CliRun plan = CliRun.Here(["show", .. wide[network], "--plan", "--batch", "16"]);
        int[] tiles = [.. TileCount().Matches(plan.Out).Select(match => int.Parse(match.Groups[1].Value,
            CultureInfo.InvariantCulture))];
        Assert.True(tiles.Count(count => count > 1) >= 6, plan.Out);
        Assert.True(tiles.Max() >= 7, plan.Out);
    }

    [GeneratedRegex(@"(\d+) tiles?\b")]
    private static partial Regex TileCount();

    [Theory]
    [MemberData(nameof(Switches))]
    public void SwitchesOfTheRuntimeChangeNoBit(string network, string switches, string without)
    {
        using var folder = new TestImages.Folder();
        string[] pair = switches.Split('=');
        var environment = new Dictionary<string, string>
        {
            [pair[0]] = pair[1],
            ["DOTNET_JitDisasmSummary"] = "1",
            ["DOTNET_JitStdOutFile"] = folder["compiled.txt"],
        };
        JsonObject run = Train(network, args => CliRun.AsProcess(args, environment));
        string compiled = File.ReadAllText(folder["compiled.txt"]);
        Assert.NotEqual(switches == "DOTNET_TieredCompilation=0", compiled.Contains("[Tier0", StringComparison.Ordinal));
        if (switches == "DOTNET_ReadyToRun=0")
            Assert.Contains("System.String:Concat(System.String,System.String)", compiled, StringComparison.Ordinal);
        Assert.All(without.Split(' ', StringSplitOptions.RemoveEmptyEntries), set =>
            Assert.False((bool)run["vector"]![set]!, $"{set} is in use"));
        Same(network, run);
    }

    /// <summary>The bits of small trainings: when one of them changes, so must the version of the numerics.</summary>
    [Theory]
    [InlineData("14a3d695a95526a968a2148f", "mlp", "--hidden", "8,8", "--optimizer", "adam", "--schedule", "cosine")]
    [InlineData("3c642973dd86f9deda7895fd", "base-bn")]
    [InlineData("2b27fbef93f186b16c62b4f4", "sk", "--width", "1.6")]
    [InlineData("2ac1a581804cf30aa1e80ea1", "sk")]
    [InlineData("93d2f7e2c447b9ca88082930", "lenet-bn")]
    [InlineData("5e2c722454ebfe607ff511ef", "lenet-bn", "--norm", "scratch")]
    [InlineData("5f3bb56bbb6bd46c9557d368", "resnet18", "--stem", "d2l", "--channels", "2")]
    [InlineData("4c853a137541c08c349947d5", "mlp", "--hidden", "16", "--activation", "gelu", "--batch-norm", "true", "--dropout", "0.5")]
    public void TheBitsAreThoseOfTheNumericsVersion(string sha256Start, params string[] network)
    {
        Assert.Equal(4, NumericsVersion.Current);
        Assert.StartsWith(sha256Start, Weights(network), StringComparison.Ordinal);
    }

    [Fact]
    public void NeitherClockNorCultureNorAnyOtherVariableChangesABit()
    {
        var environment = new Dictionary<string, string>
        {
            ["LC_ALL"] = "tr_TR.UTF-8",
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0",
            ["TZ"] = "Pacific/Kiritimati",
            ["NO_COLOR"] = "1",
            ["DOTNET_gcServer"] = "1",
            ["DOTNET_PROCESSOR_COUNT"] = "1",
        };
        Same("dropout", Train("dropout", args => CliRun.AsProcess(args, environment)));
    }

    [Fact]
    public void ADropoutLayerThatDropsNothingMovesNoOtherDraw()
    {
        string with = Train("dropout", CliRun.Here, "--set", "seed=5")["weights_sha256"]!.ToString();
        Assert.NotEqual(references["dropout"].Value["weights_sha256"]!.ToString(), with);
        string none = Weights(["mlp", "--hidden", "16"]),
            some = Weights(["mlp", "--hidden", "16", "--dropout", "1e-12"]);
        Assert.Equal(none, some);
    }

    [Fact]
    public void NeitherEvaluationsNorLogsNorCheckpointsMoveADraw()
    {
        string[] network = ["mlp", "--hidden", "16", "--dropout", "0.3"];
        string reference = Weights(network);
        Assert.Equal(reference, Weights([.. network, "--report-every", "2"]));
        Assert.Equal(reference, Weights([.. network, "--quiet"]));
        Assert.Equal(reference, Weights([.. network, "--checkpoint-every", "0"]));
    }

    static string Weights(string[] network)
    {
        using var data = new SmallData(40, 16);
        CliRun run = CliRun.Here(data.Train(network[0], "run", network[1..]));
        Assert.True(run.Code == 0, run.ToString());
        return run.WeightsSha256;
    }

    static JsonObject Train(string name, Func<string[], CliRun> run, params string[] more)
    {
        using var data = new SmallData(40, 16);
        string[] network = networks.TryGetValue(name, out string[]? small) ? small : wide[name];
        CliRun done = run(data.Train(network[0], "run", [.. network[1..], .. more]));
        Assert.True(done.Code == 0, done.ToString());
        return done.Json;
    }

    static void Same(string network, JsonObject run)
    {
        JsonObject reference = references[network].Value;
        Assert.All(["weights_sha256", "test_correct", "test_loss", "train_loss", "recipe_sha256"],
            key => Assert.Equal(reference[key]!.ToJsonString(), run[key]!.ToJsonString()));
    }
}
