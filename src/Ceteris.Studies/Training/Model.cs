using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// The variables of a job and its compiled programs, which share them: a step on a batch, on the smaller last batch, a
/// prediction. Only the steps write to a variable.
/// </summary>
sealed class Model : IDisposable
{
    /// <summary>Outputs of an evaluation, one row for each image.</summary>
    public const string Losses = "losses", Probabilities = "probabilities", Predictions = "predictions";

    /// <summary>
    /// Images that are evaluated at once. Samples do not meet in evaluation, so the number changes no bit.
    /// </summary>
    public const int EvaluationBatch = 256;

    readonly ulong seed;
    readonly WorkerPool pool;
    readonly Classifier classifier;
    readonly Trace trace;
    readonly Dictionary<int, Program> steps = [];
    readonly Lazy<Program> evaluation;

    /// <param name="classifier">What to compute.</param>
    /// <param name="batch">Images of a training batch; the states of the optimiser are found by tracing it.</param>
    /// <param name="seed">Of initial values and masks.</param>
    /// <param name="threads">That compute.</param>
    /// <exception cref="ShapeException">The network does not fit the images; says which layer.</exception>
    public Model(Classifier classifier, int batch, ulong seed, int threads)
    {
        (this.classifier, this.seed) = (classifier, seed);
        trace = classifier.Training(batch).Trace;
        trace.Initialise(Variables, seed);
        pool = new(threads);
        evaluation = new(() => Program.Compile(EvaluationGraph(classifier), Variables, pool));
    }

    public static Model Of(TrainingJob job, int threads)
    {
        Recipe recipe = job.Recipe;
        Classifier classifier = RecipeClassifier.Of(
            recipe, job.Network, job.Data.Train.Image, job.Data.Train.Classes.Count);
        return new(classifier, Math.Min(recipe.Batch ?? int.MaxValue, job.Data.Train.Count), recipe.Seed, threads);
    }

    public VariableStore Variables { get; } = new();

    public WorkerPool Pool => pool;

    /// <summary>Trainable numbers.</summary>
    public long Parameters => trace.Variables.Where(v => v.Kind == VariableKind.Parameter)
        .Sum(v => (long)v.Shape.Elements);

    /// <summary>Compiles what a run needs: steps on so many images, and the evaluation.</summary>
    /// <exception cref="ShapeException">The network cannot take as many images; says which layer.</exception>
    public void Compile(IEnumerable<int> batches)
    {
        foreach (int images in batches.Distinct())
        {
            steps[images] = Program.Compile(Graph(images), Variables, pool);
            steps[images].Seed = seed;
        }
        _ = evaluation.Value;
    }

    /// <summary>A compiled step on so many images.</summary>
    public Program Step(int images) => steps[images];

    /// <summary>What a step on so many images computes.</summary>
    public Computation Graph(int images) => classifier.Training(images).Computation;

    /// <summary>
    /// <see cref="Classifier.Probe"/> over variables of its own, which have the values that this model began with.
    /// </summary>
    public (TracedComputation Traced, Program Program) Probe(int images, VariableStore variables)
    {
        TracedComputation traced = classifier.Probe(images);
        Program program = traced.Compile(variables, seed, pool);
        program.Seed = seed;
        return (traced, program);
    }

    /// <summary>An evaluation of <see cref="EvaluationBatch"/> images.</summary>
    public Program Evaluation => evaluation.Value;

    /// <summary>
    /// Parameters and running statistics, not the optimiser's states, in the order of the network; copies.
    /// </summary>
    public IReadOnlyList<NamedTensor> Weights() => [.. trace.Variables.Where(IsWeight).Select(v => Copy(v.Path))];

    /// <summary>All variables; copies.</summary>
    public IReadOnlyList<NamedTensor> All() => [.. Variables.Paths.Select(Copy)];

    /// <summary>
    /// Sets the weights, or <paramref name="all"/> variables, each of which must be there, in its shape.
    /// </summary>
    /// <exception cref="InvalidDataException">One is missing, unknown, or of another shape.</exception>
    public void Load(IReadOnlyList<NamedTensor> tensors, string source, bool all)
    {
        var expected = trace.Variables.Where(v => all || IsWeight(v))
            .ToDictionary(v => v.Path, v => v.Shape, StringComparer.Ordinal);
        foreach (NamedTensor tensor in tensors)
        {
            if (!expected.Remove(tensor.Name, out Shape? shape))
                throw new InvalidDataException($"{source}: the network has no variable {tensor.Name}");
            if (!shape.Equals(tensor.Shape))
                throw new InvalidDataException($"{source}: expected {tensor.Name} {shape}, got {tensor.Shape}");
        }
        if (expected.Count > 0)
            throw new InvalidDataException($"{source}: expected also {string.Join(", ", expected.Keys)}");
        foreach (NamedTensor tensor in tensors)
            tensor.Values.CopyTo(Variables[tensor.Name]);
    }

    /// <summary>Whether every variable is finite.</summary>
    public bool IsFinite()
    {
        foreach (string path in Variables.Paths)
        {
            if (!TensorStatistics.AllFinite(Variables[path]))
                return false;
        }
        return true;
    }

    public void Dispose()
    {
        foreach (Program step in steps.Values)
            step.Dispose();
        if (evaluation.IsValueCreated)
            evaluation.Value.Dispose();
        Variables.Dispose();
        pool.Dispose();
    }

    /// <summary>
    /// Image by image: <see cref="Losses"/> [N], <see cref="Probabilities"/> [N, classes], <see cref="Predictions"/>
    /// [N].
    /// </summary>
    static Computation EvaluationGraph(Classifier classifier)
    {
        var trace = new Trace(training: false, classifier.Initialisation);
        Tensor images = Tensor.Apply(
            new Input(Classifier.Images, [EvaluationBatch, .. classifier.ImageShape], Batched: true));
        Tensor labels = Tensor.Apply(new Input(Classifier.Labels, [EvaluationBatch], Batched: true));
        Tensor logits = classifier.Network.Apply(trace.Root, images);
        return new(
            [
                (Losses, classifier.Objective.PerSample(logits, labels)), (Probabilities, logits.Softmax(1)),
                (Predictions, logits.ArgMax()),
            ],
            []);
    }

    static bool IsWeight(TracedVariable variable) => variable.Kind != VariableKind.State;

    NamedTensor Copy(string path) => new(path, Variables.Shape(path), Variables[path].ToArray());
}
