using System.Text;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>The pictures of a completed run, from what it left: drawn at its end, or when they are asked for.</summary>
public static class RunPictures
{
    /// <summary>curves.svg, confusion.svg and misclassified.png.</summary>
    /// <param name="recipe">Of the run.</param>
    /// <param name="tally">On the test images.</param>
    /// <param name="rows">Of metrics.csv.</param>
    /// <param name="predictions">For the test images.</param>
    /// <param name="test">The test images.</param>
    /// <exception cref="InvalidDataException">The predictions are for other images.</exception>
    public static IEnumerable<(string Name, byte[] Bytes)> Draw(
        Recipe recipe, Tally tally, IReadOnlyList<MetricRow> rows, Predictions predictions, ImageSet test)
    {
        if (predictions.Classes != test.Classes.Count || predictions.Count != test.Count
            || Enumerable.Range(0, test.Count).Any(i => test.Label(i) != predictions.Labels.Span[i]))
        {
            throw new InvalidDataException($"expected the {predictions.Count} test images of the run, "
                + $"{predictions.Classes} classes, got {test} with other labels");
        }
        string title = $"{recipe.Network} on {recipe["data"]}";
        string epochs = recipe.Epochs == 1 ? "epoch" : "epochs";
        string subtitle = FormattableString.Invariant($"seed {recipe.Seed}, {recipe.Epochs:N0} {epochs}; ")
            + FormattableString.Invariant($"test {tally.Correct:N0} of {tally.Total:N0} correct");
        yield return (CurvesPlot.FileName, Encoding.UTF8.GetBytes(CurvesPlot.Draw(rows, title, subtitle)));
        string matrix = ConfusionPlot.Draw(predictions.Confusion(), test.Classes, title, subtitle);
        yield return (ConfusionPlot.FileName, Encoding.UTF8.GetBytes(matrix));
        yield return (MisclassifiedGallery.FileName, MisclassifiedGallery.Draw(test, predictions));
    }
}
