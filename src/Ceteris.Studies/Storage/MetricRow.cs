using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// One line of metrics.csv. Accuracies are shares in [0, 1]; the last two columns are about the machine.
/// </summary>
public sealed record MetricRow(
    int Epoch, long Step, double LearningRate, double TrainLoss, double TrainAccuracy, double? TestLoss,
    double? TestAccuracy, double ImagesPerSecond, double Seconds)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["epoch"] = Epoch,
            ["step"] = Step,
            ["learningRate"] = CanonicalJson.Number(LearningRate),
            ["trainLoss"] = CanonicalJson.Number(TrainLoss),
            ["trainAccuracy"] = CanonicalJson.Number(TrainAccuracy),
            ["imagesPerSecond"] = CanonicalJson.Number(ImagesPerSecond),
            ["seconds"] = CanonicalJson.Number(Seconds),
        };
        if (TestLoss is { } loss)
            json["testLoss"] = CanonicalJson.Number(loss);
        if (TestAccuracy is { } accuracy)
            json["testAccuracy"] = CanonicalJson.Number(accuracy);
        return json;
    }

    internal static MetricRow FromJson(JsonFields fields)
    {
        var row = new MetricRow(
            fields.Int32("epoch"), fields.Integer("step"), fields.Number("learningRate"), fields.Number("trainLoss"),
            fields.Number("trainAccuracy"), fields.OptionalNumber("testLoss"), fields.OptionalNumber("testAccuracy"),
            fields.Number("imagesPerSecond"), fields.Number("seconds"));
        fields.End();
        return row;
    }
}
