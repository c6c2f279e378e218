using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// Evaluates images with a model's present weights. What an image gets does not depend on the others: the last batch is filled up with
/// copies of its first image, which are not counted.
/// </summary>
sealed class Evaluator(Model model, Normalisation normalisation)
{
    readonly float[] inputs = new float[Model.EvaluationBatch * normalisation.Image.Elements];
    readonly float[] labels = new float[Model.EvaluationBatch];

    /// <summary>Correct images and mean loss.</summary>
    public Tally Tally(ImageSet images) => Evaluate(images).Tally;
}
