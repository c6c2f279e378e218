using System.Security.Cryptography;
using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class ImageSetTests
{
    [Fact]
    public void ContentHashIsTheDefinedOne()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6], labels = [1, 0];
        var set = new ImageSet("x", [3, 1, 1], ["a", "b"], pixels, labels);
        byte[] message = [.. "ceteris image set 1: 2 images of 3x1x1 in 2 classes\n"u8, .. pixels, .. labels];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(message)), set.Sha256);
    }

    [Fact]
    public void StatisticsAreExact()
    {
        var set = new ImageSet("x", [2, 1, 2], ["a", "b", "c"], [0, 255, 10, 10, 255, 0, 20, 20], [2, 2]);
        Assert.Equal([0, 0, 2], set.Statistics.ClassCounts);
        Assert.Equal([0.5, 15.0 / 255], set.Statistics.Mean);
        Assert.Equal([0.5, 5.0 / 255], set.Statistics.StandardDeviation);
        Assert.Equal(2, set.Statistics.Histogram(1)[10]);
    }

    [Fact]
    public void RefusesInconsistentParts()
    {
        Assert.Throws<ArgumentException>(() => new ImageSet("x", [1, 2, 2], ["a"], new byte[7], new byte[2]));
        Assert.Throws<ArgumentException>(() => new ImageSet("x", [1, 2, 2], ["a"], new byte[8], [0, 1]));
        Assert.Throws<ArgumentException>(() => new ImageSet("x", [2, 2], ["a"], new byte[8], new byte[2]));
    }
}
