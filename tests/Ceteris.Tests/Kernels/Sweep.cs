using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Ceteris.Tests;

/// <summary>Applies a function to every float, or to every so many-th.</summary>
public static class Sweep
{
    const int Chunk = 1 << 16;

    public readonly record struct Result(string Sha256, double MaxUlp, float Worst);

    /// <summary>
    /// SHA-256 of the results at the bit patterns 0, stride, 2·stride, … (4 little-endian bytes each, every NaN as
    /// 7FC00000), and the largest error in units in the last place. Fails where the vector and the float form differ,
    /// looked at for samples.
    /// </summary>
    public static Result Run<F>(uint stride)
        where F : struct, IUnaryFunction
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] arguments = new float[Chunk], results = new float[Chunk];
        Result worst = new("", 0, 0);
        for (ulong start = 0; start < 1UL << 32;)
        {
            int count = 0;
            for (; count < Chunk && start < 1UL << 32; start += stride)
                arguments[count++] = BitConverter.UInt32BitsToSingle((uint)start);
            worst = Apply<F>(arguments, results, worst);
            if (stride > 1)
                for (int i = 0; i < count; i++)
                    AssertSame(arguments[i], F.Of(arguments[i]), results[i]);
            hash.AppendData(MemoryMarshal.AsBytes(results.AsSpan(0, count)));
        }
        return worst with { Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    /// <summary>The results, with canonical NaN, and what is the worst of them and the worst so far.</summary>
    static Result Apply<F>(float[] arguments, float[] results, Result worst)
        where F : struct, IUnaryFunction
    {
        for (int i = 0; i < Chunk; i += 16)
        {
            Vector512<float> x = Vector512.Create(arguments, i), y = F.Of(x);
            Vector512<double> lower = F.True(Vector512.WidenLower(x)), upper = F.True(Vector512.WidenUpper(x));
            var limit = Vector512.Create(worst.MaxUlp);
            if (!Vector512.LessThanOrEqualAll(Ulps.Error(Vector512.WidenLower(y), lower), limit)
                || !Vector512.LessThanOrEqualAll(Ulps.Error(Vector512.WidenUpper(y), upper), limit))
                worst = Worst(x, y, lower, upper, worst);
            var canonical = Vector512.Create(BitConverter.UInt32BitsToSingle(0x7FC00000));
            Vector512.ConditionalSelect(Vector512.Equals(y, y), y, canonical).CopyTo(results, i);
        }
        return worst;
    }

    static Result Worst(
        Vector512<float> x, Vector512<float> y, Vector512<double> lower, Vector512<double> upper, Result worst)
    {
        for (int i = 0; i < 16; i++)
        {
            double error = Ulps.Error(y[i], i < 8 ? lower[i] : upper[i - 8]);
            if (!(error <= worst.MaxUlp))
                worst = new("", error, x[i]);
        }
        return worst;
    }

    static void AssertSame(float x, float scalar, float vector)
    {
        if (BitConverter.SingleToInt32Bits(scalar) != BitConverter.SingleToInt32Bits(vector)
            && !(float.IsNaN(scalar) && float.IsNaN(vector)))
            Assert.Fail($"at {x:R} the float gives {scalar:R}, the vector {vector:R}");
    }
}
