using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>The network of a completed run, to be asked about images.</summary>
public sealed class TrainedNetwork : IDisposable
{
    const int TracedBatch = 16;

    readonly Model model;
    readonly Evaluator evaluator;
    readonly Normalisation normalisation;

    TrainedNetwork(Model model, Normalisation normalisation) =>
        (this.model, this.normalisation, evaluator) = (model, normalisation, new(model, normalisation));

    /// <summary>Shape of an image, [C, H, W].</summary>
    public Shape Image => normalisation.Image;

    /// <summary>
    /// Loads the weights of a run. Its training images are loaded only if the preprocessing computes its constants from
    /// them.
    /// </summary>
    /// <exception cref="RunFolderException">The run is not completed.</exception>
    /// <exception cref="InvalidDataException">The weights are not those of the certificate.</exception>
    /// <exception cref="DataException">The file of the weights, or a data set, is damaged or missing.</exception>
    public static TrainedNetwork Load(RunReader run, DataFolders folders, int threads)
    {
        if (run.Certificate?.Result is not { } result)
            throw new RunFolderException(run.Folder,
                $"expected a completed run, got one that is {run.Phase.ToString().ToLowerInvariant()}");
        if (!run.HasWeights)
            throw new RunFolderException(run.Folder,
                "expected a run with weights, got one whose weights were not kept");
        string path = WeightsOf(run.Folder);
        IReadOnlyList<NamedTensor> weights = StateDict.Read(path);
        if (WeightsHash.Compute(weights) is var hash && hash != result.WeightsSha256)
        {
            throw new InvalidDataException(
                $"{path}: expected the weights {result.WeightsSha256}, got {hash ?? "weights with NaN"}");
        }
        return Of(run.Recipe, folders, weights, path, threads);
    }

    /// <summary>
    /// The network of a recipe with weights from anywhere: a safetensors file with the names of PyTorch's state_dict.
    /// </summary>
    /// <exception cref="InvalidDataException">The weights do not fit the network; says which.</exception>
    /// <exception cref="DataException">The file of the weights, or a data set, is damaged or missing.</exception>
    public static TrainedNetwork Load(Recipe recipe, string weightsFile, DataFolders folders, int threads) =>
        Of(recipe, folders, StateDict.Read(weightsFile), weightsFile, threads);

    /// <summary>What the network says about images, whose labels are counted as truth.</summary>
    /// <exception cref="DataException">They are not like those it was trained on.</exception>
    public Evaluation Evaluate(ImageSet images) => images.Image.Equals(Image) ? evaluator.Evaluate(images)
        : throw new DataException($"expected images {Image}, got {images}");

    public void Dispose() => model.Dispose();

    internal static TrainedNetwork Of(TrainingJob job, IReadOnlyList<NamedTensor> weights, int threads) =>
        Of(job.Recipe, job.Network, job.Data.Train, job.Data.Normalisation, weights, RunOutputs.WeightsFile, threads);

    /// <summary>The tensors of a run's weights.safetensors.</summary>
    internal static IReadOnlyList<NamedTensor> ReadWeights(string folder) => StateDict.Read(WeightsOf(folder));

    static string WeightsOf(string folder) => Path.Combine(folder, RunOutputs.WeightsFile);

    static TrainedNetwork Of(
        Recipe recipe, DataFolders folders, IReadOnlyList<NamedTensor> weights, string source, int threads)
    {
        IDataset set = DataSets.Find(recipe.Data.Name);
        ImageSet images = recipe.Preprocessing.Kind == PreprocessingKind.StandardizeTrain
            ? RunData.Load(recipe, folders).Train
            : new(set.Name, set.Image, set.Classes, [], []);
        Layer network = RecipeClassifier.Network(recipe, set.Classes.Count);
        return Of(recipe, network, images, recipe.Preprocessing.For(images), weights, source, threads);
    }

    static TrainedNetwork Of(
        Recipe recipe, Layer network, ImageSet images, Normalisation normalisation, IReadOnlyList<NamedTensor> weights,
        string source, int threads)
    {
        Classifier classifier = RecipeClassifier.Of(recipe, network, images.Image, images.Classes.Count);
        var model = new Model(classifier, TracedBatch, recipe.Seed, threads);
        try
        {
            model.Load(weights, source, all: false);
            return new(model, normalisation);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
