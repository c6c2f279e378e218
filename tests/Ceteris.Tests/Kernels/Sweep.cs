using System.Runtime.CompilerServices;
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
            Apply<F>(arguments, results);
            for (int i = 0; i < count; i++)
            {
                if (stride > 1)
                    AssertSame(arguments[i], F.Of(arguments[i]), results[i]);
                double error = Ulps.Error(results[i], F.True(arguments[i]));
                if (!(error <= worst.MaxUlp))
                    worst = new("", error, arguments[i]);
                if (float.IsNaN(results[i]))
                    results[i] = BitConverter.UInt32BitsToSingle(0x7FC00000);
            }
            hash.AppendData(MemoryMarshal.AsBytes(results.AsSpan(0, count)));
        }
        return worst with { Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply<F>(float[] arguments, float[] results)
        where F : struct, IUnaryFunction
    {
        for (int i = 0; i < Chunk; i += 16)
            F.Of(Vector512.Create(arguments, i)).CopyTo(results, i);
    }

    static void AssertSame(float x, float scalar, float vector)
    {
        if (BitConverter.SingleToInt32Bits(scalar) != BitConverter.SingleToInt32Bits(vector)
            && !(float.IsNaN(scalar) && float.IsNaN(vector)))
            Assert.Fail($"at {x:R} the float gives {scalar:R}, the vector {vector:R}");
    }
}
