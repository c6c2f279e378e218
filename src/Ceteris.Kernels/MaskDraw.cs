namespace Ceteris.Kernels;

/// <summary>Random masks in lanes.</summary>
public static class MaskDraw
{
    /// <summary>
    /// One group: mask [row][16] is 1 with probability <paramref name="keep"/>, else 0. Element e of sample s: word e mod 4 of Philox at counter
    /// (e / 4, s, epoch, 0), kept when its top 24 bits · 2⁻²⁴ &lt; keep. Lanes beyond the samples become 0.
    /// </summary>
    public static void Bernoulli(StreamKey key, float keep, int epoch, ReadOnlySpan<int> samples, int row, Floats mask)
    {
        var lanes = mask.Span;
        if (samples.Length < 16)
            lanes.Clear();
        for (int lane = 0; lane < samples.Length; lane++)
        {
            for (int e = 0; e < row; e += 4)
            {
                var words = Philox.Block(key, (uint)(e / 4), (uint)samples[lane], (uint)epoch, 0);
                lanes[(e * 16) + lane] = Keep(words.W0, keep);
                if (e + 1 < row)
                    lanes[((e + 1) * 16) + lane] = Keep(words.W1, keep);
                if (e + 2 < row)
                    lanes[((e + 2) * 16) + lane] = Keep(words.W2, keep);
                if (e + 3 < row)
                    lanes[((e + 3) * 16) + lane] = Keep(words.W3, keep);
            }
        }
    }

    static float Keep(uint word, float keep) => Philox.ToUnit(word) < keep ? 1 : 0;
}
