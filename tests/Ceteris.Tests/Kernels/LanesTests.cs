using System.Runtime.Intrinsics;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class LanesTests
{
    [Fact]
    public void Sums_are_the_stated_tree_in_all_three_forms()
    {
        for (uint trial = 0; trial < 1000; trial++)
        {
            var vectors = new Vector512<float>[16];
            for (int i = 0; i < 16; i++)
                vectors[i] = Vector512.Create<float>(Numbers(trial, (uint)i));
            Vector512<float> all = Lanes.Sum16(vectors);
            for (int i = 0; i < 16; i++)
            {
                float[] v = Numbers(trial, (uint)i);
                float tree = ((v[0] + v[8]) + (v[4] + v[12])) + ((v[2] + v[10]) + (v[6] + v[14]))
                    + (((v[1] + v[9]) + (v[5] + v[13])) + ((v[3] + v[11]) + (v[7] + v[15])));
                Assert.Equal(Bits(tree), Bits(Lanes.Sum(v)));
                Assert.Equal(Bits(tree), Bits(Lanes.Sum(vectors[i])));
                Assert.Equal(Bits(tree), Bits(all[i]));
            }
        }
    }

    [Fact]
    public void The_order_of_the_tree_can_be_told_from_a_chain()
    {
        float[] v = Numbers(3, 3);
        Assert.NotEqual(v.Aggregate(0f, (sum, x) => sum + x), Lanes.Sum(v));
    }

    [Fact]
    public void Keeps_the_sign_of_zero_and_passes_on_nan_of_its_own_vector_only()
    {
        var vectors = Enumerable.Repeat(Vector512.Create(-0f), 16).ToArray();
        vectors[5] = vectors[5].WithElement(11, float.NaN);
        Vector512<float> all = Lanes.Sum16(vectors);
        for (int i = 0; i < 16; i++)
            Assert.Equal(i == 5 ? float.NaN : -0f, all[i]);
        Assert.Equal(Bits(-0f), Bits(Lanes.Sum(vectors[0])));
    }

    [Fact]
    public void Refuses_another_number_of_lanes()
    {
        Assert.Throws<ArgumentException>(() => Lanes.Sum(new float[15]));
        Assert.Throws<ArgumentException>(() => Lanes.Sum16(new Vector512<float>[17]));
    }

    /// <summary>16 numbers of very different sizes and both signs.</summary>
    static float[] Numbers(uint trial, uint vector)
    {
        var random = new RandomStream(new StreamKey(7, 8), trial, vector);
        float[] numbers = new float[16];
        for (int i = 0; i < 16; i++)
            numbers[i] = MathF.ScaleB(random.NextSingle(-1, 1), random.Next(20));
        return numbers;
    }

    static int Bits(float x) => BitConverter.SingleToInt32Bits(x);
}
