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
    /// <exception cref="DataException">Images are missing or damaged, or a range does not fit.</exception>
    public static TrainingJob Load(Recipe recipe, DataFolders folders, Action<string>? notice = null)
    {
        RunData data = RunData.Load(recipe, folders, notice);
        return new(recipe, RecipeClassifier.Network(recipe, data.Train.Classes.Count), data);
    }

    /// <summary>The run that this is: two with one id have the same bits in the end.</summary>
    public string RunId => RunCertificate.RunIdOf(Recipe.ToJson(), Data.Record, NumericsVersion.Current);
}
