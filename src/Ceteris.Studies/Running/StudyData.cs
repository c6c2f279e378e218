using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// The decoded data sets of a study: each is read once and shared, read only, by all runs of the process. For use by
/// several threads.
/// </summary>
public sealed class StudyData(DataFolders folders, Action<string>? notice = null)
{
    readonly Lock gate = new();
    readonly Dictionary<string, Lazy<ImageSplits>> sets = new(StringComparer.Ordinal);

    /// <summary>A recipe with its network and its images.</summary>
    /// <exception cref="DataException">A set is missing or damaged.</exception>
    /// <exception cref="RecipeException">A range does not fit.</exception>
    public TrainingJob Job(Recipe recipe)
    {
        ImageSplits splits = Splits(recipe.Data.Name);
        if (recipe.TestData != recipe.Data.Name)
            splits = splits with { Test = Splits(recipe.TestData).Test };
        RunData data = RunData.Of(recipe, splits);
        return new(recipe, RecipeClassifier.Network(recipe, data.Train.Classes.Count), data);
    }

    /// <summary>Loads what all arms of a study need, and tries whether it fits.</summary>
    /// <exception cref="DataException">A set is missing or damaged.</exception>
    /// <exception cref="RecipeException">A range does not fit.</exception>
    /// <exception cref="Compiler.ShapeException">A network does not fit the images.</exception>
    public void Check(Study study)
    {
        foreach (StudyArm arm in study.Arms)
        {
            TrainingJob job = Job(study.RecipeOf(arm, study.Seeds[0]));
            Networks.Description.Of(job.Network, job.Data.Train.Image);
        }
    }

    /// <summary>The test images of a recipe.</summary>
    public ImageSet Test(Recipe recipe) => Splits(recipe.TestData).Test;

    ImageSplits Splits(string name)
    {
        lock (gate)
        {
            if (!sets.ContainsKey(name))
                sets[name] = new(() => DataSets.Find(name).Load(folders, notice));
            return sets[name].Value;
        }
    }
}
