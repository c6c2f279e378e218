using System.Globalization;
using System.Text.Json;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

/// <summary>A training run of a golden network from its generated weights, compared with the file.</summary>
sealed class GoldenTraining
{
    const double ValueBound = 2e-5, GradientBound = 5e-5;

    /// <summary>
    /// The gradient of a bias that batch norm takes away again is zero in exact arithmetic: PyTorch's is below the
    /// first number; ours must stay below the second times the norm of the gradient of the same layer's weight.
    /// </summary>
    const double ZeroNorm = 1e-12, ZeroFloor = 1e-5;

    readonly GoldenFile file;
    readonly Classifier classifier;
    readonly int batch;
    readonly float[] images, labels;

    /// <summary>
    /// Trains; unless <paramref name="nudge"/> is 0, every initial weight is first moved by at most one unit in the
    /// last place.
    /// </summary>
    public GoldenTraining(string name, GoldenFile file, int nudge)
    {
        this.file = file;
        (var entry, var options) = Zoo.Parse(name);
        int classes = file.Shape("logits.train.0")[1], steps = (int)Number("steps");
        int[] image = JsonSerializer.Deserialize<int[]>(file.Metadata["input"])!;
        var network = entry.Build(entry.Complete(options), classes);
        classifier = new(network, Shape.Of(image), classes) { Optimiser = new Sgd(Number("momentum")) };
        batch = (int)Number("batch");
        images = HashedNetwork.Images(steps * batch * classifier.ImageShape.Elements);
        labels = HashedNetwork.Labels(steps * batch);

        using var store = new VariableStore();
        var training = classifier.Training(batch);
        training.Trace.Initialise(store, seed: 0);
        HashedNetwork.Fill(training.Trace, store, file.Metadata["parameters"]);
        if (nudge != 0)
            Nudge(training.Trace, store, nudge);
        FirstGradients(store);
        Train(training, steps, store);
        foreach (var variable in training.Trace.Variables.Where(v => v.Kind != VariableKind.State))
            Sampled("final", variable.Path, store[variable.Path], ValueBound);
        using var evaluation = classifier.Evaluation(batch).Compile(store, seed: 0);
        Feed(evaluation, 0);
        evaluation.Run();
        Report.Add("logits.eval.final",
            Agreement.RelativeError(evaluation.Output(Networks.Classifier.Logits), file["logits.eval.final"]),
            ValueBound);
    }

    public Agreement.Report Report { get; } = new();

    /// <summary>What each ReLU and max pool saw, step by step.</summary>
    public List<Decision[]> Decisions { get; } = [];

    void Train(TracedComputation training, int steps, VariableStore store)
    {
        var kinks = Decision.Kinks(training.Computation);
        (string, Tensor)[] seen = [.. kinks.Select((k, i) => ($"kink{i}", k.Inputs[0]))];
        var computation = training.Computation with { Outputs = [.. training.Computation.Outputs, .. seen] };
        using var program = (training with { Computation = computation }).Compile(store, seed: 0);
        program.Feed(Networks.Classifier.Rate, [(float)Number("lr")]);
        var losses = new float[steps];
        for (int i = 0; i < steps; i++)
        {
            Feed(program, i);
            program.Run();
            losses[i] = program.Output(Networks.Classifier.Loss)[0];
            Decisions.Add([.. kinks.Select((k, j) => new Decision(k, program.Output($"kink{j}").ToArray()))]);
            if (i == 0)
                Report.Add("logits.train.0",
                    Agreement.RelativeError(program.Output(Networks.Classifier.Logits), file["logits.train.0"]),
                    ValueBound);
        }
        Report.Add("losses", Agreement.RelativeError(losses, file["losses"]), ValueBound);
    }

    void FirstGradients(VariableStore store)
    {
        var trace = new Trace(training: true);
        var x = Tensor.Apply(new Input(Networks.Classifier.Images, [batch, .. classifier.ImageShape], Batched: true));
        var truth = Tensor.Apply(new Input(Networks.Classifier.Labels, [batch], Batched: true));
        var loss = classifier.Network.Apply(trace.Root, x).CrossEntropy(truth).Mean();
        TracedVariable[] parameters = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        var gradients = Gradients.Of(loss, [.. parameters.Select(p => p.Tensor)]);
        var computation = new Computation([.. parameters.Select((p, i) => (p.Path, gradients[i]))], []);
        using var program = new TracedComputation(computation, trace).Compile(store, seed: 0);
        Feed(program, 0);
        program.Run();
        foreach (string path in parameters.Select(p => p.Path))
        {
            if (file[$"grad.0.norm.{path}"][0] < ZeroNorm && path.EndsWith(".bias", StringComparison.Ordinal))
            {
                double scale = Agreement.Norm(program.Output(path[..^"bias".Length] + "weight"));
                Report.Add($"grad.0.{path} (zero)", Agreement.Norm(program.Output(path)) / scale, ZeroFloor);
            }
            else
            {
                Sampled("grad.0", path, program.Output(path), GradientBound);
            }
        }
    }

    void Feed(Compiler.Program program, int step)
    {
        int pixels = batch * classifier.ImageShape.Elements;
        program.Feed(Networks.Classifier.Images, images.AsSpan(step * pixels, pixels));
        program.Feed(Networks.Classifier.Labels, labels.AsSpan(step * batch, batch));
    }

    /// <summary>The norm and up to 256 evenly spaced entries.</summary>
    void Sampled(string key, string path, ReadOnlySpan<float> values, double bound)
    {
        double[] reference = file[$"{key}.{path}"];
        double norm = file[$"{key}.norm.{path}"][0];
        Report.Add($"{key}.norm.{path}", Math.Abs(Agreement.Norm(values) - norm) / norm, bound);
        var samples = new float[reference.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            // torch.linspace computes in single precision: where the place is within its rounding of a whole number,
            // either may be meant.
            double place = (double)i * (values.Length - 1) / Math.Max(1, samples.Length - 1);
            double slack = values.Length * 3e-7;
            float low = values[(int)Math.Max(0, Math.Floor(place - slack))],
                high = values[(int)Math.Min(values.Length - 1, Math.Floor(place + slack))];
            samples[i] = Math.Abs(low - reference[i]) < Math.Abs(high - reference[i]) ? low : high;
        }
        Report.Add($"{key}.{path}", Agreement.RelativeError(samples, reference), bound);
    }

    static void Nudge(Trace trace, VariableStore store, int nudge)
    {
        foreach (var variable in trace.Variables.Where(v => v.Kind == VariableKind.Parameter))
        {
            var stream = new RandomStream(StreamKey.For((ulong)nudge, "test", variable.Path));
            foreach (ref float value in store[variable.Path])
            {
                int way = stream.Next(3);
                value = way == 0 ? MathF.BitDecrement(value) : way == 1 ? value : MathF.BitIncrement(value);
            }
        }
    }

    double Number(string key) => double.Parse(file.Metadata[key], CultureInfo.InvariantCulture);
}
