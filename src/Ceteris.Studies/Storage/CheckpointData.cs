using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>All that a run needs in order to go on as if it had never stopped.</summary>
public sealed record CheckpointData
{
    /// <summary>Optimiser steps done.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch under way, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done within that epoch.</summary>
    public required long Position { get; init; }

    /// <summary>Correct images so far in that epoch.</summary>
    public long EpochCorrect { get; init; }

    /// <summary>Images so far in that epoch.</summary>
    public long EpochImages { get; init; }

    /// <summary>Sum of the losses so far in that epoch.</summary>
    public double EpochLossSum { get; init; }

    /// <summary>
    /// Parameters, running statistics and optimiser state, under the trainer's names; no value is NaN.
    /// </summary>
    public required IReadOnlyList<NamedTensor> Tensors { get; init; }

    /// <summary>Rows of metrics.csv so far.</summary>
    public IReadOnlyList<MetricRow> Metrics { get; init; } = [];

    /// <summary>Epochs of the certificate so far.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    /// <summary><see cref="WeightsHash"/> of the weights at <see cref="Step"/>.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>The chain of the last finished epoch, or <see cref="EpochRecord.ChainStart"/>.</summary>
    public required string ChainSha256 { get; init; }

    /// <summary>How often the run was interrupted before this checkpoint.</summary>
    public int Interruptions { get; init; }

    /// <summary>Seconds spent so far.</summary>
    public double Seconds { get; init; }

    internal JsonObject StateToJson() => new()
    {
        ["step"] = Step,
        ["epoch"] = Epoch,
        ["position"] = Position,
        ["epochCorrect"] = EpochCorrect,
        ["epochImages"] = EpochImages,
        ["epochLossSum"] = CanonicalJson.Number(EpochLossSum),
        ["metrics"] = new JsonArray([.. Metrics.Select(row => row.ToJson())]),
        ["epochs"] = new JsonArray([.. Epochs.Select(epoch => epoch.ToJson())]),
        ["weightsSha256"] = WeightsSha256,
        ["chainSha256"] = ChainSha256,
        ["interruptions"] = Interruptions,
        ["seconds"] = CanonicalJson.Number(Seconds),
    };

    internal static CheckpointData FromJson(JsonFields fields, IReadOnlyList<NamedTensor> tensors)
    {
        var data = new CheckpointData
        {
            Step = fields.Integer("step"),
            Epoch = fields.Int32("epoch"),
            Position = fields.Integer("position"),
            EpochCorrect = fields.Integer("epochCorrect"),
            EpochImages = fields.Integer("epochImages"),
            EpochLossSum = fields.Number("epochLossSum"),
            Tensors = tensors,
            Metrics = [.. fields.Objects("metrics").Select(MetricRow.FromJson)],
            Epochs = [.. fields.Objects("epochs").Select(EpochRecord.FromJson)],
            WeightsSha256 = fields.Hash("weightsSha256"),
            ChainSha256 = fields.Hash("chainSha256"),
            Interruptions = fields.Int32("interruptions"),
            Seconds = fields.Number("seconds"),
        };
        fields.End();
        return data;
    }
}
