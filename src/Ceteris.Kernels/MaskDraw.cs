using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Random masks in lanes.</summary>
public static class MaskDraw
{
    /// <summary>
    /// One group: mask [row][16] is 1 with probability <paramref name="keep"/>, else 0. Element e of sample s: word e
    /// mod 4 of Philox at counter
    /// (e / 4, s, epoch, 0), kept when its top 24 bits · 2⁻²⁴ &lt; keep. Lanes beyond the samples become 0.
    /// </summary>
    public static unsafe void Bernoulli(
        StreamKey key, float keep, int epoch, ReadOnlySpan<int> samples, int row, Floats mask)
    {
        if (mask.Length < row * 16L || samples.Length > 16)
        {
            throw new ArgumentException(
                $"expected {row * 16L} floats for at most 16 samples, got {mask.Length} for {samples.Length}");
        }
        uint* lane = stackalloc uint[16];
        for (int i = 0; i < samples.Length; i++)
            lane[i] = (uint)samples[i];
        var sample = Vector512.Load(lane);
        var present = Vector512.LessThan(Vector512<uint>.Indices, Vector512.Create((uint)samples.Length));
        // An integer is below a real number when it is below its ceiling; 24 bits times 2^24 are exact in double.
        var limit = Vector512.Create((uint)Math.Ceiling((double)keep * (1 << 24)));
        for (int e = 0; e < row; e += 4)
        {
            var (w0, w1, w2, w3) = Blocks(key, (uint)(e / 4), sample, (uint)epoch);
            float* to = mask.Pointer + (e * 16L);
            Keep(w0, limit, present).Store(to);
            if (e + 1 < row)
                Keep(w1, limit, present).Store(to + 16);
            if (e + 2 < row)
                Keep(w2, limit, present).Store(to + 32);
            if (e + 3 < row)
                Keep(w3, limit, present).Store(to + 48);
        }
    }

    static V Keep(Vector512<uint> word, Vector512<uint> limit, Vector512<uint> present) =>
        (Vector512.LessThan(word >>> 8, limit) & present).AsSingle() & V.One;

    /// <summary><see cref="Philox.Block"/> at the counters (c0, c1[i], c2, 0), i = 0 … 15.</summary>
    static (Vector512<uint>, Vector512<uint>, Vector512<uint>, Vector512<uint>) Blocks(
        StreamKey key, uint c0, Vector512<uint> c1, uint c2)
    {
        var x0 = Vector512.Create(c0);
        var x1 = c1;
        var x2 = Vector512.Create(c2);
        var x3 = Vector512<uint>.Zero;
        uint k0 = key.K0, k1 = key.K1;
        for (int round = 0; round < Philox.Rounds; round++)
        {
            var (high0, low0) = Multiply(x0, Philox.M0);
            var (high1, low1) = Multiply(x2, Philox.M1);
            (x0, x1, x2, x3) = (high1 ^ x1 ^ Vector512.Create(k0), low1, high0 ^ x3 ^ Vector512.Create(k1), low0);
            k0 = unchecked(k0 + Philox.Weyl0);
            k1 = unchecked(k1 + Philox.Weyl1);
        }
        return (x0, x1, x2, x3);
    }

    /// <summary>High and low words of the products with m, even and odd lanes apart.</summary>
    static (Vector512<uint> High, Vector512<uint> Low) Multiply(Vector512<uint> x, uint m)
    {
        var factor = Vector512.Create((ulong)m);
        var lowHalf = Vector512.Create(0xFFFFFFFFUL);
        var even = (x.AsUInt64() & lowHalf) * factor;
        var odd = (x.AsUInt64() >>> 32) * factor;
        return (((even >>> 32) | (odd & ~lowHalf)).AsUInt32(), ((even & lowHalf) | (odd << 32)).AsUInt32());
    }
}
