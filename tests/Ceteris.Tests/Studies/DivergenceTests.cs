using Ceteris.Compiler;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>
/// A run that meets NaN or infinity stops at the first bad step and names the operation that it came from.
/// </summary>
public sealed class DivergenceTests
{
    /// <summary>A layer without parameters, from a function.</summary>
    static Layer Net(Func<Tensor, Tensor> between) =>
        [("flatten", new Flatten()), ("fc1", new Linear(6)), ("between", Activation.Of("between", between)),
            ("fc2", new Linear(3))];

    public static TheoryData<string, string[]> Causes => new()
    {
        { "log of 0", ["between: Log", "in the forward pass", "infinite"] },
        { "root of a negative number", ["between: Sqrt", "in the forward pass", "NaN"] },
        { "division by 0", ["between: Divide", "in the forward pass", "; from fc1 Add ("] },
        { "overflow of exp", ["between: Exp", "in the forward pass", "infinite"] },
        { "gradient of the root of 0", ["between: Divide", "in the backward pass"] },
        { "infinite images", ["input images", "infinite"] },
        { "infinite weights", ["fc1.weight"] },
        { "overflow of a product", ["between: Multiply", "in the forward pass"] },
        { "loss of a useless scale", ["between: Multiply"] },
        { "a great error squared", ["loss: Square [16, 3] in the forward pass"] },
        { "square of a great gradient", ["optimiser/fc", ": Square [", "in the optimiser's step"] },
    };

    static TrainingJob JobOf(string cause) => cause switch
    {
        "log of 0" => TinyRuns.Job(Net(x => x.Relu().Log())),
        "root of a negative number" => TinyRuns.Job(Net(x => x.Sqrt())),
        "division by 0" => TinyRuns.Job(Net(x => x / (x - x))),
        "overflow of exp" => TinyRuns.Job(Net(x => (100f * x.Abs() + 100f).Exp())),
        "gradient of the root of 0" => TinyRuns.Job(Net(x => (0f * x).Sqrt() + x)),
        "infinite images" => TinyRuns.Job(Net(x => x), ("preprocess", "standardize=0.1/1e-44")),
        "infinite weights" => TinyRuns.Job(Net(x => x), ("init", "constant(1e39)")),
        "overflow of a product" => TinyRuns.Job(Net(x => x * 1e30f * 1e30f)),
        "a great error squared" => TinyRuns.Job(Net(x => x), ("loss", "mse"), ("init", "constant(3e9)")),
        "square of a great gradient" =>
            TinyRuns.Job(Net(x => x), ("optimizer", "adam"), ("preprocess", "standardize=0.1/1e-35")),
        _ => TinyRuns.Job(Net(x => x * 3e38f * 3e38f)),
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void TheCauseIsNamed(string cause, string[] parts)
    {
        string folder = TinyRuns.TemporaryFolder();
        RunSummary summary = Trainer.Run(JobOf(cause), new() { Folder = folder, Threads = 1 });
        Assert.Equal((RunState.Failed, 1, 1L), (summary.State, summary.ExitCode, summary.Steps));
        Assert.StartsWith("step 1 (epoch 1, batch 1 of 3): ", summary.Reason, StringComparison.Ordinal);
        foreach (string part in parts)
            Assert.Contains(part, summary.Reason, StringComparison.Ordinal);
        RunReader run = RunReader.Open(folder);
        Assert.Equal((RunPhase.Failed, summary.Reason), (run.Phase, run.Certificate!.Status.Reason));
        Assert.True(Trainer.Run(JobOf(cause), new() { Folder = folder, Threads = 1 }).Repeated);
    }

    [Fact]
    public void AnExplosionIsFoundAtItsFirstStepAndTheLastGoodCheckpointStays()
    {
        // Weights double in every step: the loss overflows after about 120 of them, in the middle of the run.
        TrainingJob job = TinyRuns.Job(Net(x => x), ("loss", "mse"), ("lr", "3"), ("epochs", "200"),
            ("report-every", "7"));
        string folder = TinyRuns.TemporaryFolder();
        var observer = new ProbeObserver();
        RunSummary first = Trainer.Run(job,
            new() { Folder = folder, Threads = 1, CheckpointEvery = TimeSpan.Zero, Observer = observer });
        Assert.Equal(RunState.Failed, first.State);
        Assert.InRange(first.Steps, 3, 500);
        Assert.True(observer.Saves[^1] < first.Steps);
        Assert.True(observer.Steps.All(step => float.IsFinite(step.BatchLoss)));
        string newest = Directory.GetFiles(folder, "*.ckpt").Max(StringComparer.Ordinal)!;
        Assert.Equal(CheckpointStore.NameOf(observer.Saves[^1]), Path.GetFileName(newest));

        // However seldom it looks, and whatever the threads, the verdict is the same.
        RunCertificate expected = RunReader.Open(folder).Certificate!;
        RunCertificate again = TinyRuns.Train(job,
            new() { Threads = 2, CheckpointEvery = TimeSpan.MaxValue }).Certificate;
        Assert.Equal(expected.Status, again.Status);
        Assert.Equal(expected.IdentitySha256, again.IdentitySha256);
    }

    [Fact]
    public void AnInfinityThatIsMeantIsNotBlamed()
    {
        TrainingJob job = TinyRuns.Job(Net(x => x.Min(float.PositiveInfinity).Max(float.NegativeInfinity)));
        Assert.Equal(RunState.Completed, TinyRuns.Train(job).Summary.State);

        TrainingJob bad = TinyRuns.Job(Net(x => x.Min(float.PositiveInfinity).Sqrt()));
        Assert.Contains("between: Sqrt", TinyRuns.Train(bad).Summary.Reason, StringComparison.Ordinal);
    }
}
