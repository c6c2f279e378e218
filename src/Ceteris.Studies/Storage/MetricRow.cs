using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// One line of metrics.csv. Accuracies are shares in [0, 1]; the last two columns are about the machine. What was not
/// evaluated is null.
/// </summary>
public sealed record MetricRow(
    int Epoch, long Step, double LearningRate, double TrainLoss, double TrainAccuracy, double? TestLoss,
    double? TestAccuracy, double ImagesPerSecond, double Seconds)
{
    public double? ValidationLoss { get; init; }

    public double? ValidationAccuracy { get; init; }

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
        Add("validationLoss", ValidationLoss);
        Add("validationAccuracy", ValidationAccuracy);
        Add("testLoss", TestLoss);
        Add("testAccuracy", TestAccuracy);
        return json;

        void Add(string key, double? value)
        {
            if (value is { } number)
                json[key] = CanonicalJson.Number(number);
        }
    }

    internal static MetricRow FromJson(JsonFields fields)
    {
        var row = new MetricRow(
            fields.Int32("epoch"), fields.Integer("step"), fields.Number("learningRate"), fields.Number("trainLoss"),
            fields.Number("trainAccuracy"), fields.OptionalNumber("testLoss"), fields.OptionalNumber("testAccuracy"),
            fields.Number("imagesPerSecond"), fields.Number("seconds"))
        {
            ValidationLoss = fields.OptionalNumber("validationLoss"),
            ValidationAccuracy = fields.OptionalNumber("validationAccuracy"),
        };
        fields.End();
        return row;
    }
}
