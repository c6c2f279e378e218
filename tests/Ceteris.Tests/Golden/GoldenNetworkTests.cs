using System.Globalization;
using System.Text.Json;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>Some steps of SGD of whole networks, and full-size architectures, against PyTorch in double precision.</summary>
public sealed class GoldenNetworkTests
{
    const double ValueBound = 2e-5, GradientBound = 5e-5, ArchitectureBound = 1e-4;

    /// <summary>What is zero in exact arithmetic must stay below this times the norm of the gradient of the same layer's weight.</summary>
    const double ZeroFloor = 1e-5;

    public static TheoryData<string> Networks() => [.. GoldenFiles.Networks];

    public static TheoryData<string> Architectures() => [.. GoldenFiles.Architectures];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TrainsAsInPyTorch(string path)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path);
        int steps = Whole(file, "steps"), batch = Whole(file, "batch");
        var classifier = Classifier(name, file, file.Shape("logits.train.0")[1]) with { Optimiser = new Sgd(Momentum: Number(file, "momentum")) };
        int pixels = classifier.ImageShape.Elements;
        float[] images = HashedNetwork.Images(steps * batch * pixels), labels = HashedNetwork.Labels(steps * batch);
        var report = new Agreement.Report();
        using var store = new VariableStore();

        var training = classifier.Training(batch);
        training.Trace.Initialise(store, seed: 0);
        HashedNetwork.Fill(training.Trace, store, file.Metadata["parameters"]);
        FirstGradients(classifier, file, store, images.AsSpan(0, batch * pixels), labels.AsSpan(0, batch), report);

        using (var program = training.Compile(store, seed: 0))
        {
            program.Feed(Ceteris.Networks.Classifier.Rate, [(float)Number(file, "lr")]);
            var losses = new float[steps];
            for (int i = 0; i < steps; i++)
            {
                program.Feed(Ceteris.Networks.Classifier.Images, images.AsSpan(i * batch * pixels, batch * pixels));
                program.Feed(Ceteris.Networks.Classifier.Labels, labels.AsSpan(i * batch, batch));
                program.Run();
                losses[i] = program.Output(Ceteris.Networks.Classifier.Loss)[0];
                if (i == 0)
                    report.Add("logits.train.0", Agreement.RelativeError(program.Output(Ceteris.Networks.Classifier.Logits), file["logits.train.0"]), ValueBound);
            }
            report.Add("losses", Agreement.RelativeError(losses, file["losses"]), ValueBound);
        }
        foreach (var variable in training.Trace.Variables.Where(v => v.Kind != VariableKind.State))
            Sampled(file, "final", variable.Path, store[variable.Path], ValueBound, report);

        using var evaluation = classifier.Evaluation(batch).Compile(store, seed: 0);
        evaluation.Feed(Ceteris.Networks.Classifier.Images, images.AsSpan(0, batch * pixels));
        evaluation.Feed(Ceteris.Networks.Classifier.Labels, labels.AsSpan(0, batch));
        evaluation.Run();
        report.Add("logits.eval.final", Agreement.RelativeError(evaluation.Output(Ceteris.Networks.Classifier.Logits), file["logits.eval.final"]), ValueBound);
        report.Check(name);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void ArchitectureGivesTheSameLogits(string path)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path);
        int[] input = JsonSerializer.Deserialize<int[]>(file.Metadata["input"])!;
        (var entry, var words) = Zoo.Parse(name);
        var options = entry.Options.Any(o => o.Name == "dropout") ? words.Append(new("dropout", "0")) : words;
        var network = entry.Build(entry.Complete(options), file.Shape("logits")[1]);
        Assert.Equal(Whole(file, "count"), Description.Of(network, Shape.Of(input)[1..]).Parameters);

        var trace = new Trace(training: true);
        var logits = network.Apply(trace.Root, Tensor.Apply(new Input("images", Shape.Of(input), Batched: true)));
        using var store = new VariableStore();
        foreach (var variable in trace.Variables)
            store.Add(variable.Path, variable.Shape).Fill(variable.Path.EndsWith("running_var", StringComparison.Ordinal) ? 1 : 0);
        HashedNetwork.Fill(trace, store, file.Metadata["parameters"]);
        using var program = Program.Compile(new([("logits", logits)], []), store);
        program.Feed("images", HashedNetwork.Images(input.Aggregate(1, (a, b) => a * b)));
        program.Run();
        var report = new Agreement.Report();
        report.Add("logits", Agreement.RelativeError(program.Output("logits"), file["logits"]), ArchitectureBound);
        report.Check(name);
    }

    static void FirstGradients(Classifier classifier, GoldenFile file, VariableStore store, ReadOnlySpan<float> images, ReadOnlySpan<float> labels, Agreement.Report report)
    {
        var trace = new Trace(training: true);
        int batch = labels.Length;
        var x = Tensor.Apply(new Input("images", [batch, .. classifier.ImageShape], Batched: true));
        var loss = classifier.Network.Apply(trace.Root, x).CrossEntropy(Tensor.Apply(new Input("labels", [batch], Batched: true))).Mean();
        TracedVariable[] parameters = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        var gradients = Gradients.Of(loss, [.. parameters.Select(p => p.Tensor)]);
        using var program = Program.Compile(new([.. parameters.Select((p, i) => (p.Path, gradients[i]))], []), store);
        program.Feed("images", images);
        program.Feed("labels", labels);
        program.Run();
        var zero = BiasesBeforeBatchNorm(trace);
        foreach (var parameter in parameters)
        {
            if (zero.Contains(parameter.Path))
            {
                double scale = Agreement.Norm(program.Output(parameter.Path[..^"bias".Length] + "weight"));
                report.Add($"grad.0.{parameter.Path} (zero)", Agreement.Norm(program.Output(parameter.Path)) / scale, ZeroFloor);
            }
            else
            {
                Sampled(file, "grad.0", parameter.Path, program.Output(parameter.Path), GradientBound, report);
            }
        }
    }

    /// <summary>Biases of convolutions and linear layers that a batch norm directly follows: it takes the mean away again.</summary>
    static HashSet<string> BiasesBeforeBatchNorm(Trace trace)
    {
        TracedLayer[] layers = [.. trace.Layers.Where(l => !l.IsContainer)];
        return [.. layers.Zip(layers.Skip(1)).Where(p => p.First.Layer is Conv2d or Linear && p.Second.Layer is BatchNorm).Select(p => p.First.Path + ".bias")];
    }

    /// <summary>The norm and up to 256 evenly spaced entries.</summary>
    static void Sampled(GoldenFile file, string key, string path, ReadOnlySpan<float> values, double bound, Agreement.Report report)
    {
        double[] reference = file[$"{key}.{path}"];
        double norm = file[$"{key}.norm.{path}"][0];
        report.Add($"{key}.norm.{path}", Math.Abs(Agreement.Norm(values) - norm) / norm, bound);
        var samples = new float[reference.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            // torch.linspace computes in single precision: where the place is within its rounding of a whole number, either may be meant.
            double place = samples.Length == 1 ? 0 : (double)i * (values.Length - 1) / (samples.Length - 1), slack = values.Length * 3e-7;
            float low = values[(int)Math.Max(0, Math.Floor(place - slack))], high = values[(int)Math.Min(values.Length - 1, Math.Floor(place + slack))];
            samples[i] = Math.Abs(low - reference[i]) < Math.Abs(high - reference[i]) ? low : high;
        }
        report.Add($"{key}.{path}", Agreement.RelativeError(samples, reference), bound);
    }

    static Classifier Classifier(string name, GoldenFile file, int classes)
    {
        (var entry, var options) = Zoo.Parse(name);
        int[] image = JsonSerializer.Deserialize<int[]>(file.Metadata["input"])!;
        return new(entry.Build(entry.Complete(options), classes), Shape.Of(image), classes);
    }

    static int Whole(GoldenFile file, string key) => int.Parse(file.Metadata[key], CultureInfo.InvariantCulture);

    static double Number(GoldenFile file, string key) => double.Parse(file.Metadata[key], CultureInfo.InvariantCulture);
}
