using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class BatchTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sums_and_maxima_are_the_stated_tree_for_ragged_batches_rows_and_ranges(int seed)
    {
        Random random = new(seed);
        for (int trial = 0; trial < 60; trial++)
        {
            int samples = random.Next(1, 400), row = random.Next(1, 70), groups = (samples + 15) / 16;
            int from = random.Next(row), to = random.Next(from, row) + 1;
            using NativeBuffer x = new(groups * 16L * row), sum = new(row), max = new(row);
            foreach (ref float value in x.Span)
                value = random.Next(40) == 0 ? -0f : random.NextSingle() - 0.5f;
            if (trial % 3 == 0)
                x.Span[random.Next(groups * 16 * row)] = float.NaN;
            sum.Span.Fill(7);
            max.Span.Fill(7);
            BatchTree.Sum(x.Floats, samples, row, sum.Floats, from, to);
            BatchTree.Max(x.Floats, samples, row, max.Floats, from, to);
            for (int i = 0; i < row; i++)
            {
                bool asked = i >= from && i < to;
                float[] lanes = Column(x.Span, samples, row, i, 0f), most = Column(
                    x.Span, samples, row, i, float.NegativeInfinity);
                Equal(asked ? Tree(lanes, (a, b) => a + b) : 7, sum.Span[i]);
                Equal(asked ? Tree(most, (a, b) => b > a || float.IsNaN(b) ? b : a) : 7, max.Span[i]);
            }
        }
    }

    /// <summary>[group][16], absent samples being the identity.</summary>
    static float[] Column(Span<float> x, int samples, int row, int at, float identity)
    {
        float[] column = new float[(samples + 15) / 16 * 16];
        for (int n = 0; n < column.Length; n++)
            column[n] = n < samples ? x[(n / 16 * row + at) * 16 + n % 16] : identity;
        return column;
    }

    static float Tree(float[] column, Func<float, float, float> combine)
    {
        float[][] groups = [.. column.Chunk(16)];
        while (groups.Length > 1)
            groups = [.. groups.Chunk(2).Select(pair => pair.Length == 1 ? pair[0]
                : pair[0].Zip(pair[1], combine).ToArray())];
        float[] lanes = groups[0];
        for (int half = 8; half > 0; half /= 2)
            lanes = [.. lanes.Take(half).Zip(lanes.Skip(half).Take(half), combine)];
        return lanes[0];
    }

    static void Equal(float expected, float actual) =>
        Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual)
            || float.IsNaN(expected) && float.IsNaN(actual), $"expected {expected:R}, got {actual:R}");
}
