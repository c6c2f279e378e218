using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// y = a b, each optionally transposed.   a [M, K], b [K, N] → y [M, N]. Definition of the bits: each element is one
/// chain of fused
/// multiply-adds over k in order from +0, at the end + 0 so that no −0 remains. A contraction over the batch is a <see
/// cref="BatchMatMul"/>.
/// </summary>
public sealed record MatMul(bool TransposeA = false, bool TransposeB = false) : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape a = inputs[0], b = inputs[1];
        if (a.Rank != 2 || b.Rank != 2 || a[TransposeA ? 0 : 1] != b[TransposeB ? 1 : 0])
            throw Shapes.Expected($"[{(TransposeA ? "K, M" : "M, K")}] and [{(TransposeB ? "N, K" : "K, N")}]", a, b);
        return [a[TransposeA ? 1 : 0], b[TransposeB ? 0 : 1]];
    }

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        Tensor a = y.Inputs[0], b = y.Inputs[1];
        return
        [
            TransposeA ? b.MatMul(dy, TransposeB, true) : dy.MatMul(b, false, !TransposeB),
            TransposeB ? dy.MatMul(a, true, TransposeA) : a.MatMul(dy, !TransposeA, false),
        ];
    }

    public override void Run(in Tile tile)
    {
        var a = tile.In(0);
        var b = tile.In(1);
        int columnsA = tile.Shapes[0][1], columnsB = tile.Shapes[1][1];
        int depth = tile.Shapes[0][TransposeA ? 0 : 1], n = tile.OutShape[1];
        for (int i = tile.From; i < tile.To; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    float p = TransposeA ? a[(k * columnsA) + i] : a[(i * columnsA) + k];
                    float q = TransposeB ? b[(j * columnsB) + k] : b[(k * columnsB) + j];
                    sum = MathF.FusedMultiplyAdd(p, q, sum);
                }
                tile.Out[(i * n) + j] = sum + 0f;
            }
        }
    }
}

/// <summary>
/// y = aᵀ b, contracted over the batch: a weight gradient.   a [N, M], b [N, K] → y [M, K]. Definition of the bits:
/// the samples are cut as
/// <see cref="BatchChunks"/> says; one chain of fused multiply-adds over the samples of a chunk in order from +0, then
/// + 0; the chunks
/// are added up by the tree of <see cref="BatchChunks"/>. What the compiler makes of a <see cref="MatMul"/> of two
/// batched tensors.
/// </summary>
public sealed record BatchMatMul : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => new MatMul(TransposeA: true).Infer(inputs);

    public override Tensor?[] Gradient(Tensor y, Tensor dy) => new MatMul(TransposeA: true).Gradient(y, dy);

    public override void Run(in Tile tile)
    {
        var a = tile.In(0);
        var b = tile.In(1);
        int samples = tile.Shapes[0][0], m = tile.Shapes[0][1], k = tile.Shapes[1][1];
        var chunks = new BatchChunks(samples);
        var sums = new float[chunks.Count];
        for (int i = tile.From; i < tile.To; i++)
        {
            for (int j = 0; j < k; j++)
            {
                for (int c = 0; c < chunks.Count; c++)
                {
                    float sum = 0;
                    for (int n = chunks.FirstGroup(c) * 16; n < Math.Min(samples, chunks.FirstGroup(c + 1) * 16); n++)
                        sum = MathF.FusedMultiplyAdd(a[(n * m) + i], b[(n * k) + j], sum);
                    sums[c] = sum + 0f;
                }
                tile.Out[(i * k) + j] = BatchChunks.Tree(sums);
            }
        }
    }
}

/// <summary>
/// How a long sum over the batch is cut, by the number of samples and of terms of each alone: one chunk to 1,024 terms,
/// then one per 1,024, at most 16, each a whole number of groups of 16 samples. Partial results are added by a binary
/// tree: neighbours pairwise, level by level, an odd one passing through.
/// </summary>
public readonly record struct BatchChunks(int Samples, int TermsPerSample = 1)
{
    public int Groups => (Samples + 15) / 16;

    int GroupsPerChunk
    {
        get
        {
            int wanted = (int)Math.Clamp((((long)Samples * TermsPerSample) + 1023) / 1024, 1, 16);
            return Math.Max(1, (Groups + wanted - 1) / wanted);
        }
    }

    public int Count => Math.Max(1, (Groups + GroupsPerChunk - 1) / GroupsPerChunk);

    public int FirstGroup(int chunk) => Math.Min(Groups, chunk * GroupsPerChunk);

    /// <summary>The sum of the partial results, which it overwrites.</summary>
    public static float Tree(Span<float> partial)
    {
        for (int left = partial.Length; left > 1; left = (left + 1) / 2)
        {
            for (int i = 0; i < left; i += 2)
                partial[i / 2] = i + 1 < left ? partial[i] + partial[i + 1] : partial[i];
        }
        return partial[0];
    }
}
