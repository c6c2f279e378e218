using System.Globalization;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>misclassified.png: the test images that the network is wrong about and most sure of.</summary>
static class MisclassifiedGallery
{
    public const string FileName = "misclassified.png";

    const int Most = 48, Columns = 8;

    /// <summary>
    /// A sheet with captions such as <c>4→9 0.98</c>: true class, predicted class, its probability. Without errors the
    /// least
    /// certain images.
    /// </summary>
    public static byte[] Draw(ImageSet images, Predictions predictions)
    {
        int[] wrong = [.. Enumerable.Range(0, images.Count).Where(i => !IsRight(i))];
        int[] shown = wrong.Length > 0
            ? [.. wrong.OrderByDescending(Probability).Take(Most)]
            : [.. Enumerable.Range(0, images.Count).OrderBy(Probability).Take(Most)];
        string title = Title(wrong.Length, shown.Length, images.Count);
        return Png.ToBytes(Gallery.Draw([.. shown.Select(Item)], Columns, title: title));

        bool IsRight(int i) => predictions.Labels.Span[i] == predictions.Predicted.Span[i];

        float Probability(int i) => predictions.Probabilities.Span[i];

        GalleryItem Item(int i)
        {
            string truth = images.Classes[predictions.Labels.Span[i]],
                answer = images.Classes[predictions.Predicted.Span[i]];
            string caption = string.Create(CultureInfo.InvariantCulture, $"{truth}→{answer} {Probability(i):F2}");
            return new(Picture.Of(images, i), caption, Wrong: !IsRight(i));
        }
    }

    internal static string Title(int wrong, int shown, int images)
    {
        string which = (wrong == 0 ? images : wrong) == shown ? "" : FormattableString.Invariant($"the {shown} ");
        return wrong == 0
            ? FormattableString.Invariant($"none of {images:N0} wrong, {which}least certain first")
            : FormattableString.Invariant($"{wrong:N0} of {images:N0} wrong, {which}surest first");
    }
}
