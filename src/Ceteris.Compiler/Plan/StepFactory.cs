using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>Which kernel computes an operation that is no fused loop.</summary>
static class StepFactory
{
    public static IEnumerable<Step> Make(Tensor tensor, Layouts layouts, bool definitions)
    {
        if (tensor.Op is Bernoulli)
            return [new DrawStep(tensor)];
        if (tensor.Op is Convert)
            return [new ConvertStep(tensor)];
        if (definitions)
            return [new DefinitionStep(tensor, layouts)];
        bool lanes = layouts[tensor] == Layout.Lanes;
        switch (tensor.Op)
        {
            case MatMul:
                return [new MatMulStep(tensor, layouts)];
            case BatchMatMul:
                var matmul = new BatchMatMulStep(tensor, layouts[tensor.Inputs[1]] == Layout.Lanes);
                return WithTree(matmul, matmul.Partial, matmul.Chunks);
            case Conv2dOp op:
                var forward = ConvShapes.Of(op.Settings, tensor.Inputs[0].Shape, tensor.Inputs[1].Shape);
                return [Winograd.Suits(forward) || RowWinograd.Suits(forward)
                    ? new WinogradStep(tensor, forward) : new ConvStep(tensor, forward)];
            case Conv2dInputGradient op:
                var backward = ConvShapes.Of(op.Settings, tensor.Shape, tensor.Inputs[1].Shape);
                return [Winograd.Suits(backward) || RowWinograd.Suits(backward)
                    ? new WinogradStep(tensor, backward) : new ConvStep(tensor, backward)];
            case Conv2dWeightGradient:
                var conv = new ConvWeightGradientStep(tensor);
                return WithTree(conv, conv.Partial, conv.Chunks);
            case MaxPool2dOp op:
                return [new MaxPoolStep(tensor.Inputs[0], op.Settings, max: tensor)];
            case MaxPool2dIndex op:
                return [new MaxPoolStep(tensor.Inputs[0], op.Settings, index: tensor)];
            case MaxPool2dGradient:
                return [new MaxPoolGradientStep(tensor)];
            case AvgPool2dOp or AdaptiveAvgPool2dOp:
                return [new AvgPoolStep(tensor)];
            case AvgPool2dGradient or AdaptiveAvgPool2dGradient:
                return [new AvgPoolGradientStep(tensor)];
            case BatchReduce:
                return [new BatchReduceStep(tensor)];
            case Reduce:
                return [new ReduceStep(tensor)];
            case Transpose or Slice or Pad or ConcatOp when lanes:
                return [new LaneMoveStep(tensor)];
            default:
                return [new DefinitionStep(tensor, layouts)];
        }
    }

    /// <summary>Lets a max pool find the maxima and where they lie in one look, where both are wanted.</summary>
    public static List<Step> WithPoolsJoined(List<Step> steps)
    {
        var pools = new Dictionary<(Tensor, PoolSettings), int>();
        var all = new List<Step>();
        foreach (var step in steps)
        {
            if (step is MaxPoolStep pool && !pools.TryAdd(pool.Sight, all.Count))
                all[pools[pool.Sight]] = pool.With((MaxPoolStep)all[pools[pool.Sight]]);
            else
                all.Add(step);
        }
        return all;
    }

    /// <summary>Puts a <see cref="ZeroPaddingStep"/> before the first step that sums over the lanes of a ragged
    /// batch.</summary>
    public static List<Step> WithZeroedPadding(List<Step> steps, Layouts layouts)
    {
        var zeroed = new HashSet<Tensor>();
        var all = new List<Step>();
        foreach (var step in steps)
        {
            if (step is ConvWeightGradientStep)
            {
                foreach (var read in step.Reads)
                {
                    var root = StepOrder.Root(read);
                    if (layouts[read] == Layout.Lanes && read.Shape[0] % 16 != 0 && zeroed.Add(root))
                        all.Add(new ZeroPaddingStep(read));
                }
            }
            all.Add(step);
        }
        return all;
    }

    static IEnumerable<Step> WithTree(Step step, NativeBuffer? partial, int chunks)
    {
        yield return step;
        if (partial is not null)
            yield return new ChunkTreeStep(step.Anchor, step, partial, chunks);
    }
}
