using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Weights that PyTorch trained and saved (pytorch/make_mlp_bn.py), num_batches_tracked among them.</summary>
public sealed class PyTorchWeightsTests : IDisposable
{
    static readonly string file = Path.Combine(AppContext.BaseDirectory, "pytorch", "mlp-bn.safetensors");

    static readonly (string, string)[] network =
        [("network", "mlp"), ("network.hidden", "5,4"), ("network.activation", "relu"), ("network.batch-norm", "true")];

    /// <summary>What PyTorch answers to the six images, as the program that made the file prints it, rounded.</summary>
    static readonly float[][] answers =
    [
        [0.03173f, 0.03663f, 0.10047f, 0.02802f, 0.02218f, 0.08590f, 0.17498f, 0.43869f, 0.00752f, 0.07388f],
        [0.04735f, 0.07875f, 0.15498f, 0.04377f, 0.04548f, 0.08358f, 0.18364f, 0.25691f, 0.01680f, 0.08873f],
        [0.07447f, 0.09319f, 0.08473f, 0.10635f, 0.14139f, 0.10223f, 0.12531f, 0.09058f, 0.07348f, 0.10826f],
        [0.03735f, 0.02736f, 0.06349f, 0.03886f, 0.02712f, 0.10579f, 0.15696f, 0.44586f, 0.00956f, 0.08764f],
        [0.05107f, 0.05083f, 0.08614f, 0.05894f, 0.05193f, 0.11494f, 0.17020f, 0.29092f, 0.02071f, 0.10432f],
        [0.04837f, 0.04162f, 0.07456f, 0.05587f, 0.04506f, 0.11688f, 0.16558f, 0.33128f, 0.01740f, 0.10337f],
    ];

    readonly SmallData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void AnswerAsInPyTorch()
    {
        Assert.Contains(Safetensors.Read(file).Tensors, tensor => tensor.Name == "bn1.num_batches_tracked");
        byte[] pixels = [.. Enumerable.Range(0, 6 * 784).Select(n => (byte)((7 + (13 * (n / 784))) * (n % 784)))];
        var images = new ImageSet("pattern", [1, 28, 28], TestImages.TenClasses, pixels, new byte[6]);
        Recipe recipe = Recipe.Of([.. network, ("preprocess", "scale")]);
        using var trained = TrainedNetwork.Load(recipe, file, new(null, [], data["cache"]), threads: 2);
        Evaluation evaluation = trained.Evaluate(images);
        for (int i = 0; i < answers.Length; i++)
        {
            for (int c = 0; c < 10; c++)
                Assert.Equal(answers[i][c], evaluation.Probabilities.Span[10 * i + c], 1e-5f);
        }
    }

    [Fact]
    public void CanBeAskedThroughTheCommand()
    {
        CliRun run = CliRun.Here(data.Train("mlp-5-4-relu-bn", "run"));
        Assert.True(run.Code == 0, run.ToString());
        string[] asked = ["eval", data["run"], "--data-dir", data.Root, "--json"];
        CliRun own = CliRun.Here(asked), other = CliRun.Here([.. asked, "--weights", file]);
        Assert.True(own.Code == 0 && other.Code == 0, $"{own}{other}");
        Assert.Equal(run.WeightsSha256, own.WeightsSha256);
        Assert.Null(other.Json["weights_sha256"]);
        Assert.NotEqual(own.Text("loss"), other.Text("loss"));

        // Its own weights, as PyTorch would save them again.
        string saved = data["saved.safetensors"];
        SaveAsPyTorch(Path.Combine(data["run"], "weights.safetensors"), saved);
        CliRun again = CliRun.Here([.. asked, "--weights", saved]);
        Assert.Equal(own.Text("loss"), again.Text("loss"));
        File.Copy(saved, Path.Combine(data["run"], "weights.safetensors"), overwrite: true);
        Assert.Equal(own.Text("loss"), CliRun.Here(asked).Text("loss"));
    }

    [Fact]
    public void ThatDoNotFitAreRefused()
    {
        CliRun run = CliRun.Here(data.Train("mlp-5-3-relu-bn", "run"));
        Assert.True(run.Code == 0, run.ToString());
        CliRun refused = CliRun.Here("eval", data["run"], "--data-dir", data.Root, "--weights", file);
        Assert.True(refused.Code == 2, refused.ToString());
        Assert.Contains($"{file}: expected ", refused.Error, StringComparison.Ordinal);
        CliRun missing = CliRun.Here("eval", data["run"], "--data-dir", data.Root, "--weights", "nowhere");
        Assert.True(missing.Code == 2, missing.ToString());
        Assert.Contains("--weights: expected a safetensors file, got 'nowhere'", missing.Error,
            StringComparison.Ordinal);
    }

    /// <summary>Adds the counters, as integers without dimensions, before all else.</summary>
    static void SaveAsPyTorch(string from, string to)
    {
        Safetensors weights = Safetensors.Read(from);
        new Safetensors(
            [
                Ceteris.Data.NamedTensor.Of("bn1.num_batches_tracked", [], [12L]),
                Ceteris.Data.NamedTensor.Of("bn2.num_batches_tracked", [], [12L]), .. weights.Tensors,
            ], weights.Metadata).Write(to);
    }
}
