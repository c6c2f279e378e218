namespace Ceteris.Studies;

/// <summary>Writes what a completed run leaves beside its certificate.</summary>
sealed class RunOutputs(TrainingJob job, TrainingOptions options, RunFiles files, Model model)
{
    public const string WeightsFile = "weights.safetensors";

    /// <param name="test">The final network on the test images.</param>
    /// <param name="rows">Of all epochs.</param>
    public RunResult Write(Evaluation test, IReadOnlyList<MetricRow> rows)
    {
        Predictions predictions = test.Predictions!;
        byte[] bytes = predictions.ToBytes();
        if (options.KeepWeights)
            files.Write(WeightsFile, StateDict.ToBytes(model.Weights(), job.RunId));
        files.Write(Predictions.FileName, bytes);
        if (options.DrawPictures)
        {
            foreach ((string name, byte[] picture) in RunPictures.Draw(job.Recipe, test.Tally, rows, predictions,
                job.Data.Test))
                files.Write(name, picture);
        }
        return new(
            WeightsHash.Compute(model.Weights())!, Sha256Text.Of(bytes), test.Tally, predictions.Confusion());
    }
}
