using Ceteris.Data;

namespace Ceteris.Tests;

/// <summary>
/// The real MNIST, where a machine has it (beside the repository in shared/data, in CETERIS_DATA or in the cache).
/// </summary>
public sealed class MnistTests
{
    [Fact]
    public void IsRecognisedByItsDecodedContent()
    {
        ImageSplits? mnist = TestImages.Mnist();
        Assert.SkipWhen(mnist is null, "no MNIST on this machine");
        Assert.Equal("mnist", KnownContent.SetOf(mnist.Train.Sha256));
        Assert.Equal("mnist", KnownContent.SetOf(mnist.Test.Sha256));
        // The published SHA-256 of the uncompressed files: what KnownContent holds was derived from these.
        Assert.Equal(
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", ImagesAsIdx(mnist.Train).Sha256());
        Assert.Equal(
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", LabelsAsIdx(mnist.Train).Sha256());
        Assert.Equal(
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", ImagesAsIdx(mnist.Test).Sha256());
        Assert.Equal(
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", LabelsAsIdx(mnist.Test).Sha256());
    }

    [Fact]
    public void HasThePublishedStatistics()
    {
        ImageSplits? mnist = TestImages.Mnist();
        Assert.SkipWhen(mnist is null, "no MNIST on this machine");
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], mnist.Train.Statistics.ClassCounts);
        Assert.Equal(0.1307, mnist.Train.Statistics.Mean[0], 4);
        Assert.Equal(0.3081, mnist.Train.Statistics.StandardDeviation[0], 4);
    }

    static IdxArray ImagesAsIdx(ImageSet set)
    {
        byte[] pixels = new byte[set.Count * 784];
        for (int i = 0; i < set.Count; i++)
            set.Pixels(i).CopyTo(pixels.AsSpan(i * 784));
        return new([set.Count, 28, 28], pixels);
    }

    static IdxArray LabelsAsIdx(ImageSet set) =>
        new([set.Count], [.. Enumerable.Range(0, set.Count).Select(i => set.Label(i))]);
}
