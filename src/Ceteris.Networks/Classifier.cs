using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>A computation and what was collected while it was traced.</summary>
public sealed record TracedComputation(Computation Computation, Trace Trace)
{
    /// <summary>Adds the missing variables to the store, with their initial values, and compiles.</summary>
    public Program Compile(VariableStore store, ulong seed, WorkerPool? pool = null, CompileOptions? options = null)
    {
        Trace.Initialise(store, seed);
        return Program.Compile(Computation, store, pool, options);
    }
}

/// <summary>
/// A network that sorts images into classes, with what it needs to learn. It traces the computations of a run: a
/// training step, an evaluation, a prediction, each for a batch size; those of one classifier share their variables.
/// Inputs: <c>images</c> [N, C, H, W] and <c>labels</c> [N], batched; <c>rate</c>, a number.
/// </summary>
public sealed record Classifier(Layer Network, Shape ImageShape, int Classes)
{
    public const string Images = "images", Labels = "labels", Rate = "rate";

    /// <summary>Outputs. <c>loss</c>: the mean over the batch in a training step, the sum in an evaluation.</summary>
    public const string Loss = "loss", Correct = "correct", Predictions = "predictions",
        Probabilities = "probabilities", Logits = "logits",
        GradientNorm = "gradient_norm", Saturated = "saturated";

    public Loss Objective { get; init; } = new CrossEntropy();

    public Optimiser Optimiser { get; init; } = new Sgd();

    public GradientClip? Clip { get; init; }

    public Initialisation Initialisation { get; init; } = Initialisation.Default;

    /// <summary>
    /// Whether a training step also gives <c>gradient_norm</c> and <c>gradient_norm/‹parameter›</c>, before clipping.
    /// </summary>
    public bool ReportsGradientNorms { get; init; }

    /// <summary>
    /// One step of training. Outputs: <c>loss</c>, the mean over the batch; <c>correct</c>, how many samples have their
    /// greatest output at the label; <c>logits</c> [N, Classes]. Updates: weights, the optimiser's states, running
    /// statistics.
    /// </summary>
    public TracedComputation Training(int batch)
    {
        var trace = new Trace(training: true, Initialisation);
        (var logits, var labels) = (Outputs(trace, batch), Tensor.Apply(new Input(Labels, [batch], Batched: true)));
        var rate = Tensor.Apply(new Input(Rate, Shape.Scalar));
        var loss = LossOf(logits, labels).Mean();
        TracedVariable[] parameters = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        var gradients = Gradients.Of(loss, [.. parameters.Select(p => p.Tensor)]);
        List<(string, Tensor)> outputs = [(Loss, loss), (Correct, CorrectOf(logits, labels)), (Logits, logits)];
        if (ReportsGradientNorms)
        {
            outputs.Add((GradientNorm, GradientClip.NormOf(gradients)));
            outputs.AddRange(
                parameters.Select((p, i) => ($"{GradientNorm}/{p.Path}", GradientClip.NormOf([gradients[i]]))));
        }
        gradients = Clip?.Apply(gradients) ?? gradients;
        for (int i = 0; i < parameters.Length; i++)
        {
            var at = trace.OptimiserOf(parameters[i]);
            using var _ = TracePath.Enter(at.Path);
            trace.Root.Assign(parameters[i].Tensor, Optimiser.Update(at, parameters[i].Tensor, gradients[i], rate));
        }
        return new(new(outputs, trace.Updates), trace);
    }

    /// <summary>
    /// Evaluation. Outputs: <c>loss</c>, the sum over the batch; <c>correct</c>; <c>predictions</c> [N], the first
    /// class of the greatest output; <c>logits</c> [N, Classes].
    /// </summary>
    public TracedComputation Evaluation(int batch)
    {
        var trace = new Trace(training: false, Initialisation);
        (var logits, var labels) = (Outputs(trace, batch), Tensor.Apply(new Input(Labels, [batch], Batched: true)));
        var loss = LossOf(logits, labels).Sum();
        (string, Tensor)[] outputs =
            [(Loss, loss), (Correct, CorrectOf(logits, labels)), (Predictions, logits.ArgMax()), (Logits, logits)];
        return new(new(outputs, []), trace);
    }

    /// <summary>
    /// Prediction without labels. Outputs: <c>predictions</c> [N], <c>probabilities</c> and <c>logits</c> [N, Classes].
    /// </summary>
    public TracedComputation Prediction(int batch)
    {
        var trace = new Trace(training: false, Initialisation);
        var logits = Outputs(trace, batch);
        (string, Tensor)[] outputs =
            [(Predictions, logits.ArgMax()), (Probabilities, logits.Softmax(1)), (Logits, logits)];
        return new(new(outputs, []), trace);
    }

    /// <summary>
    /// What goes on inside on a batch, as in training and with nothing updated, in the order of the layers. Outputs:
    /// <c>gradient_norm/‹layer›</c> for each linear or convolutional layer, √Σ (∂loss/∂w)² over its weight and bias for
    /// the mean loss; <c>saturated/‹layer›</c> for each activation, the share of its outputs at which its slope is below
    /// a tenth of <see cref="Activation.Steepest"/>: for a sigmoid σ, where σ(1 − σ) &lt; 0.025; for a ReLU, where it is
    /// off.
    /// </summary>
    public TracedComputation Probe(int batch)
    {
        var trace = new Trace(training: true, Initialisation);
        (var logits, var labels) = (Outputs(trace, batch), Tensor.Apply(new Input(Labels, [batch], Batched: true)));
        var loss = LossOf(logits, labels).Mean();
        TracedVariable[] parameters = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        var gradients = parameters.Zip(Gradients.Of(loss, [.. parameters.Select(p => p.Tensor)]))
            .ToLookup(p => p.First.LayerPath, StringComparer.Ordinal);
        var outputs = new List<(string, Tensor)>();
        foreach (var layer in trace.Layers.Where(layer => !layer.IsContainer))
        {
            if (gradients[layer.Path].Any(p => p.First.Shape.Rank > 1))
            {
                var norm = GradientClip.NormOf([.. gradients[layer.Path].Select(p => p.Second)]);
                outputs.Add(($"{GradientNorm}/{layer.Path}", norm));
            }
            if (layer.Layer is Activation { Steepest: { } steepest })
            {
                var slope = Gradients.Of(layer.Output.Sum(), [layer.Input])[0];
                outputs.Add(($"{Saturated}/{layer.Path}", (slope.Abs() < 0.1f * steepest).Mean()));
            }
        }
        return new(new(outputs, []), trace);
    }

    Tensor Outputs(Trace trace, int batch)
    {
        var images = Tensor.Apply(new Input(Images, [batch, .. ImageShape], Batched: true));
        var logits = Network.Apply(trace.Root, images);
        Shape expected = [batch, Classes];
        return logits.Shape.Equals(expected) ? logits
            : throw Shapes.Expected($"the network to give {expected} for images {images.Shape}", logits.Shape);
    }

    /// <summary>Of each sample; its operations have the path <c>loss</c>.</summary>
    Tensor LossOf(Tensor outputs, Tensor labels)
    {
        using var _ = TracePath.Enter(Loss);
        return Objective.PerSample(outputs, labels);
    }

    static Tensor CorrectOf(Tensor logits, Tensor labels) => logits.ArgMax().EqualTo(labels).Sum();
}
