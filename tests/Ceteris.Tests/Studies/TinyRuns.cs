using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Jobs that take milliseconds: three classes of noisy 6×6 pictures, 41 to train on, 20 to test.</summary>
static class TinyRuns
{
    /// <summary>
    /// A recipe that uses what could go wrong: dropout, batch norm, momentum, a smaller last batch, validation,
    /// warm-up, clipping.
    /// </summary>
    public static readonly (string, string)[] Everything =
    [
        ("network", "mlp"), ("network.hidden", "8,5"), ("network.activation", "relu"), ("network.batch-norm", "true"),
            ("network.dropout", "0.3"),
        ("data", "tiny"), ("preprocess", "scale"), ("validation", "5@3"), ("batch", "16"), ("epochs", "3"),
            ("lr", "0.05"),
        ("schedule", "warmup(2)+one_cycle"), ("clip-norm", "1"), ("seed", "7"),
    ];

    public static ImageSplits Images { get; } = new(Make("tiny train", 41, 0), Make("tiny test", 20, 1000));

    public static TrainingJob Job(params (string, string)[] changes) => Job(Recipe.Of(Everything).With(changes));

    public static TrainingJob Job(Recipe recipe) =>
        new(recipe, RecipeClassifier.Network(recipe, 3), RunData.Of(recipe, Images));

    public static TrainingJob Job(Layer network, params (string, string)[] settings)
    {
        Recipe recipe = Recipe.Of(("data", "tiny"), ("preprocess", "scale"), ("batch", "16"),
            ("epochs", "2")).With(settings);
        return new(recipe, network, RunData.Of(recipe, Images));
    }

    /// <summary>
    /// Trains without checkpoints, on one thread, in a folder that is deleted when the test process ends.
    /// </summary>
    public static (RunSummary Summary, RunCertificate Certificate) Train(TrainingJob job,
        TrainingOptions? options = null)
    {
        options ??= new() { Threads = 1, CheckpointEvery = TimeSpan.MaxValue };
        options = options with { Folder = options.Folder ?? TemporaryFolder() };
        RunSummary summary = Trainer.Run(job, options);
        return (summary, RunReader.Open(options.Folder!).Certificate!);
    }

    public static string TemporaryFolder()
    {
        string folder = Directory.CreateTempSubdirectory("ceteris-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return Path.Combine(folder, "run");
    }

    static ImageSet Make(string name, int count, uint first)
    {
        byte[] pixels = new byte[count * 36], labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            var stream = new RandomStream(StreamKey.For(1, "tiny"), first + (uint)i);
            labels[i] = (byte)stream.Next(3);
            for (int p = 0; p < 36; p++)
                pixels[i * 36 + p] = (byte)(stream.Next(120) + (p / 12 == labels[i] ? 100 : 0));
        }
        return new(name, [1, 6, 6], ["a", "b", "c"], pixels, labels);
    }
}

/// <summary>Calls back after every step and every checkpoint, and keeps what it is told.</summary>
sealed class ProbeObserver(Action<StepProgress>? stepped = null, Action<long>? saved = null) : ITrainingObserver
{
    public RunStart? Start { get; private set; }

    public List<StepProgress> Steps { get; } = [];

    public List<EpochRecord> Epochs { get; } = [];

    public List<MetricRow> Rows { get; } = [];

    public List<string> Notices { get; } = [];

    public List<long> Saves { get; } = [];

    public RunSummary? Summary { get; private set; }

    public void Started(RunStart start) => Start = start;

    public void Stepped(in StepProgress step)
    {
        Steps.Add(step);
        stepped?.Invoke(step);
    }

    public void EpochEnded(EpochRecord epoch, MetricRow row)
    {
        Epochs.Add(epoch);
        Rows.Add(row);
    }

    public void Noticed(string message) => Notices.Add(message);

    public void Saved(long step, string file)
    {
        Saves.Add(step);
        saved?.Invoke(step);
    }

    public void Finished(RunSummary summary) => Summary = summary;
}
