using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Sums and maxima of neighbouring floats. Element r goes to accumulator r mod 64, each a chain in order from the
/// identity; then i with
/// i + 16 and i + 32 with i + 48, the two results, and the 16 lanes, i with i + 8, then + 4, + 2, + 1.
/// </summary>
public static unsafe class StripedReduction
{
    public static float Sum(Floats x) => Run<SumOf>(x);

    public static float Max(Floats x) => Run<MaxOf>(x);

    static float Run<T>(Floats x) where T : struct, ICombination
    {
        V identity = Vector512.Create(T.Identity);
        V a0 = identity, a1 = identity, a2 = identity, a3 = identity;
        float* p = x.Pointer;
        long i = 0;
        for (; i + 64 <= x.Length; i += 64)
        {
            a0 = T.Combine(a0, Vector512.Load(p + i));
            a1 = T.Combine(a1, Vector512.Load(p + i + 16));
            a2 = T.Combine(a2, Vector512.Load(p + i + 32));
            a3 = T.Combine(a3, Vector512.Load(p + i + 48));
        }
        if (i < x.Length)
        {
            float* rest = stackalloc float[64];
            for (int j = 0; j < 64; j += 16)
                identity.Store(rest + j);
            new Span<float>(p + i, (int)(x.Length - i)).CopyTo(new(rest, 64));
            a0 = T.Combine(a0, Vector512.Load(rest));
            a1 = T.Combine(a1, Vector512.Load(rest + 16));
            a2 = T.Combine(a2, Vector512.Load(rest + 32));
            a3 = T.Combine(a3, Vector512.Load(rest + 48));
        }
        V all = T.Combine(T.Combine(a0, a1), T.Combine(a2, a3));
        float* lanes = stackalloc float[16];
        all.Store(lanes);
        for (int half = 8; half >= 1; half /= 2)
        {
            for (int j = 0; j < half; j++)
                lanes[j] = T.Combine(lanes[j], lanes[j + half]);
        }
        return lanes[0];
    }
}
