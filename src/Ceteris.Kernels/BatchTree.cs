using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Sums and maxima over the batch of a tensor in lanes [G][row][16] → [row]. Vectors of 16 samples are combined by a
/// binary tree over
/// the groups — neighbours pairwise, level by level, an odd one passing through — then the 16 lanes, i with i + 8,
/// then + 4, + 2, + 1. Lanes
/// beyond the samples count as the identity.
/// </summary>
public static unsafe class BatchTree
{
    const int Together = Lanes.Count, Levels = 32;

    public static void Sum(Floats x, int samples, int row, Floats y, int from, int to) =>
        Run<SumOf>(x, samples, row, y, from, to);

    public static void Max(Floats x, int samples, int row, Floats y, int from, int to) =>
        Run<MaxOf>(x, samples, row, y, from, to);

    static void Run<T>(Floats x, int samples, int row, Floats y, int from, int to) where T : struct, ICombination
    {
        int groups = (samples + 15) / 16;
        if (x.Length < groups * 16L * row || y.Length < row || from < 0 || to > row)
        {
            throw new ArgumentException($"expected {groups * 16L * row} and {row} floats and a range within {row}, "
                + $"got {x.Length}, {y.Length} and {from}..{to}");
        }
        // As in binary counting: level l of the stack holds the combination of 2^l groups, if bit l of the count is
        // set. Several elements go together, so that neighbours in memory are read together, and two groups, so that
        // the lowest level needs no stack.
        V* stack = stackalloc V[Levels * Together];
        int* levels = stackalloc int[Levels];
        V* values = stackalloc V[Together];
        V present = Present(samples - (groups - 1) * 16), identity = Vector512.Create(T.Identity);
        nint next = (nint)row * 16;
        for (int o = from; o < to; o += Together)
        {
            int width = Math.Min(Together, to - o), depth = 0;
            for (int g = 0; g < groups; g += 2)
            {
                float* p = x.Pointer + g * next + o * 16;
                bool single = g == groups - 1, ends = g >= groups - 2;
                for (int i = 0; i < width; i++, p += 16)
                {
                    V last = Vector512.Load(single ? p : p + next);
                    if (ends)
                        last = Vector512.ConditionalSelect(present, last, identity);
                    values[i] = single ? last : T.Combine(Vector512.Load(p), last);
                }
                int level = single ? 0 : 1;
                for (; depth > 0 && levels[depth - 1] == level; level++)
                {
                    depth--;
                    for (int i = 0; i < width; i++)
                        values[i] = T.Combine(stack[depth * Together + i], values[i]);
                }
                for (int i = 0; i < width; i++)
                    stack[depth * Together + i] = values[i];
                levels[depth++] = level;
            }
            for (int i = 0; i < width; i++)
            {
                values[i] = stack[(depth - 1) * Together + i];
                for (int d = depth - 2; d >= 0; d--)
                    values[i] = T.Combine(stack[d * Together + i], values[i]);
            }
            V all = T.OfLanes(new(values, Together));
            if (width == Together)
                all.Store(y.Pointer + o);
            else
                for (int i = 0; i < width; i++)
                    y.Pointer[o + i] = all[i];
        }
    }

    static V Present(int lanes) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(lanes)).AsSingle();
}

/// <summary>Adds up the partial results of chunks [chunks][length] by a binary tree: neighbours pairwise, an odd one
/// passing through.</summary>
public static unsafe class ChunkTree
{
    /// <summary>Elements from to from + count of the sum.</summary>
    public static void Sum(Floats partial, long length, int chunks, Floats sum, int from, int count)
    {
        if (partial.Length < chunks * length || sum.Length < length || from < 0 || from + count > length)
        {
            throw new ArgumentException($"expected {chunks} chunks of {length} floats and a range within, "
                + $"got {partial.Length}, {sum.Length} and {from}+{count}");
        }
        V* level = stackalloc V[chunks];
        float* last = stackalloc float[16];
        for (int i = from; i < from + count; i += 16)
        {
            // Behind every buffer 16 floats are readable.
            for (int c = 0; c < chunks; c++)
                level[c] = Vector512.Load(partial.Pointer + c * length + i);
            for (int left = chunks; left > 1; left = (left + 1) / 2)
            {
                for (int c = 0; c < left; c += 2)
                    level[c / 2] = c + 1 < left ? level[c] + level[c + 1] : level[c];
            }
            if (from + count - i >= 16)
            {
                level[0].Store(sum.Pointer + i);
                continue;
            }
            level[0].Store(last);
            new Span<float>(last, from + count - i).CopyTo(new(sum.Pointer + i, from + count - i));
        }
    }
}
