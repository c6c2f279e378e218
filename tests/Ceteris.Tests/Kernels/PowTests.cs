using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class PowTests
{
    const float Inf = float.PositiveInfinity, NaN = float.NaN;
    const double MaxUlp = 0.501;
    const int Samples = 1 << 20;

    [Fact]
    public void Special_and_exact_values()
    {
        (float, float, float)[] table =
        [
            (0f, 0f, 1f), (NaN, 0f, 1f), (Inf, -0f, 1f), (1f, NaN, 1f), (1f, Inf, 1f), (0f, 3f, 0f),
            (-0f, 3f, -0f), (-0f, 2f, 0f), (-0f, 2.5f, 0f), (0f, -3f, Inf), (-0f, -3f, -Inf), (-0f, -2f, Inf),
            (-0f, -0.5f, Inf), (0f, Inf, 0f), (-0f, Inf, 0f), (0f, -Inf, Inf), (-0f, -Inf, Inf),
            (-1f, Inf, 1f), (-1f, -Inf, 1f), (-1f, 3f, -1f), (-1f, 4f, 1f), (-1f, 16777217f, 1f),
            (-1f, 16777215f, -1f), (-1f, 0.5f, NaN), (0.5f, Inf, 0f), (-0.5f, Inf, 0f), (0.5f, -Inf, Inf),
            (2f, Inf, Inf), (-2f, Inf, Inf), (-2f, -Inf, 0f), (2f, -Inf, 0f), (Inf, 2f, Inf), (Inf, -2f, 0f),
            (Inf, Inf, Inf), (Inf, -Inf, 0f), (-Inf, 3f, -Inf), (-Inf, 2f, Inf), (-Inf, 2.5f, Inf),
            (-Inf, -3f, -0f), (-Inf, -2.5f, 0f), (-Inf, Inf, Inf), (-Inf, -Inf, 0f), (NaN, 1f, NaN),
            (2f, NaN, NaN), (-1f, NaN, NaN), (0f, NaN, NaN), (NaN, NaN, NaN), (-8f, 1f / 3, NaN),
            (-2f, 3f, -8f), (-2f, -3f, -0.125f), (2f, 0.5f, 1.4142135f), (2f, 128f, Inf), (-2f, 129f, -Inf),
            (2f, -149f, 1e-45f), (2f, -150f, 0f), (2f, -151f, 0f), (-2f, -201f, -0f), (1e-45f, 1f, 1e-45f),
            (1e-45f, -1f, Inf), (3f, 4f, 81f), (10f, 10f, 1e10f), (0.1f, 1f, 0.1f),
            (float.MaxValue, 1f, float.MaxValue)
        ];
        foreach ((float x, float y, float expected) in table)
        {
            Same(x, y, expected, Elementary.Pow(x, y));
            Same(x, y, expected, Elementary.Pow(Vector512.Create(x), Vector512.Create(y))[0]);
        }
    }

    /// <summary>System.Math follows IEEE 754 in double precision.</summary>
    [Fact]
    public void Agrees_with_double_precision_on_all_pairs_of_special_values()
    {
        float[] values = [0, 1e-45f, 1e-38f, 0.3f, 0.5f, 1, 1.5f, 2, 3, 4, 16777215, 16777216, 3e38f, Inf, NaN];
        values = [.. values, .. values.Select(v => -v)];
        foreach (float x in values)
            foreach (float y in values)
            {
                float expected = (float)Math.Pow(x, y);
                Same(x, y, expected, Elementary.Pow(x, y));
                Same(x, y, expected, Elementary.Pow(Vector512.Create(x), Vector512.Create(y))[7]);
            }
    }

    /// <summary>
    /// Bases of every exponent and sign; exponents that keep the result within range, a third of them integers.
    /// </summary>
    [Fact]
    public void Is_rounded_to_half_a_unit_and_the_same_in_vectors()
    {
        float[] x = new float[Samples], y = new float[Samples], results = new float[Samples];
        var random = new RandomStream(new StreamKey(1, 2));
        for (int i = 0; i < Samples; i++)
        {
            x[i] = BitConverter.UInt32BitsToSingle(random.NextUInt32());
            float range = MathF.Min(160 / (MathF.Abs(MathF.Log2(MathF.Abs(x[i]))) + 1e-3f), 1e5f);
            y[i] = random.NextSingle(-range, range);
            y[i] = i % 3 == 0 ? MathF.Round(y[i]) : y[i];
        }
        double max = 0;
        for (int i = 0; i < Samples; i += 16)
            Elementary.Pow(Vector512.Create(x, i), Vector512.Create(y, i)).CopyTo(results, i);
        for (int i = 0; i < Samples; i++)
        {
            Same(x[i], y[i], Elementary.Pow(x[i], y[i]), results[i]);
            max = Math.Max(max, Ulps.Error(results[i], Math.Pow(x[i], y[i])));
            results[i] = float.IsNaN(results[i]) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : results[i];
        }
        Assert.InRange(max, 0.499, MaxUlp);
        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(results.AsSpan())));
        Assert.Equal("655cb63582122b1c0f92e6fbde910b8cf43308cdfd55cae7545cfd6f25b2c861", hash);
    }

    static void Same(float x, float y, float expected, float result)
    {
        if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(result)
            && !(float.IsNaN(expected) && float.IsNaN(result)))
            Assert.Fail($"pow({x:R}, {y:R}): expected {expected:R}, got {result:R}");
    }
}
