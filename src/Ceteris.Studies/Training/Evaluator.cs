using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// What a network says about images: for each its loss, and the predicted class with all probabilities.
/// </summary>
/// <param name="Tally">How many were right, and the mean loss.</param>
/// <param name="Predictions">Predicted classes with their probabilities; null if one is NaN.</param>
/// <param name="Probabilities">[images, classes]</param>
public sealed record Evaluation(Tally Tally, Predictions? Predictions, ReadOnlyMemory<float> Probabilities);

/// <summary>
/// Evaluates images with a model's present weights. Image by image: what one gets does not depend on the others, and
/// the last batch is filled up with whatever is there. Losses are added up in the order of the images, in double
/// precision.
/// </summary>
sealed class Evaluator(Model model, Normalisation normalisation)
{
    readonly float[] labels = new float[Model.EvaluationBatch];
    readonly int[] ids = new int[Model.EvaluationBatch];

    public Evaluation Evaluate(ImageSet images)
    {
        int classes = images.Classes.Count;
        var batches = new Batches(images, normalisation, Model.EvaluationBatch, shuffle: false);
        (int[] truth, int[] predicted) = (new int[images.Count], new int[images.Count]);
        (float[] probabilities, float[] top) = (new float[images.Count * classes], new float[images.Count]);
        (double loss, int correct, int done) = (0, 0, 0);
        for (int step = 0; step < batches.Steps; step++)
        {
            Program program = model.Evaluation;
            int count = batches.Fill(0, step, BatchLayout.Lanes, program.Lanes(Classifier.Images), labels, ids);
            program.Feed(Classifier.Labels, labels);
            program.Run();
            ReadOnlySpan<float> losses = program.Output(Model.Losses), answers = program.Output(Model.Predictions);
            program.Output(Model.Probabilities)[..(count * classes)].CopyTo(probabilities.AsSpan(done * classes));
            for (int i = 0; i < count; i++, done++)
            {
                loss += losses[i];
                truth[done] = images.Label(done);
                predicted[done] = (int)answers[i];
                top[done] = probabilities[done * classes + predicted[done]];
                correct += predicted[done] == truth[done] ? 1 : 0;
            }
        }
        var tally = new Tally(correct, images.Count, loss / images.Count);
        bool sound = !top.AsSpan().ContainsNaN();
        return new(tally, sound ? new(classes, truth, predicted, top) : null, probabilities);
    }
}
