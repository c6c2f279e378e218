using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Moves numbers of tensors in lanes, vector by vector: transpose, slice, pad, concatenate along axes other than the
/// batch. Each part is a
/// strided copy into the result.
/// </summary>
sealed class LaneMoveStep : Step
{
    const int VectorsPerTile = 2048;

    static readonly LoopKernel Copy = new LoopProgram([OperandKind.Vector], [], [], [new LoopOutput(0)]).Compile();

    static readonly LoopKernel Fill = new LoopProgram([OperandKind.Scalar], [], [], [new LoopOutput(0)]).Compile();

    readonly Tensor tensor;
    readonly List<(LoopNest Nest, long From, long To, int Input)> parts = [];
    readonly List<(int Part, long From, long To)> tiles = [];
    readonly NativeBuffer value = new(1);
    Floats[][] operands = [];

    public LaneMoveStep(Tensor tensor) : base(tensor.Inputs, [tensor])
    {
        this.tensor = tensor;
        switch (tensor.Op)
        {
            case Transpose t:
                Add(0, tensor.Shape, [.. t.Order.Select(axis => Stride(tensor.Inputs[0].Shape, axis))], 0, 0);
                break;
            case Slice s:
                Add(0, tensor.Shape, Strides(tensor.Inputs[0].Shape),
                    s.Start * Stride(tensor.Inputs[0].Shape, s.Axis), 0);
                break;
            case Pad p:
                value.Span[0] = p.Value;
                Border(p, 0, p.Before);
                Border(p, tensor.Shape[p.Axis] - p.After, p.After);
                Add(0, tensor.Inputs[0].Shape, Strides(tensor.Inputs[0].Shape),
                    0, p.Before * Stride(tensor.Shape, p.Axis));
                break;
            case ConcatOp c:
                for (int i = 0, start = 0; i < tensor.Inputs.Count; start += tensor.Inputs[i++].Shape[c.Axis])
                {
                    var part = tensor.Inputs[i].Shape;
                    Add(i, part, Strides(part), 0, start * Stride(tensor.Shape, c.Axis));
                }
                break;
        }
    }

    public override int Tiles => tiles.Count;

    public override string Name => $"{tensor.Op.Name} -> {tensor.Shape}";

    public override void Bind(IMemory memory)
    {
        var output = memory[tensor];
        operands = [.. parts.Select(p =>
        {
            var target = output.Slice(p.To, output.Length - p.To);
            if (p.Input < 0)
                return new[] { value.Floats, target };
            var source = memory[tensor.Inputs[p.Input]];
            return [source.Slice(p.From, source.Length - p.From), target];
        })];
    }

    public override void Run(int tile, int worker)
    {
        var (part, from, to) = tiles[tile];
        parts[part].Nest.Run(operands[part], from, to);
    }

    void Border(Pad pad, int start, int length)
    {
        if (length <= 0)
            return;
        Shape box = [.. tensor.Shape[..pad.Axis], length, .. tensor.Shape[(pad.Axis + 1)..]];
        Add(-1, box, new long[box.Rank], 0, start * Stride(tensor.Shape, pad.Axis));
    }

    /// <summary>A strided copy (or fill, input −1) of a box into the result.</summary>
    void Add(int input, Shape box, long[] sourceStrides, long sourceStart, long targetStart)
    {
        if (box.Elements == 0)
            return;
        var target = Strides(tensor.Shape);
        int last = box.Rank - 1;
        long[] extents = [Sizes.Groups(box[0]), .. box[1..].Select(e => (long)e)];
        var nest = new LoopNest(input < 0 ? Fill : Copy, extents.AsSpan(0, last), extents[last] * 16,
            [new(sourceStrides[last], [.. sourceStrides[..last]]), new(target[last], [.. target[..last]])]);
        for (long from = 0; from < nest.Length; from += VectorsPerTile)
            tiles.Add((parts.Count, from, Math.Min(nest.Length, from + VectorsPerTile)));
        parts.Add((nest, sourceStart, targetStart, input));
    }

    static long[] Strides(Shape shape) => [.. Enumerable.Range(0, shape.Rank).Select(axis => Stride(shape, axis))];

    /// <summary>Floats from one index to the next along an axis; along the batch, from one group to the next.</summary>
    static long Stride(Shape shape, int axis) => 16L * shape.ElementsFrom(axis + 1);
}
