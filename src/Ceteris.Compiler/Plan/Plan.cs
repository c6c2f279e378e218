using System.Globalization;
using System.Text;

namespace Ceteris.Compiler;

/// <summary>A compiled program on paper: its steps in order and where every tensor lies.</summary>
public sealed class Plan
{
    internal Plan(List<Tensor> order, Layouts layouts, List<Step> steps, MemoryPlan memoryPlan,
        Dictionary<Tensor, Tensor> inPlace, Dictionary<string, Tensor> inputs, Dictionary<string, Tensor> outputs)
    {
        (Order, Layouts, Steps, MemoryPlan) = (order, layouts, steps, memoryPlan);
        (InPlace, Inputs, Outputs) = (inPlace, inputs, outputs);
    }

    internal List<Tensor> Order { get; }

    internal Layouts Layouts { get; }

    internal List<Step> Steps { get; }

    internal MemoryPlan MemoryPlan { get; }

    internal Dictionary<Tensor, Tensor> InPlace { get; }

    internal Dictionary<string, Tensor> Inputs { get; }

    internal Dictionary<string, Tensor> Outputs { get; }

    /// <summary>Parallel regions of one run.</summary>
    public int StepCount => Steps.Count;

    /// <summary>Kernels that the regions run: some regions run several, block by block.</summary>
    public int KernelCount => Steps.Sum(s => s.Parts.Count);

    /// <summary>Bytes of the memory that intermediate tensors share.</summary>
    public long ArenaBytes => MemoryPlan.ArenaFloats * sizeof(float);

    /// <summary>Bytes of the largest set of intermediate tensors that are alive together.</summary>
    public long LargestLiveBytes => MemoryPlan.LargestLiveFloats * sizeof(float);

    /// <summary>
    /// Tensors of the graph that never reach memory: computed inside a loop, or convolutions before their bias.
    /// </summary>
    public int FusedAway =>
        Order.Count(Fusion.IsLoop) - Steps.SelectMany(s => s.Parts).OfType<LoopStep>().Sum(s => s.Writes.Count)
            + Order.Count(t => t is { Op: Conv2dOp, Inputs.Count: > 2 });

    /// <summary>Depends on an input alone: runs first, and only when inputs were fed; its result stays.</summary>
    internal static bool IsFeedOnly(Step step) => step is ConvertStep && StepOrder.Root(step.Reads[0]).Op is Input;

    /// <summary>The plan as text: a line for each step — tiles, what it computes, layer — then totals.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        string[] paths = [.. Steps.Select(PathOf)];
        int width = paths.Max(path => path.Length);
        foreach ((int i, Step step) in Steps.Index())
        {
            string tiles = step.Tiles == 1 ? "tile " : "tiles";
            text.Append(CultureInfo.InvariantCulture,
                $"{i + 1,4}  {step.Tiles,5} {tiles}  {paths[i].PadRight(width)}  {step.Name}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{StepCount} steps, {KernelCount} kernels; "
            + $"{FusedAway} tensors fused away; arena {ArenaBytes:N0} bytes (largest live set {LargestLiveBytes:N0}); "
            + $"{InPlace.Count} variables updated in place\n");
        return text.ToString();

        static string PathOf(Step step) =>
            step.Writes.Concat(step.Reads).Select(tensor => tensor.Path).FirstOrDefault(path => path.Length > 0) ?? "";
    }
}
