namespace Ceteris.Data;

/// <summary>
/// Counts of a set's labels and pixel values. Everything is derived from exact integer sums, so it does not depend on
/// the order of the images.
/// </summary>
public sealed class ImageStatistics
{
    readonly long[][] histograms;

    ImageStatistics(int[] classCounts, long[][] histograms)
    {
        ClassCounts = classCounts;
        this.histograms = histograms;
        Mean = [.. histograms.Select(MeanOf)];
        StandardDeviation = [.. histograms.Select(DeviationOf)];
    }

    /// <summary>Number of images of each class.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>Mean of x / 255 in each channel, x a pixel; 0 for an empty set.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Standard deviation of x / 255 in each channel, over all pixels (divisor n).</summary>
    public IReadOnlyList<double> StandardDeviation { get; }

    /// <summary>How often each of the 256 values occurs in a channel.</summary>
    public ReadOnlySpan<long> Histogram(int channel) => histograms[channel];

    public static ImageStatistics Of(ImageSet images)
    {
        int channels = images.Image[0], plane = images.Image.ElementsFrom(1);
        int[] classes = new int[images.Classes.Count];
        long[][] histograms = [.. Enumerable.Range(0, channels).Select(_ => new long[256])];
        for (int i = 0; i < images.Count; i++)
        {
            classes[images.Label(i)]++;
            ReadOnlySpan<byte> pixels = images.Pixels(i);
            for (int c = 0; c < channels; c++)
                Count(pixels.Slice(c * plane, plane), histograms[c]);
        }
        return new(classes, histograms);
    }

    static void Count(ReadOnlySpan<byte> pixels, long[] histogram)
    {
        foreach (byte value in pixels)
            histogram[value]++;
    }

    static (Int128 N, Int128 Sum, Int128 Squares) Sums(long[] histogram)
    {
        Int128 n = 0, sum = 0, squares = 0;
        for (int value = 0; value < histogram.Length; value++)
        {
            n += histogram[value];
            sum += (Int128)histogram[value] * value;
            squares += (Int128)histogram[value] * value * value;
        }
        return (n, sum, squares);
    }

    static double MeanOf(long[] histogram)
    {
        (Int128 n, Int128 sum, _) = Sums(histogram);
        return n == 0 ? 0 : (double)sum / ((double)n * 255);
    }

    /// <summary>√(n Σx² − (Σx)²) / (255 n)</summary>
    static double DeviationOf(long[] histogram)
    {
        (Int128 n, Int128 sum, Int128 squares) = Sums(histogram);
        return n == 0 ? 0 : Math.Sqrt((double)(n * squares - sum * sum)) / ((double)n * 255);
    }
}
