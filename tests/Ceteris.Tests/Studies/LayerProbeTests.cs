using Ceteris.Compiler;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What goes on in layers, against counting by hand and against the gradients of a training step.</summary>
public sealed class LayerProbeTests
{
    static readonly Layer sigmoidNet =
    [
        new Flatten(), ("squash", Activation.Sigmoid), ("fc1", new Linear(5)), ("act", Activation.Relu),
        ("fc2", new Linear(3)), ("out", Activation.LogSoftmax),
    ];

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(21)]
    public void SaturationIsTheShareOfFlatOutputs(int batch)
    {
        // x = 0.25 k: σ(x)(1 − σ(x)) < 0.025 where |x| > 3.6636.
        float[] images = [.. Enumerable.Range(0, batch * 4).Select(i => (i * 7 % 41 - 20) * 0.25f)];
        double expected = images.Count(x => Math.Abs(x) > 3.6636) / (double)images.Length;
        var classifier = new Classifier(sigmoidNet, [1, 2, 2], 3) { Objective = new Nll() };
        using var store = new VariableStore();
        using Program program = classifier.Probe(batch).Compile(store, seed: 1);
        program.Feed(Classifier.Images, images);
        program.Feed(Classifier.Labels, new float[batch]);
        program.Run();
        Assert.Equal(expected, program.Output($"{Classifier.Saturated}/squash")[0], 1e-6);

        // The ReLU is off where its input is not positive.
        (int off, int all) = (0, 0);
        foreach (float[] image in images.Chunk(4))
        {
            for (int unit = 0; unit < 5; unit++, all++)
            {
                double sum = store["fc1.bias"][unit];
                for (int i = 0; i < 4; i++)
                    sum += store["fc1.weight"][unit * 4 + i] / (1 + Math.Exp(-image[i]));
                off += sum <= 0 ? 1 : 0;
            }
        }
        Assert.Equal((double)off / all, program.Output($"{Classifier.Saturated}/act")[0], 1e-6);
    }

    [Fact]
    public void AGradientNormIsThatOfTheTrainingStep()
    {
        var classifier = new Classifier(sigmoidNet, [1, 2, 2], 3)
        {
            Objective = new Nll(),
            ReportsGradientNorms = true,
        };
        using var store = new VariableStore();
        using Program probe = classifier.Probe(16).Compile(store, seed: 1);
        using Program step = classifier.Training(16).Compile(store, seed: 1);
        foreach (Program program in (Program[])[probe, step])
        {
            program.Feed(Classifier.Images, [.. Enumerable.Range(0, 64).Select(i => i * 0.01f)]);
            program.Feed(Classifier.Labels, [.. Enumerable.Range(0, 16).Select(i => (float)(i % 3))]);
        }
        step.Feed(Classifier.Rate, [0.1f]);
        probe.Run();
        step.Run();
        foreach (string layer in (string[])["fc1", "fc2"])
        {
            double weight = step.Output($"{Classifier.GradientNorm}/{layer}.weight")[0];
            double bias = step.Output($"{Classifier.GradientNorm}/{layer}.bias")[0];
            Assert.Equal(Math.Sqrt(weight * weight + bias * bias), probe.Output($"{Classifier.GradientNorm}/{layer}")[0],
                1e-6);
        }
    }

    [Fact]
    public void LayersComeInOrderAndOnlyThoseThatCanBeMeasured()
    {
        Layer network =
        [
            ("conv1", new Conv2d(4, 3)), ("bn1", new BatchNorm()), ("relu1", Activation.Relu),
            ("block", new Residual([("conv2", new Conv2d(4, 3, Padding: 1)), ("act2", Activation.Tanh)])),
            new Flatten(), ("fc", new Linear(3)), ("out", Activation.Softmax),
        ];
        TracedComputation traced = new Classifier(network, [1, 6, 6], 3).Probe(5);
        Assert.Equal(
            ["gradient_norm/conv1", "saturated/relu1", "gradient_norm/block.conv2", "saturated/block.act2",
                "gradient_norm/fc"],
            traced.Computation.Outputs.Select(output => output.Name));
        Assert.Empty(traced.Computation.Updates);
    }

    [Fact]
    public void ARunTellsOfItsLayersAndIsTheSameRun()
    {
        TrainingJob job = TinyRuns.Job();
        var options = new TrainingOptions { Threads = 1, CheckpointEvery = TimeSpan.MaxValue };
        RunCertificate plain = TinyRuns.Train(job, options).Certificate;
        RunCertificate probed = TinyRuns.Train(job, options with { ProbesLayers = true }).Certificate;
        Assert.Empty(plain.Layers);
        Assert.Equal(plain.IdentitySha256, probed.IdentitySha256);
        Assert.Equal(
            [("fc1", LayerQuantity.GradientNorm), ("act1", LayerQuantity.Saturated), ("fc2", LayerQuantity.GradientNorm),
                ("act2", LayerQuantity.Saturated), ("fc3", LayerQuantity.GradientNorm)],
            probed.Layers.Select(layer => (layer.Layer, layer.Quantity)));
        Assert.All(probed.Layers, layer => Assert.NotEqual(layer.Start, layer.End));

        // The start is that of a run which ends where it begins, also after an interruption.
        RunCertificate still = TinyRuns.Train(TinyRuns.Job(("lr", "1e-30"), ("epochs", "1"),
            ("network.batch-norm", "false")), options with { ProbesLayers = true }).Certificate;
        Assert.All(still.Layers, layer => Assert.Equal(layer.Start, layer.End));
    }

    [Fact]
    public void DamagedLayersAreRefused()
    {
        RunCertificate probed = TinyRuns.Train(TinyRuns.Job(),
            new() { Threads = 1, ProbesLayers = true, CheckpointEvery = TimeSpan.MaxValue }).Certificate;
        string text = System.Text.Encoding.UTF8.GetString(probed.ToBytes());
        var e = Assert.Throws<InvalidDataException>(() => RunCertificate.Parse(
            System.Text.Encoding.UTF8.GetBytes(text.Replace("\"GradientNorm\"", "\"Norm\"", StringComparison.Ordinal)),
            "run.json"));
        Assert.Contains("quantity: expected GradientNorm or Saturated", e.Message, StringComparison.Ordinal);
    }
}
