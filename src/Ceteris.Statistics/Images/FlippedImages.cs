namespace Ceteris.Statistics;

/// <summary>An image that some seed gets right in one arm only.</summary>
/// <param name="Image">Its index in the test set.</param>
/// <param name="Gained">Seeds in which only the treatment gets it right.</param>
/// <param name="Lost">Seeds in which only the baseline gets it right.</param>
public readonly record struct FlippedImage(int Image, int Gained, int Lost)
{
    public int Net => Gained - Lost;
}

/// <summary>Which images the treatment wins and loses.</summary>
/// <param name="Images">All that flip in any seed; those flipping most consistently first, then by index.</param>
/// <param name="PerBlock">In every block the two networks of that block.</param>
public sealed record FlippedImages(IReadOnlyList<FlippedImage> Images, IReadOnlyList<McNemar> PerBlock)
{
    public IEnumerable<FlippedImage> Gained => Images.Where(image => image.Net > 0);
    public IEnumerable<FlippedImage> Lost => Images.Where(image => image.Net < 0);

    /// <param name="baseline">Per block, which images the baseline gets right.</param>
    /// <param name="treatment">Per block, in the same order, which images the treatment gets right.</param>
    public static FlippedImages Of(
        IReadOnlyList<IReadOnlyList<bool>> baseline, IReadOnlyList<IReadOnlyList<bool>> treatment)
    {
        CheckShape(baseline, treatment);
        int images = baseline.Count == 0 ? 0 : baseline[0].Count;
        int[] gained = new int[images], lost = new int[images];
        for (int block = 0; block < baseline.Count; block++)
        {
            for (int i = 0; i < images; i++)
            {
                gained[i] += treatment[block][i] && !baseline[block][i] ? 1 : 0;
                lost[i] += baseline[block][i] && !treatment[block][i] ? 1 : 0;
            }
        }
        IEnumerable<FlippedImage> flipped = Enumerable.Range(0, images)
            .Select(i => new FlippedImage(i, gained[i], lost[i])).Where(image => image.Gained + image.Lost > 0);
        return new(
            [.. flipped.OrderByDescending(image => Math.Abs(image.Net)).ThenBy(image => image.Image)],
            [.. baseline.Zip(treatment, McNemar.Of)]);
    }

    internal static void CheckShape(
        IReadOnlyList<IReadOnlyList<bool>> baseline, IReadOnlyList<IReadOnlyList<bool>> treatment)
    {
        Check.That(treatment.Count == baseline.Count, nameof(treatment), $"{baseline.Count} blocks", treatment.Count);
        foreach (IReadOnlyList<bool> row in baseline.Concat(treatment))
            Check.That(
                row.Count == baseline[0].Count, nameof(treatment), $"{baseline[0].Count} images in every block",
                row.Count);
    }
}
