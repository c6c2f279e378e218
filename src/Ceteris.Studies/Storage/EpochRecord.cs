using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// What a run's certificate keeps of one epoch. <paramref name="ChainSha256"/> ties it to all before it (see
/// <see cref="Next"/>), so that equal last chains mean equal histories.
/// </summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Optimiser steps done at its end, from the beginning of the run.</param>
/// <param name="Train">Over the images of the epoch, as they were trained on.</param>
/// <param name="Validation">Null if none was evaluated.</param>
/// <param name="Test">Null if none was evaluated.</param>
/// <param name="WeightsSha256"><see cref="WeightsHash"/> at its end.</param>
/// <param name="ChainSha256">Hash of this epoch and all before it.</param>
public sealed record EpochRecord(
    int Epoch, long Step, Tally Train, Tally? Validation, Tally? Test, string WeightsSha256, string ChainSha256)
{
    /// <summary>The chain before the first epoch: SHA-256 of "ceteris-chain-1", a line feed and the run's id.</summary>
    public static string ChainStart(string runId) => Sha256Text.Of($"ceteris-chain-1\n{runId}");

    /// <summary>
    /// The record that follows a chain: its own chain is the SHA-256 of the previous one, a line feed and the canonical
    /// JSON of the record without the chain.
    /// </summary>
    public static EpochRecord Next(
        string previousChain, int epoch, long step, Tally train, Tally? validation, Tally? test, string weightsSha256)
    {
        var record = new EpochRecord(epoch, step, train, validation, test, weightsSha256, "");
        return record with { ChainSha256 = record.ChainAfter(previousChain) };
    }

    /// <summary>What <see cref="ChainSha256"/> must be after <paramref name="previousChain"/>.</summary>
    public string ChainAfter(string previousChain)
    {
        JsonObject json = ToJson();
        json.Remove("chainSha256");
        return Sha256Text.Of(previousChain + "\n" + CanonicalJson.Text(json));
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["epoch"] = Epoch, ["step"] = Step, ["train"] = Train.ToJson() };
        if (Validation is not null)
            json["validation"] = Validation.ToJson();
        if (Test is not null)
            json["test"] = Test.ToJson();
        json["weightsSha256"] = WeightsSha256;
        json["chainSha256"] = ChainSha256;
        return json;
    }

    internal static EpochRecord FromJson(JsonFields fields)
    {
        var record = new EpochRecord(
            fields.Int32("epoch"), fields.Integer("step"), Tally.FromJson(fields.Object("train")),
            OptionalTally(fields, "validation"), OptionalTally(fields, "test"),
            fields.Hash("weightsSha256"), fields.Hash("chainSha256"));
        fields.End();
        return record;
    }

    static Tally? OptionalTally(JsonFields fields, string key) =>
        fields.Has(key) ? Tally.FromJson(fields.Object(key)) : null;
}
