namespace Ceteris.Statistics;

/// <summary>
/// A difference in accuracy with both sources of chance: other seeds on these test images, and other images too.
/// D[s, i] is +1 where only the treatment gets image i right in seed s, −1 where only the baseline does, else 0; with
/// the mean squares of seeds, images and rest, SE² over seeds = MS_S / (S I), over seeds and images
/// (MS_S + MS_I − MS_SI) / (S I), at least the former. (Crossed random effects: J. Cornfield and J. Tukey, 1956;
/// degrees of freedom by F. Satterthwaite, 1946.)
/// </summary>
/// <param name="Mean">As a share of images: times 100 for points.</param>
/// <param name="MeanSquareSeeds">MS_S, S − 1 degrees of freedom.</param>
/// <param name="MeanSquareImages">MS_I, I − 1 degrees of freedom.</param>
/// <param name="MeanSquareRest">MS_SI, (S − 1)(I − 1) degrees of freedom.</param>
/// <param name="SeedsStandardError">Over new seeds on these images: that of the paired t test.</param>
/// <param name="BothStandardError">Over new seeds and new images.</param>
/// <param name="DegreesOfFreedom">Of <paramref name="BothStandardError"/>.</param>
/// <param name="BothInterval">Over new seeds and new images: never narrower than over new seeds alone.</param>
public sealed record ImageEffect(
    double Mean, double MeanSquareSeeds, double MeanSquareImages, double MeanSquareRest, double SeedsStandardError,
    double BothStandardError, double DegreesOfFreedom, Interval BothInterval)
{
    /// <param name="baseline">Per seed, which images the baseline gets right.</param>
    /// <param name="treatment">Per seed, which images the treatment gets right.</param>
    /// <param name="confidence">Of the interval.</param>
    public static ImageEffect Of(
        IReadOnlyList<IReadOnlyList<bool>> baseline, IReadOnlyList<IReadOnlyList<bool>> treatment,
        double confidence = 0.95)
    {
        FlippedImages.CheckShape(baseline, treatment);
        return Of(
            [.. baseline.Zip(treatment, (a, b) => a.Zip(b, (x, y) => (y ? 1 : 0) - (x ? 1 : 0)).ToArray())],
            confidence);
    }

    /// <param name="differences">Rows of seeds, columns of images; −1, 0 or 1.</param>
    /// <param name="confidence">Of the interval.</param>
    public static ImageEffect Of(IReadOnlyList<IReadOnlyList<int>> differences, double confidence = 0.95)
    {
        int seeds = differences.Count, images = seeds == 0 ? 0 : differences[0].Count;
        Check.That(seeds >= 2, nameof(differences), "two seeds or more", seeds);
        Check.That(images >= 2, nameof(differences), "two images or more", images);
        long all = 0, squares = 0, squaresOfSeeds = 0, squaresOfImages = 0;
        long[] ofImage = new long[images];
        foreach (IReadOnlyList<int> row in differences)
        {
            Check.That(row.Count == images, nameof(differences), $"{images} images in every seed", row.Count);
            long ofSeed = 0;
            for (int i = 0; i < images; i++)
            {
                Check.That(row[i] is >= -1 and <= 1, nameof(differences), "−1, 0 or 1", row[i]);
                ofSeed += row[i];
                ofImage[i] += row[i];
                squares += row[i] * row[i];
            }
            all += ofSeed;
            squaresOfSeeds += ofSeed * ofSeed;
        }
        foreach (long sum in ofImage)
            squaresOfImages += sum * sum;
        // Sums of squares out of whole numbers: exact but for the divisions.
        double cells = (double)seeds * images, grand = all * (double)all / cells;
        double bySeed = squaresOfSeeds / (double)images - grand, byImage = squaresOfImages / (double)seeds - grand;
        double msSeeds = bySeed / (seeds - 1), msImages = byImage / (images - 1);
        double msRest = (squares - grand - bySeed - byImage) / ((seeds - 1.0) * (images - 1));
        return From(all / cells, msSeeds, msImages, msRest, seeds, images, confidence);
    }

    static ImageEffect From(
        double mean, double msSeeds, double msImages, double msRest, int seeds, int images, double confidence)
    {
        double cells = (double)seeds * images, both = msSeeds + msImages - msRest;
        bool floored = both <= msSeeds;
        double error = Math.Sqrt(Math.Max(both, msSeeds) / cells);
        double df = floored ? seeds - 1 : both * both / (msSeeds * msSeeds / (seeds - 1)
            + msImages * msImages / (images - 1) + msRest * msRest / ((seeds - 1.0) * (images - 1)));
        double tail = (1 - Check.Confidence(confidence)) / 2, ofSeeds = Math.Sqrt(msSeeds / cells);
        // More degrees of freedom may outweigh a larger error, but more chance cannot make one surer.
        double half = error == 0 ? 0
            : Math.Max(Quantile.StudentT(tail, df) * error, Quantile.StudentT(tail, seeds - 1) * ofSeeds);
        return new(
            mean, msSeeds, msImages, msRest, ofSeeds, error, df, new(mean - half, mean + half, confidence));
    }
}
