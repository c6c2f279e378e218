using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A matrix product: of a batch in lanes with a plain matrix, or of two plain ones. Tiles are blocks of rows
/// and columns.</summary>
sealed class MatMulStep : Step
{
    const int MostTiles = 64;

    readonly Tensor tensor;
    readonly GemmShape shape;
    readonly bool weightsFirst;
    readonly Blocks2D blocks;
    Floats a, b, c;

    public MatMulStep(Tensor tensor, Layouts layouts) : base(tensor.Inputs, [tensor])
    {
        this.tensor = tensor;
        var op = (MatMul)tensor.Op;
        Shape x = tensor.Inputs[0].Shape, w = tensor.Inputs[1].Shape;
        weightsFirst = layouts[tensor] == Layout.Lanes;
        if (!weightsFirst)
            shape = GemmShape.Plain(tensor.Shape[0], tensor.Shape[1], x[op.TransposeA ? 0 : 1], op.TransposeA);
        else if (op.TransposeB)
            shape = GemmShape.LanesForward(x[0], x[1], w[0]);
        else
            shape = GemmShape.LanesInputGradient(x[0], w[1], w[0]);
        blocks = new(shape, MostTiles);
    }

    public override int Tiles => blocks.Count;

    public override string Name => $"matmul {tensor.Inputs[0].Shape} · {tensor.Inputs[1].Shape}";

    public override void Bind(IMemory memory)
    {
        a = memory[tensor.Inputs[weightsFirst ? 1 : 0]];
        b = memory[tensor.Inputs[weightsFirst ? 0 : 1]];
        c = memory[tensor];
    }

    public override void Run(int tile, int worker)
    {
        var (rows, columns) = blocks[tile];
        Gemm.Run(shape, a, b, c, rows.From, rows.To, columns.From, columns.To);
    }
}

/// <summary>
/// A weight gradient aᵀ b over the batch: chunks of samples side by side, then their tree. A large one without chunks
/// can be computed by blocks of rows, so that the update of the weight takes them as they are made.
/// </summary>
sealed class BatchMatMulStep : BlockStep
{
    const int MostTiles = 64;

    /// <summary>A smaller gradient is still in a second-level cache when the update reads it.</summary>
    const int LeastByRows = 1 << 17;

    /// <summary>Floats of a block of rows, which stays in a cache together with the rows that are updated.</summary>
    const int FloatsPerBlock = 1 << 15;

    /// <summary>Blocks for threads to choose from.</summary>
    const int LeastBlocks = 8;

    readonly Tensor tensor;
    readonly BatchChunks chunks;
    readonly GemmShape[] shapes;
    readonly Blocks2D blocks;
    readonly NativeBuffer? partial;
    Floats a, b, c;

    public BatchMatMulStep(Tensor tensor, bool lanes)
        : base(tensor.Inputs, new BatchChunks(tensor.Inputs[0].Shape[0]).Count > 1 ? [] : [tensor])
    {
        this.tensor = tensor;
        Shape x = tensor.Inputs[0].Shape, y = tensor.Inputs[1].Shape;
        chunks = new(x[0]);
        shapes = [.. Enumerable.Range(0, chunks.Count)
            .Select(chunk => GemmShape.WeightGradient(ChunkSamples(chunk), y[1], x[1], lanes))];
        blocks = new(shapes[0], chunks.Count >= 8 ? 1 : MostTiles / chunks.Count);
        if (chunks.Count > 1)
            partial = new NativeBuffer((long)chunks.Count * tensor.Shape.Elements, "parts of a gradient");
        if (!IsByRows(x, y))
            return;
        int unit = shapes[0].RowUnit, vectors = Sizes.RowsOfVectors(y[1]);
        while (unit % vectors != 0)
            unit *= 2;
        Groups = Channels > unit * (LeastBlocks - 1) ? 1 : 0;
        Grain = (1, Math.Max(1, Math.Min(FloatsPerBlock / y[1], Channels / LeastBlocks) / unit) * unit);
    }

    /// <summary>Whether aᵀ b should be computed by rows. Each block then reads all of b.</summary>
    public static bool IsByRows(Shape a, Shape b) =>
        new BatchChunks(a[0]).Count == 1 && (long)a[1] * b[1] >= LeastByRows;

    public override int Tiles => chunks.Count * blocks.Count;

    public override Layout Layout => Layout.Plain;

    public override int Groups { get; }

    public override int Channels => tensor.Shape[0];

    public override (int Groups, int Channels) Grain { get; } = (1, 1);

    public override long WorkPerChannel => (long)chunks.Samples * tensor.Shape[1];

    public override bool IsBlockLocal(int read) => false;

    /// <summary>The chunks' results, added up by <see cref="ChunkTreeStep"/>; null when there is one chunk.</summary>
    public NativeBuffer? Partial => partial;

    public int Chunks => chunks.Count;

    public override Tensor Anchor => tensor;

    public override string Name => $"matmul over the batch {tensor.Inputs[0].Shape}ᵀ · {tensor.Inputs[1].Shape}";

    public override void Bind(IMemory memory)
    {
        base.Bind(memory);
        (a, b) = (memory[tensor.Inputs[0]], memory[tensor.Inputs[1]]);
        c = partial is null && memory.Place(tensor) is null ? memory[tensor] : default;
    }

    protected override void RunBlock(Floats[] operands, in Block block, int worker) =>
        Gemm.Run(shapes[0], operands[0], operands[1], operands[2], block.From, block.To, 0, shapes[0].Columns);

    public override void Run(int tile, int worker)
    {
        int chunk = tile / blocks.Count;
        var (rows, columns) = blocks[tile % blocks.Count];
        int rowA = tensor.Inputs[0].Shape[1], rowB = tensor.Inputs[1].Shape[1], first = chunks.FirstGroup(chunk);
        var shape = shapes[chunk];
        var to = partial is null ? c : partial.Slice((long)chunk * tensor.Shape.Elements, tensor.Shape.Elements);
        Gemm.Run(shape, a.Slice(first * 16L * rowA, shape.ALength), b.Slice(first * 16L * rowB, shape.BLength), to,
            rows.From, rows.To, columns.From, columns.To);
    }

    int ChunkSamples(int chunk) =>
        Math.Min(chunks.Samples, chunks.FirstGroup(chunk + 1) * 16) - (chunks.FirstGroup(chunk) * 16);
}

/// <summary>Adds up the chunks of a long sum over the batch by the tree of <see cref="BatchChunks"/>.</summary>
sealed class ChunkTreeStep(Tensor tensor, Step after, NativeBuffer partial, int chunks) : Step([], [tensor])
{
    const int ElementsPerTile = 16384;

    Floats result;

    public override Step? After => after;

    public override int Tiles => (tensor.Shape.Elements + ElementsPerTile - 1) / ElementsPerTile;

    public override string Name => $"sum of {chunks} chunks";

    public override void Bind(IMemory memory) => result = memory[tensor];

    public override void Run(int tile, int worker)
    {
        int from = tile * ElementsPerTile, count = Math.Min(ElementsPerTile, tensor.Shape.Elements - from);
        ChunkTree.Sum(partial.Floats, tensor.Shape.Elements, chunks, result, from, count);
    }
}

/// <summary>
/// The rows and columns of a product cut in tiles, by extents alone, at whole units of its kernel. Along one side where
/// that gives enough tiles, columns first: a tile that has all rows, or all columns, reads each operand once.
/// </summary>
readonly struct Blocks2D
{
    const long WorkPerTile = 1 << 20;

    /// <summary>Tiles that keep several threads busy.</summary>
    const int Enough = 8;

    readonly int rows, columns, rowParts, columnParts, rowUnit, columnUnit;

    /// <param name="shape">The product.</param>
    /// <param name="most">The most tiles that are of use.</param>
    public Blocks2D(GemmShape shape, int most)
    {
        (rows, columns, rowUnit, columnUnit) = (shape.Rows, shape.Columns, shape.RowUnit, shape.ColumnUnit);
        int rowUnits = (rows + rowUnit - 1) / rowUnit, columnUnits = (columns + columnUnit - 1) / columnUnit;
        long work = 16L * shape.Contraction * rows * columns;
        int wanted = (int)Math.Clamp(work / WorkPerTile, 1, Math.Max(1, most));
        (rowParts, columnParts) = (1, 1);
        if (shape.TurnsColumns)
        {
            columnParts = Math.Min(wanted, columnUnits);
            rowParts = Math.Clamp(wanted / columnParts, 1, rowUnits);
        }
        else if (columnUnits >= Math.Min(wanted, Enough))
            columnParts = Math.Min(wanted, columnUnits);
        else if (rowUnits >= wanted)
            rowParts = wanted;
        else
        {
            rowParts = rowUnits;
            columnParts = Math.Clamp(wanted / rowParts, 1, columnUnits);
        }
    }

    public int Count => rowParts * columnParts;

    public ((int From, int To) Rows, (int From, int To) Columns) this[int tile] =>
        (Part(rows, rowUnit, rowParts, tile % rowParts), Part(columns, columnUnit, columnParts, tile / rowParts));

    static (int, int) Part(int count, int unit, int parts, int part)
    {
        long units = (count + unit - 1) / unit;
        return ((int)(units * part / parts * unit), (int)Math.Min(count, units * (part + 1) / parts * unit));
    }
}
