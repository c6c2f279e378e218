using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>What a completed run came to, in counts.</summary>
/// <param name="WeightsSha256"><see cref="WeightsHash"/> of the final weights.</param>
/// <param name="PredictionsSha256">SHA-256 of predictions.bin.</param>
/// <param name="Test">Final network on the test images.</param>
/// <param name="Confusion">Test images [true class][predicted class].</param>
public sealed record RunResult(string WeightsSha256, string PredictionsSha256, Tally Test, int[][] Confusion)
{
    internal JsonObject ToJson() => new()
    {
        ["weightsSha256"] = WeightsSha256,
        ["predictionsSha256"] = PredictionsSha256,
        ["test"] = Test.ToJson(),
        ["confusion"] = new JsonArray(
            [.. Confusion.Select(row => new JsonArray([.. row.Select(count => JsonValue.Create(count))]))]),
    };

    internal static RunResult FromJson(JsonFields fields)
    {
        var result = new RunResult(
            fields.Hash("weightsSha256"), fields.Hash("predictionsSha256"), Tally.FromJson(fields.Object("test")),
            [.. fields.Array("confusion").Select((row, i) => Row(fields, row, i))]);
        fields.End();
        return result;
    }

    internal string? Contradiction()
    {
        if (Confusion.Any(row => row.Length != Confusion.Length || row.Any(count => count < 0)))
            return "expected a square confusion matrix of counts";
        long total = Confusion.Sum(row => row.Sum(count => (long)count));
        long correct = Confusion.Select((row, i) => (long)row[i]).Sum();
        return (correct, total) == (Test.Correct, Test.Total) ? null
            : $"expected a confusion matrix of {Test.Correct} correct among {Test.Total} images, "
                + $"got {correct} among {total}";
    }

    static int[] Row(JsonFields fields, JsonNode? row, int index)
    {
        if (row is not JsonArray items)
            throw fields.Wrong("confusion", $"an array of arrays (row {index})");
        return [.. items.Select(item => item is JsonValue value && value.TryGetValue(out int count)
            ? count : throw fields.Wrong("confusion", $"whole numbers in row {index}"))];
    }
}
