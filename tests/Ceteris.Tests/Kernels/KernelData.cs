using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>Operands for kernel tests: reproducible values between canaries, and comparison by bits.</summary>
sealed class KernelData(uint seed)
{
    const int Guard = 32;
    const float Canary = -123456.75f;

    uint state = seed * 2654435761u + 12345u;
    readonly List<(NativeBuffer Buffer, int Length)> guarded = [];

    public uint Next()
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }

    /// <summary>from ≤ result ≤ to.</summary>
    public int Next(int from, int to) => from + (int)(Next() % (uint)(to - from + 1));

    public T Pick<T>(params T[] choices) => choices[Next() % (uint)choices.Length];

    /// <summary>
    /// Mostly ordinary values; some zeros of either sign and some so small that products underflow to −0.
    /// </summary>
    public float Value() => (Next() % 16) switch
    {
        0 => 0f,
        1 => -0f,
        2 => 1e-30f,
        3 => -1e-30f,
        _ => ((int)Next() >> 8) * (1f / (1 << 22)),
    };

    /// <summary>A bias may be anything: −0, which must not survive +0, infinities, NaN.</summary>
    public Floats Biases(long length) => Floats(
        length, () => Next() % 4 == 0 ? Pick(-0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity) : Value());

    /// <summary>A view with canaries before and behind, filled by <paramref name="fill"/>.</summary>
    public Floats Floats(long length, Func<float> fill)
    {
        NativeBuffer buffer = new(length + 2 * Guard);
        buffer.Span.Fill(Canary);
        guarded.Add((buffer, (int)length));
        Floats view = buffer.Slice(Guard, length);
        foreach (ref float value in view.Span)
            value = fill();
        return view;
    }

    public Floats Random(long length) => Floats(length, Value);

    public Floats Poisoned(long length) => Floats(length, () => float.NaN);

    /// <summary>
    /// Lanes [G][features][16] of <paramref name="samples"/> samples; lanes beyond hold <paramref name="padding"/>.
    /// </summary>
    public Floats Lanes(int samples, int features, float padding)
    {
        int groups = (samples + 15) / 16;
        int at = 0;
        return Floats((long)groups * features * 16, () =>
        {
            int lane = at % 16, group = at / 16 / features;
            at++;
            return group * 16 + lane < samples ? Value() : padding;
        });
    }

    /// <summary>Nothing was written outside any view.</summary>
    public void CheckCanaries()
    {
        foreach ((NativeBuffer buffer, int length) in guarded)
        {
            Assert.All(buffer.Span[..Guard].ToArray(), value => Assert.Equal(Canary, value));
            Assert.All(buffer.Span[(Guard + length)..].ToArray(), value => Assert.Equal(Canary, value));
        }
    }

    /// <summary>Equal bits; any NaN equals any NaN.</summary>
    public static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])
                && !(float.IsNaN(expected[i]) && float.IsNaN(actual[i])))
                Assert.Fail($"{where}: expected {expected[i]:R} at {i}, got {actual[i]:R}");
        }
    }

    /// <summary>A cut of 0..count into up to four ranges, in an order that is not the natural one.</summary>
    public List<(int From, int To)> Cuts(int count)
    {
        SortedSet<int> at = [0, count];
        for (int i = Next(0, 3); i > 0; i--)
            at.Add(Next(0, count));
        List<(int, int)> cuts = [.. at.Zip(at.Skip(1))];
        if (Next() % 2 == 0)
            cuts.Reverse();
        return cuts;
    }
}
