using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>A fused loop.</summary>
sealed class LoopStep(CompiledLoop loop) : Step(loop.Reads, loop.Writes)
{
    readonly Floats[] operands = new Floats[loop.Reads.Count + loop.Writes.Count];

    public override int Tiles { get; } = (int)((loop.Nest.Length + loop.UnitsPerTile - 1) / loop.UnitsPerTile);

    public override string Name => $"loop of {loop.Operations} ops -> {string.Join(", ", Writes.Select(w => w.Op.Name))}";

    public override bool CanOverwrite(int read) =>
        Writes[0].Op is not LaneReduce && Reads[read].Shape.Equals(Writes[0].Shape);

    public override void Bind(IMemory memory)
    {
        for (int i = 0; i < operands.Length; i++)
            operands[i] = memory[i < Reads.Count ? Reads[i] : Writes[i - Reads.Count]];
    }

    public override void Run(int tile, int worker)
    {
        long from = tile * loop.UnitsPerTile;
        loop.Nest.Run(operands, from, Math.Min(loop.Nest.Length, from + loop.UnitsPerTile));
    }
}
