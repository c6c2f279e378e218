using System.Text.Json.Nodes;

using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Small things to store.</summary>
static class StorageSamples
{
    public const int NumericsVersion = 7;

    public static readonly string RunId = Sha256Text.Of("run");

    public static NamedTensor Tensor(string name, ulong seed, params int[] extents)
    {
        var stream = new RandomStream(StreamKey.For(seed, "test", name));
        var shape = Shape.Of(extents);
        float[] values = [.. Enumerable.Range(0, shape.Elements).Select(_ => stream.NextSingle(-1, 1))];
        return new(name, shape, values);
    }

    public static CheckpointData Checkpoint(long step)
    {
        NamedTensor[] tensors = [Tensor("fc1.weight", (ulong)step, 3, 4), Tensor("fc1.bias", (ulong)step, 3),
            Tensor("scale", 1)];
        var epoch = EpochRecord.Next(
            EpochRecord.ChainStart(RunId), 1, step, new(90, 100, 0.1 + 0.2), null, new(8, 10, 1e-9),
            WeightsHash.Compute(tensors)!);
        return new()
        {
            Step = step,
            Epoch = 2,
            Position = 3,
            EpochCorrect = 5,
            EpochImages = 9,
            EpochLossSum = 1.0 / 3,
            Tensors = tensors,
            Metrics = [new(1, step, 0.01f, 0.5, 0.9, null, null, 1234.5, 6.25),
                new(2, step, 0.01, 0.25, 0.95, 0.125, 0.96, 1e4, 7)],
            Epochs = [epoch],
            WeightsSha256 = WeightsHash.Compute(tensors)!,
            ChainSha256 = epoch.ChainSha256,
            Interruptions = 2,
            Seconds = 12.5,
        };
    }

    public static byte[] Bytes(CheckpointData data, string? runId = null, int numericsVersion = NumericsVersion)
    {
        var stream = new MemoryStream();
        CheckpointFormat.Write(stream, data, runId ?? RunId, numericsVersion);
        return stream.ToArray();
    }

    public static RunCertificate Certificate(int epochs = 3)
    {
        var recipe = new JsonObject
        {
            ["network"] = "base",
            ["lr"] = 0.01f,
            ["seed"] = ulong.MaxValue,
            ["epochs"] = epochs
        };
        var data = new DataRecord("digits", 1000, 10, Sha256Text.Of("decoded"), Sha256Text.Of("subset"))
        {
            Files = [new("train-images", 47040016, Sha256Text.Of("file"))],
        };
        var records = new List<EpochRecord>();
        string chain = EpochRecord.ChainStart(RunCertificate.RunIdOf(recipe, data, NumericsVersion));
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            Tally? validation = epoch % 2 == 0 ? new Tally(5, 6, 0.7) : null;
            records.Add(EpochRecord.Next(
                chain, epoch, epoch * 10, new(800 + epoch, 1000, 1.0 / epoch), validation, new(8, 10, 0.3 / epoch),
                Sha256Text.Of($"{epoch}")));
            chain = records[^1].ChainSha256;
        }
        return new()
        {
            Recipe = recipe,
            Data = data,
            NumericsVersion = NumericsVersion,
            Epochs = records,
            Status = new(RunState.Completed, epochs * 10),
            Result = new(Sha256Text.Of($"{epochs}"), Sha256Text.Of("predictions"), new(7, 10, 0.1), [[3, 1], [2, 4]]),
            Engine = EngineRecord.Current(),
            Environment = new(
                "Processor \"X\"", RunEnvironment.CurrentFlags(), RunEnvironment.CurrentSystem(), 2,
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:01:00Z", 60.125, 12345.678, 1),
        };
    }
}

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("ceteris-test-").FullName;

    public string this[string name] => Path.Combine(Location, name);

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
