using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ceteris.Studies;

/// <summary>Writes what a completed run leaves beside its certificate.</summary>
sealed class RunOutputs(TrainingJob job, RunFiles files, Model model)
{
    public const string WeightsFile = "weights.safetensors";

    /// <param name="test">The final network on the test images.</param>
    /// <param name="rows">Of all epochs.</param>
    public RunResult Write(Evaluation test, IReadOnlyList<MetricRow> rows)
    {
        Predictions predictions = test.Predictions!;
        int[][] confusion = predictions.Confusion();
        string title = $"{job.Recipe.Network} on {job.Recipe["data"]}";
        string subtitle = string.Create(CultureInfo.InvariantCulture, $"seed {job.Recipe.Seed}, {job.Recipe.Epochs} epochs; ")
            + string.Create(CultureInfo.InvariantCulture, $"test {test.Tally.Correct} of {test.Tally.Total} correct");
        byte[] bytes = predictions.ToBytes();
        files.Write(WeightsFile, StateDict.ToBytes(model.Weights(), job.RunId));
        files.Write(Predictions.FileName, bytes);
        files.Write(CurvesPlot.FileName, Encoding.UTF8.GetBytes(CurvesPlot.Draw(rows, title, subtitle)));
        string matrix = ConfusionPlot.Draw(confusion, job.Data.Test.Classes, title, subtitle);
        files.Write(ConfusionPlot.FileName, Encoding.UTF8.GetBytes(matrix));
        files.Write(MisclassifiedGallery.FileName, MisclassifiedGallery.Draw(job.Data.Test, predictions));
        return new(WeightsHash.Compute(model.Weights())!, Sha256(bytes), test.Tally, confusion);
    }

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
