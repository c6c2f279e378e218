namespace Ceteris.Statistics;

/// <summary>One class of images.</summary>
/// <param name="Class">Its label.</param>
/// <param name="Images">How many test images it has.</param>
/// <param name="Test">Of the differences in recall, treatment less baseline, in points of this class.</param>
/// <param name="AdjustedP">Benjamini and Hochberg over the classes: a screen.</param>
public sealed record ClassDifference(int Class, int Images, MeanTest Test, double AdjustedP);

/// <summary>Where the difference is: the recall of every class, paired over blocks.</summary>
public static class PerClass
{
    /// <param name="classImages">Test images of every class.</param>
    /// <param name="baseline">Per block, correct images of every class.</param>
    /// <param name="treatment">Per block, in the same order, correct images of every class.</param>
    /// <param name="confidence">Of the intervals.</param>
    /// <returns>The classes that have test images, in order.</returns>
    public static IReadOnlyList<ClassDifference> Compare(
        IReadOnlyList<int> classImages, IReadOnlyList<IReadOnlyList<int>> baseline,
        IReadOnlyList<IReadOnlyList<int>> treatment, double confidence = 0.95)
    {
        Check.That(baseline.Count >= 2, nameof(baseline), "two blocks or more", baseline.Count);
        Check.That(treatment.Count == baseline.Count, nameof(treatment), $"{baseline.Count} blocks", treatment.Count);
        foreach (IReadOnlyList<int> row in baseline.Concat(treatment))
            CheckRow(row, classImages);
        int[] classes = [.. Enumerable.Range(0, classImages.Count).Where(c => classImages[c] > 0)];
        MeanTest[] tests = [.. classes.Select(c => MeanTest.Of(
            [.. baseline.Zip(treatment, (a, b) => (double)(b[c] - a[c]))], confidence, 100.0 / classImages[c]))];
        double[] adjusted = Adjusted.BenjaminiHochberg([.. tests.Select(test => test.P)]);
        return [.. classes.Select((c, i) => new ClassDifference(c, classImages[c], tests[i], adjusted[i]))];
    }

    static void CheckRow(IReadOnlyList<int> row, IReadOnlyList<int> classImages)
    {
        Check.That(row.Count == classImages.Count, nameof(row), $"counts of {classImages.Count} classes", row.Count);
        for (int c = 0; c < row.Count; c++)
        {
            Check.That(
                row[c] >= 0 && row[c] <= classImages[c], nameof(row),
                $"0 to {classImages[c]} correct images of class {c}", row[c]);
        }
    }
}
