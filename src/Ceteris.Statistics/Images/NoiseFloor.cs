namespace Ceteris.Statistics;

/// <summary>
/// How far two runs that differ in the seed alone may be expected apart: on a fixed test set, the accuracy of one run
/// scatters by about √(err / (2 n)). A rule of thumb, shown as context and never used as a test.
/// </summary>
public static class NoiseFloor
{
    /// <summary>Standard deviation of the accuracy of one run, in points.</summary>
    /// <param name="error">In points, 0 to 100.</param>
    /// <param name="images">Test images.</param>
    public static double OfOneRun(double error, int images)
    {
        Check.That(error is >= 0 and <= 100, nameof(error), "an error of 0 to 100 points", error);
        Check.That(images > 0, nameof(images), "one image or more", images);
        return 100 * Math.Sqrt(error / 100 / (2.0 * images));
    }

    /// <summary>Standard deviation of the difference of two single runs, in points: √2 times that of one.</summary>
    public static double OfTwoRuns(double error, int images) => Math.Sqrt(2) * OfOneRun(error, images);
}
