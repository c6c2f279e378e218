using System.Globalization;
using Ceteris.Data;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// A recipe with what its names stand for. Usually <see cref="Load"/>ed; made by hand it trains any layer on any
/// images, and then the recipe's <c>network</c> and <c>data</c> are but names.
/// </summary>
public sealed record TrainingJob(Recipe Recipe, Layer Network, RunData Data)
{
    /// <summary>Builds the network and loads the images that a recipe names.</summary>
    /// <exception cref="DataException">Images are missing or damaged.</exception>
    /// <exception cref="RecipeException">A set is unknown, or a range does not fit.</exception>
    public static TrainingJob Load(Recipe recipe, DataFolders folders, Action<string>? notice = null)
    {
        RunData data = RunData.Load(recipe, folders, notice);
        return new(recipe, RecipeClassifier.Network(recipe, data.Train.Classes.Count), data);
    }

    /// <summary>What can be trained but is hardly meant, in sentences for the user.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (Data.Normalisation.Warning is { } normalisation)
                yield return normalisation;
            if (Recipe.Batch is { } batch && batch > Data.Train.Count)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"a batch of {batch:N0} is more than the {Data.Train.Count:N0} training images: each step takes all");
            }
            if (RecipeClassifier.Schedule(Recipe) is WarmUp warmUp)
            {
                bool isByEpoch = warmUp.Unit == ScheduleUnit.Epoch;
                int batches = Recipe.Batch is { } size ? (Data.Train.Count + size - 1) / size : 1;
                long all = isByEpoch ? Recipe.Epochs : (long)Recipe.Epochs * batches;
                if (warmUp.Length >= all)
                {
                    yield return string.Create(CultureInfo.InvariantCulture,
                        $"a warm-up of {warmUp.Length:N0} {(isByEpoch ? "epochs" : "steps")} in a run of {all:N0}: ")
                        + "the learning rate never gets to its full height";
                }
            }
            if (Recipe.LearningRate == 0)
                yield return "a learning rate of 0 leaves the weights as they begin";
        }
    }

    /// <summary>The run that this is: two with one id have the same bits in the end.</summary>
    public string RunId => RunCertificate.RunIdOf(Recipe.ToJson(), Data.Record, NumericsVersion.Current);
}
