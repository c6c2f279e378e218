using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>A training on MNIST that both sides can do: SGD under the one-cycle schedule.</summary>
sealed record TrainingTask(string Network, int Epochs, int Batch, double Rate, double Momentum)
{
    public IEnumerable<string> CeterisArguments(string dataFolder, int seed, string runFolder) =>
    [
        "train", Network, "--data", "mnist", "--data-dir", dataFolder, "--epochs", Text(Epochs), "--batch", Text(Batch),
        "--lr", Text(Rate), "--momentum", Text(Momentum), "--schedule", "one_cycle", "--seed", Text(seed),
        "--out", runFolder,
    ];

    public IEnumerable<string> PyTorchArguments(string dataFolder, int seed)
    {
        string own = Path.Combine(dataFolder, "mnist");
        return
        [
            PyTorchSide.Script("train.py"), Network, Directory.Exists(own) ? own : dataFolder,
            Text(Epochs), Text(Batch), Text(Rate), Text(Momentum), Text(seed),
        ];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Network}, {Epochs} epochs of 60,000 images in batches of {Batch}, SGD with momentum {Momentum}, "
        + $"one-cycle rate up to {Rate}");

    static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
