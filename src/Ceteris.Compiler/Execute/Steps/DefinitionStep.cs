using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Runs an operation's scalar definition: for operations of users, and as the oracle of every vector kernel. Tensors
/// in lanes are
/// staged through plain memory.
/// </summary>
sealed class DefinitionStep : Step
{
    const int ElementsPerTile = 4096;

    readonly Tensor tensor;
    readonly Layout[] layouts;
    readonly Layout outputLayout;
    readonly Shape[] shapes;
    readonly Floats[] inputs;
    readonly Floats[] staged;
    readonly NativeBuffer?[] stages;
    readonly int rowsPerTile;
    Floats output, stagedOutput;

    public DefinitionStep(Tensor tensor, Layouts layouts) : base(tensor.Inputs, [tensor])
    {
        this.tensor = tensor;
        this.layouts = [.. tensor.Inputs.Select(i => layouts[i])];
        outputLayout = layouts[tensor];
        shapes = [.. tensor.Inputs.Select(i => i.Shape)];
        inputs = new Floats[shapes.Length];
        staged = new Floats[shapes.Length];
        stages = [.. tensor.Inputs.Append(tensor)
            .Select(t => layouts[t] == Layout.Lanes ? new NativeBuffer(t.Shape.Elements) : null)];
        int rows = tensor.Shape.Rank == 0 ? 1 : tensor.Shape[0];
        bool whole = stages.Any(s => s is not null);
        rowsPerTile = whole ? rows : Math.Max(1, ElementsPerTile * rows / Math.Max(1, tensor.Shape.Elements));
        Tiles = (rows + rowsPerTile - 1) / Math.Max(1, rowsPerTile);
    }

    public override int Tiles { get; }

    public override string Name => $"{tensor.Op.Name} (scalar)";

    public override void Bind(IMemory memory)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = memory[tensor.Inputs[i]];
            staged[i] = stages[i]?.Floats ?? inputs[i];
        }
        output = memory[tensor];
        stagedOutput = stages[^1]?.Floats ?? output;
    }

    public override void Run(int tile, int worker)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (layouts[i] == Layout.Lanes)
                LaneLayout.ToPlain(inputs[i].Span, staged[i].Span, shapes[i][0]);
        }
        int rows = tensor.Shape.Rank == 0 ? 1 : tensor.Shape[0];
        int from = tile * rowsPerTile;
        int to = Math.Min(rows, from + rowsPerTile);
        tensor.Op.Run(new Tile(staged, shapes, stagedOutput.Span, tensor.Shape, from, to));
        if (outputLayout == Layout.Lanes)
            LaneLayout.FromPlain(stagedOutput.Span, output.Span, tensor.Shape[0]);
    }
}

/// <summary>Element-by-element conversion between layouts: the definition of <see cref="Layout.Lanes"/>.</summary>
static class LaneLayout
{
    /// <summary>lanes [G][F][16] → plain [N][F]</summary>
    public static void ToPlain(ReadOnlySpan<float> lanes, Span<float> plain, int samples)
    {
        int row = plain.Length / Math.Max(1, samples);
        for (int n = 0; n < samples; n++)
        {
            for (int f = 0; f < row; f++)
                plain[(n * row) + f] = lanes[(((n / 16 * row) + f) * 16) + (n % 16)];
        }
    }

    /// <summary>plain [N][F] → lanes [G][F][16], zero in the padding</summary>
    public static void FromPlain(ReadOnlySpan<float> plain, Span<float> lanes, int samples)
    {
        int row = plain.Length / Math.Max(1, samples);
        lanes.Clear();
        for (int n = 0; n < samples; n++)
        {
            for (int f = 0; f < row; f++)
                lanes[(((n / 16 * row) + f) * 16) + (n % 16)] = plain[(n * row) + f];
        }
    }
}
