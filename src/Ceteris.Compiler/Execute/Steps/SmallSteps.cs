using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>Plain to lanes or back, 16 × 16 elements at a time.</summary>
sealed class ConvertStep(Tensor tensor) : Step(tensor.Inputs, [tensor])
{
    const int ElementsPerTile = 1 << 15;

    readonly int samples = tensor.Shape[0], features = tensor.Shape.ElementsFrom(1);
    readonly int groupsPerTile = Math.Max(1, ElementsPerTile / Math.Max(1, 16 * tensor.Shape.ElementsFrom(1)));
    readonly bool toLanes = ((Convert)tensor.Op).To == Layout.Lanes;
    Floats from, to;

    public override int Tiles => (Sizes.Groups(samples) + groupsPerTile - 1) / groupsPerTile;

    public override string Name => toLanes ? "plain to lanes" : "lanes to plain";

    public override void Bind(IMemory memory) => (from, to) = (memory[tensor.Inputs[0]], memory[tensor]);

    public override void Run(int tile, int worker)
    {
        int first = tile * groupsPerTile, last = Math.Min(Sizes.Groups(samples), first + groupsPerTile);
        if (toLanes)
            Transposition.ToLanes(from, to, samples, features, first, last);
        else
            Transposition.FromLanes(from, to, samples, features, first, last);
    }
}

/// <summary>Sets the padding lanes of a tensor to zero, in place, for a kernel that sums over lanes.</summary>
sealed class ZeroPaddingStep(Tensor tensor) : Step([tensor], [])
{
    Floats lanes;

    public override int Tiles => 1;

    public override string Name => "zero the padding lanes";

    public override void Bind(IMemory memory) => lanes = memory[tensor];

    public override void Run(int tile, int worker)
    {
        int row = tensor.Shape.ElementsFrom(1), samples = tensor.Shape[0], present = samples % 16;
        var last = lanes.Slice((Sizes.Groups(samples) - 1) * 16L * row, 16L * row).Span;
        for (int i = 0; i < row; i++)
            last.Slice((i * 16) + present, 16 - present).Clear();
    }
}

/// <summary>A sum or maximum over the batch.</summary>
sealed class BatchReduceStep(Tensor tensor) : Step(tensor.Inputs, [tensor])
{
    const int VectorsPerTile = 1024;

    readonly int samples = tensor.Inputs[0].Shape[0], row = tensor.Shape.Elements;
    readonly int perTile = Math.Max(16, VectorsPerTile / Sizes.Groups(tensor.Inputs[0].Shape[0]));
    Floats x, y;

    public override int Tiles => (row + perTile - 1) / perTile;

    public override string Name => $"{tensor.Op.Name} over the batch {tensor.Inputs[0].Shape}";

    public override void Bind(IMemory memory) => (x, y) = (memory[tensor.Inputs[0]], memory[tensor]);

    public override void Run(int tile, int worker)
    {
        int from = tile * perTile, to = Math.Min(row, from + perTile);
        if (((BatchReduce)tensor.Op).Kind == ReduceKind.Sum)
            BatchTree.Sum(x, samples, row, y, from, to);
        else
            BatchTree.Max(x, samples, row, y, from, to);
    }
}

/// <summary>A sum or maximum over axes of a plain tensor.</summary>
sealed class ReduceStep : Step
{
    const int ElementsPerTile = 1 << 14;

    readonly Tensor tensor;
    readonly ReduceWalk walk;
    readonly ReduceKind kind;
    readonly int perTile;
    Floats x, y;

    public ReduceStep(Tensor tensor) : base(tensor.Inputs, [tensor])
    {
        this.tensor = tensor;
        var op = (Reduce)tensor.Op;
        kind = op.Kind;
        walk = new(tensor.Inputs[0].Shape, op.Axes);
        perTile = Math.Max(1, ElementsPerTile / Math.Max(1, walk.Count));
    }

    public override int Tiles => (tensor.Shape.Elements + perTile - 1) / perTile;

    public override string Name => $"{tensor.Op.Name} over {((Reduce)tensor.Op).Axes} of {tensor.Inputs[0].Shape}";

    public override void Bind(IMemory memory) => (x, y) = (memory[tensor.Inputs[0]], memory[tensor]);

    public override void Run(int tile, int worker)
    {
        int from = tile * perTile, to = Math.Min(tensor.Shape.Elements, from + perTile);
        if (!walk.IsContiguous)
        {
            Reduce.Rows(kind, walk, x.Span, y.Span, from, to);
            return;
        }
        for (int o = from; o < to; o++)
        {
            var row = x.Slice(walk.Start(o), walk.Count);
            y.Span[o] = kind == ReduceKind.Sum ? StripedReduction.Sum(row) : StripedReduction.Max(row);
        }
    }
}

/// <summary>A random mask, in lanes.</summary>
sealed class DrawStep(Tensor tensor) : Step([], [tensor])
{
    readonly Bernoulli op = (Bernoulli)tensor.Op;
    readonly int samples = tensor.Shape[0], row = tensor.Shape.ElementsFrom(1);
    IMemory memory = null!;
    Floats mask;

    public override int Tiles => Sizes.Groups(samples);

    public override string Name => op.ToString();

    public override void Bind(IMemory memory)
    {
        this.memory = memory;
        mask = memory[tensor];
    }

    public override void Run(int tile, int worker)
    {
        var draws = memory.Draws;
        var group = draws.Samples.AsSpan(tile * 16, Math.Min(16, samples - (tile * 16)));
        MaskDraw.Bernoulli(
            draws.Key(op.Key), op.Keep, draws.Epoch, group, row, mask.Slice(tile * 16L * row, 16L * row));
    }
}

/// <summary>Copies the new value of a variable to where it lies.</summary>
sealed class CopyStep(Tensor from, Tensor variable) : Step([from, variable], [])
{
    Floats source, target;

    public override int Tiles => 1;

    public override string Name => $"copy to {variable.Op}";

    public override void Bind(IMemory memory) => (source, target) = (memory[from], memory[variable]);

    public override void Run(int tile, int worker) => source.Span.CopyTo(target.Span);
}
