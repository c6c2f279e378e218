using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class NormalTests
{
    const int Draws = 1_000_000;

    static readonly float[] Sample = Draw();

    static float[] Draw()
    {
        var stream = new RandomStream(StreamKey.For(0, "init", "test"));
        float[] sample = new float[Draws];
        for (int i = 0; i < Draws; i++)
            sample[i] = stream.NextNormal();
        return sample;
    }

    /// <summary>Each bound is 4 standard errors of the moment of a true normal sample.</summary>
    [Fact]
    public void Has_the_moments_of_a_normal()
    {
        double[] moments = new double[5];
        foreach (float z in Sample)
            for (int k = 1; k <= 4; k++)
                moments[k] += Math.Pow(z, k) / Draws;
        double error = 4 / Math.Sqrt(Draws);
        Assert.InRange(moments[1], -error, error);
        Assert.InRange(moments[2], 1 - error * Math.Sqrt(2), 1 + error * Math.Sqrt(2));
        Assert.InRange(moments[3], -error * Math.Sqrt(15), error * Math.Sqrt(15));
        Assert.InRange(moments[4], 3 - error * Math.Sqrt(96), 3 + error * Math.Sqrt(96));
    }

    /// <summary>Kolmogorov and Smirnov: √n·D beyond 1.95 has probability 0.001.</summary>
    [Fact]
    public void Has_the_distribution_of_a_normal()
    {
        float[] sorted = [.. Sample];
        Array.Sort(sorted);
        double distance = 0;
        for (int i = 0; i < Draws; i++)
        {
            double p = References.NormalCdf(sorted[i]);
            distance = Math.Max(distance, Math.Max(p - (double)i / Draws, (i + 1.0) / Draws - p));
        }
        Assert.InRange(distance * Math.Sqrt(Draws), 0, 1.95);
    }

    [Fact]
    public void Has_its_golden_hash() => Assert.Equal(
        "4858b1c1e98690069b512bcc2188f2c042da2ad8a146e0717234c00f7f69f33f",
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Sample.AsSpan()))));

    /// <summary>
    /// Φ of the quantile gives the probability back, in the tail relative to it, and a larger word no smaller number.
    /// </summary>
    [Fact]
    public void Inverts_the_distribution_function()
    {
        float last = Normal.Quantile(0);
        Assert.InRange(last, -6.36f, -6.33f);
        for (uint word = 0; word < 1u << 31; word += word / 64 + 1)
        {
            float z = Normal.Quantile(word);
            double tail = (word + 0.5) * Math.ScaleB(1, -32);
            double slope = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
            Assert.InRange((References.NormalCdf(z) - tail) / slope, -2e-6, 2e-6);
            Assert.Equal(-z, Normal.Quantile(~word));
            Assert.True(z >= last - 2e-6f, $"at {word}");
            last = z;
        }
    }
}
