using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ceteris.Kernels;

/// <summary>
/// The key of a random stream, addressed by meaning: a seed, a purpose (<c>init</c>, <c>order</c>, <c>dropout</c>, …)
/// and a
/// path. Two streams with another purpose or path are independent, so adding one moves no draw of the other.
/// </summary>
public readonly record struct StreamKey(uint K0, uint K1)
{
    /// <summary>The first 8 bytes of SHA-256(seed as 8 little-endian bytes, purpose, '/', path), as two
    /// words.</summary>
    public static StreamKey For(ulong seed, string purpose, string path = "")
    {
        byte[] text = Encoding.UTF8.GetBytes($"{purpose}/{path}");
        byte[] message = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        text.CopyTo(message, 8);
        byte[] hash = SHA256.HashData(message);
        return new(
            BinaryPrimitives.ReadUInt32LittleEndian(hash), BinaryPrimitives.ReadUInt32LittleEndian(hash.AsSpan(4)));
    }
}

/// <summary>Four random words.</summary>
public readonly record struct Words(uint W0, uint W1, uint W2, uint W3);

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): four random words as a pure
/// function
/// of a 128-bit counter and a 64-bit key. Random access, so any draw of a run can be made at any time, in any order.
/// </summary>
public static class Philox
{
    internal const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    public static Words Block(StreamKey key, uint c0, uint c1, uint c2, uint c3)
    {
        unchecked
        {
            (uint k0, uint k1) = (key.K0, key.K1);
            for (int round = 0; round < Rounds; round++)
            {
                ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
                (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
                k0 += Weyl0;
                k1 += Weyl1;
            }
            return new(c0, c1, c2, c3);
        }
    }

    /// <summary>A word as a number in [0, 1): its top 24 bits times 2⁻²⁴, exact.</summary>
    public static float ToUnit(uint word) => (word >> 8) * (1f / (1 << 24));
}

/// <summary>
/// Draws one after another from the counters (index, c1, c2, c3), index = 0, 1, 2, …. A stream is cheap: make one for
/// each
/// thing that is drawn — <c>new RandomStream(StreamKey.For(seed, "augment"), sample, epoch)</c> — and never share one.
/// </summary>
public struct RandomStream(StreamKey key, uint c1 = 0, uint c2 = 0, uint c3 = 0)
{
    uint index;
    int left;
    Words words;

    public uint NextUInt32()
    {
        if (left == 0)
        {
            words = Philox.Block(key, index++, c1, c2, c3);
            left = 4;
        }
        uint word = left switch { 4 => words.W0, 3 => words.W1, 2 => words.W2, _ => words.W3 };
        left--;
        return word;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => Philox.ToUnit(NextUInt32());

    /// <summary>Uniform in [low, high).</summary>
    public float NextSingle(float low, float high) => low + (high - low) * NextSingle();

    /// <summary>Standard normal, from one word: see <see cref="Normal.Quantile"/>.</summary>
    public float NextNormal() => Normal.Quantile(NextUInt32());

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble()
    {
        ulong high = NextUInt32();
        return (((high << 32) | NextUInt32()) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>Uniform in [0, bound), without bias (Lemire 2019).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        uint n = (uint)bound, threshold = unchecked((uint)-(int)n) % n;
        while (true)
        {
            ulong product = (ulong)NextUInt32() * n;
            if ((uint)product >= threshold)
                return (int)(product >> 32);
        }
    }
}
