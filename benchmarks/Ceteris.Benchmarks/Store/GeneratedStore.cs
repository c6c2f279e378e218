using System.Globalization;
using System.Text.Json.Nodes;
using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Benchmarks;

/// <summary>
/// A store in a temporary folder, filled with certificates as long as real ones: many recipes, seeds and results. They
/// are copies of a sound one with other values in it, so their hashes do not agree, which no list looks at.
/// </summary>
sealed class GeneratedStore : IDisposable
{
    const int Epochs = 20, TestImages = 10_000;

    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;
    static readonly string[] networks = ["base", "base-bn", "sk", "lenet", "cnn6"], rates = ["0.003", "0.01", "0.03", "0.1"];

    /// <summary>Full path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("ceteris-store-").FullName;

    public GeneratedStore(int runs)
    {
        RunStore.Open(Root).Dispose();
        var templates = networks.SelectMany(network => rates.Select(rate => Template(network, rate))).ToArray();
        var random = new RandomStream(StreamKey.For(0, "generated store"));
        for (int i = 0; i < runs; i++)
        {
            string runId = Sha256Text.Of($"run {i}"), folder = Path.Combine(Root, "runs", runId[..2], runId);
            int correct = 9_000 + random.Next(1_000);
            string certificate = templates[random.Next(templates.Length)]
                .Replace("@ID", runId, StringComparison.Ordinal)
                .Replace("\"@SEED\"", random.Next(100).ToString(invariant), StringComparison.Ordinal)
                .Replace("\"@CORRECT\"", correct.ToString(invariant), StringComparison.Ordinal)
                .Replace("@FINISHED", DateTimeOffset.UnixEpoch.AddSeconds(i).ToString("s", invariant) + "Z", StringComparison.Ordinal);
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, RunCertificate.FileName), certificate);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    static string Template(string network, string rate)
    {
        var recipe = Recipe.Of(("network", network), ("lr", rate), ("epochs", $"{Epochs}"));
        var data = new DataRecord("digits", 10_000, TestImages, Sha256Text.Of("data"), Sha256Text.Of("subset"));
        string chain = EpochRecord.ChainStart(RunCertificate.RunIdOf(recipe.ToJson(), data, NumericsVersion.Current));
        var epochs = new List<EpochRecord>();
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            epochs.Add(EpochRecord.Next(chain, epoch, 157L * epoch, new(9_000, 10_000, 1.0 / 3), null,
                new(9_000, TestImages, 1.0 / 7), Sha256Text.Of($"{epoch}")));
            chain = epochs[^1].ChainSha256;
        }
        int[][] confusion = [.. Enumerable.Range(0, 10).Select(i => Enumerable.Range(0, 10).Select(j => i == j ? 1_000 : 0).ToArray())];
        var certificate = new RunCertificate
        {
            Recipe = recipe.ToJson(),
            Data = data,
            NumericsVersion = NumericsVersion.Current,
            Parameters = 500_000,
            Epochs = epochs,
            Status = new(RunState.Completed, 157L * Epochs),
            Result = new(Sha256Text.Of($"{Epochs}"), Sha256Text.Of("predictions"), new(TestImages, TestImages, 0.1), confusion),
            Engine = EngineRecord.Current(),
            Environment = new("processor", RunEnvironment.CurrentFlags(), RunEnvironment.CurrentSystem(), 2,
                "2026-01-01T00:00:00Z", "@FINISHED", 12.5, 16_000, 0),
        };
        JsonNode json = JsonNode.Parse(certificate.ToBytes())!;
        JsonNode identity = json["identity"]!;
        identity["runId"] = "@ID";
        identity["recipe"]!["seed"] = "@SEED";
        identity["result"]!["test"]!["correct"] = "@CORRECT";
        return CanonicalJson.Text(json);
    }
}
