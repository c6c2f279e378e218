using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

/// <summary>
/// A function whose gradient is checked: named inputs with their shapes, and what is computed from them.
/// </summary>
sealed record GradientCase(string Name, (string Name, Shape Shape)[] Inputs, Func<Tensor[], Trace, Tensor> Function)
{
    /// <summary>Whether inputs must be positive: roots, logarithms, bases of powers.</summary>
    public bool IsPositive { get; init; }

    /// <summary>
    /// Whether axis 0 of the first input is the batch, so that the layout and kernels of batched tensors are tried too.
    /// </summary>
    public bool HasBatch { get; init; }

    public static GradientCase Of(string name, Shape[] inputs, Func<Tensor[], Tensor> function) =>
        new(name, [.. inputs.Select((shape, i) => ($"input{i}", shape))], (x, _) => function(x));

    public static GradientCase Of(Layer layer, Shape x) =>
        new($"{layer.Name}{x}", [("input0", x)], (inputs, trace) => layer.Apply(trace.Root / "layer", inputs[0]))
        {
            HasBatch = true,
        };

    /// <summary>Every operation and every layer; <see cref="GradientTests"/> checks that none is missing.</summary>
    public static IEnumerable<GradientCase> All() =>
        [.. Elementwise(), .. Operations(), .. LossesAndShares(), .. Layers()];

    static IEnumerable<GradientCase> Elementwise()
    {
        Shape x = [3, 5], row = [5], column = [3, 1];
        yield return Of("add", [x, row], i => i[0] + i[1]) with { HasBatch = true };
        yield return Of("subtract", [x, column], i => i[0] - i[1]) with { HasBatch = true };
        yield return Of("multiply", [column, x], i => i[0] * i[1]);
        yield return Of("divide", [x, row], i => i[0] / i[1]) with { IsPositive = true };
        yield return Of("negate", [x], i => -i[0]);
        yield return Of("maximum", [x, row], i => i[0].Max(i[1])) with { HasBatch = true };
        yield return Of("minimum", [x, row], i => i[0].Min(i[1]));
        yield return Of("comparisons", [x, row], i =>
            (i[0] * (i[0] > i[1])) + (i[1] * i[0].Map<GreaterOrEqual>(i[1])) + i[0].EqualTo(i[1]));
        yield return Of("where", [x, row], i => (i[0] > 0f).Where(i[0] * i[0], i[1])) with { HasBatch = true };
        yield return Of("square", [x], i => i[0].Square());
        yield return Of("abs", [x], i => i[0].Abs());
        yield return Of("sqrt", [x], i => i[0].Sqrt()) with { IsPositive = true };
        yield return Of("rsqrt", [x], i => i[0].Rsqrt()) with { IsPositive = true };
        yield return Of("exp", [x], i => i[0].Exp());
        yield return Of("expm1", [x], i => i[0].Expm1());
        yield return Of("log", [x], i => i[0].Log()) with { IsPositive = true };
        yield return Of("log1p", [x], i => i[0].Log1p()) with { IsPositive = true };
        yield return Of("pow", [x, row], i => i[0].Pow(i[1])) with { IsPositive = true };
        yield return Of("erf", [x], i => i[0].Erf());
        yield return Of("leaky_relu with a learnt slope", [x, Shape.Scalar], i => i[0].Map<LeakyRelu>(i[1].Square()));
        yield return Of("elu with a learnt alpha", [x, Shape.Scalar], i => i[0].Map<Elu>(i[1].Square()));
        yield return Of("gelu's distribution function", [x], i => i[0].Map<Gelu.Cdf>());
        yield return Of("gelu's density", [x], i => i[0].Map<Gelu.Pdf>());
        yield return Of("relu's gradient", [x, x], i => i[0].Map<ReluGradient>(i[1]));
    }

    static IEnumerable<GradientCase> Operations()
    {
        Shape image = [2, 4, 7, 6];
        var settings = new ConvSettings(2, 1, 1, Groups: 2);
        Shape weight = [6, 2, 3, 3], y = settings.Output(image, weight);
        yield return Of("conv2d", [image, weight], i => i[0].Conv2d(i[1], 2, 1, 1, 2)) with { HasBatch = true };
        yield return Of("conv2d with a bias", [image, weight, [6]], i =>
            Tensor.Apply(new Conv2dOp(settings), i[0], i[1], i[2])) with
        { HasBatch = true };
        yield return Of("conv2d dilated", [image, [3, 4, 2, 3]], i =>
            i[0].Conv2d(i[1], new Pair(1, 2), new Pair(0, 1), new Pair(3, 2))) with
        { HasBatch = true };
        yield return Of("conv2d's input gradient", [y, weight], i =>
            Tensor.Apply(new Conv2dInputGradient(settings, image), i[0], i[1])) with
        { HasBatch = true };
        yield return Of("conv2d's weight gradient", [image, y], i =>
            Tensor.Apply(new Conv2dWeightGradient(settings, weight), i[0], i[1]));
        yield return Of("matmul", [[3, 5], [5, 4]], i => i[0].MatMul(i[1])) with { HasBatch = true };
        yield return Of("matmul of transposes", [[5, 3], [4, 5]], i => i[0].MatMul(i[1], true, true));
        yield return Of("sum", [image], i => i[0].Sum([1, 3])) with { HasBatch = true };
        yield return Of("mean", [image], i => i[0].Mean([0, 2], keepDims: true)) with { HasBatch = true };
        yield return Of("amax", [image], i => i[0].Amax([-1])) with { HasBatch = true };
        yield return Of("reshape and transpose", [image], i => i[0].Reshape([2, 4, 42]).Permute(2, 0, 1));
        yield return Of("broadcast", [[4, 1]], i => i[0].BroadcastTo([2, 4, 3]));
        yield return Of("slice", [image], i => i[0].Slice(2, 1, 4)) with { HasBatch = true };
        yield return Of("pad", [image], i => i[0].Pad(3, 1, 2, 0.5f)) with { HasBatch = true };
        yield return Of("concat", [image, [2, 1, 7, 6]], i => TensorOps.Concat(1, i[0], i[1]));
        yield return Of("gather", [[5, 3]], i => i[0].Gather(Tensor.Apply(new Iota(4))));
        yield return Of("scatter", [[4, 3]], i => Tensor.Apply(new ScatterAdd(6), i[0], Tensor.Apply(new Iota(4))));
        yield return Of("avg pool's gradient", [[2, 4, 3, 3]], i =>
            Tensor.Apply(new AvgPool2dGradient(new(2, 2, 0), image), i[0]));
        yield return Of("adaptive pool's gradient", [[2, 4, 3, 4]], i =>
            Tensor.Apply(new AdaptiveAvgPool2dGradient(image), i[0]));
    }

    static IEnumerable<GradientCase> LossesAndShares()
    {
        Shape x = [4, 5];
        static Tensor Labels() => Tensor.Apply(new Iota(4));
        yield return Of("softmax over axis 0", [x], i => i[0].Softmax(0)) with { HasBatch = true };
        yield return Of("cross entropy", [x], i => i[0].CrossEntropy(Labels())) with { HasBatch = true };
        yield return Of("cross entropy, smoothed", [x], i => i[0].CrossEntropy(Labels(), 0.1)) with { HasBatch = true };
        yield return Of("nll", [x], i => i[0].Nll(Labels())) with { HasBatch = true };
        yield return Of("mse", [x, x], i => i[0].Mse(i[1])) with { HasBatch = true };
        foreach (Loss loss in (Loss[])[new CrossEntropy(0.2), new Nll(), new Mse()])
            yield return Of($"{loss}", [x], i => loss.PerSample(i[0], Labels())) with { HasBatch = true };
        var clip = new GradientClip(Norm: 1, Value: 1.93);
        yield return Of("norm of gradients, clipped", [x, [3]], i =>
            TensorOps.Concat(0, [.. clip.Apply(i).Select(g => g.Reshape([g.Shape.Elements]))]));
    }

    static IEnumerable<GradientCase> Layers()
    {
        Shape rows = [6, 4], image = [3, 4, 6, 5];
        foreach (string name in Activation.Names)
            yield return Of(Activation.Parse(name), rows) with { Name = $"layer {name}" };
        yield return Of(Activation.Softplus(2, 1.07), rows) with { Name = "layer softplus with a low threshold" };
        yield return Of(new Linear(3), rows);
        yield return Of(new Linear(3, Bias: false), rows) with { Name = "Linear without bias" };
        yield return Of(new Conv2d(6, new Pair(3, 2), 2, 1, Groups: 2), image);
        yield return Of(new BatchNorm(), rows);
        yield return Of(new BatchNorm(), image);
        yield return Of(new BatchNorm(Affine: false), image) with { Name = "BatchNorm without weights" };
        yield return Of(new ScratchBatchNorm(), rows);
        yield return Of(new ScratchBatchNorm(), image);
        yield return Of(new LayerNorm(), rows);
        yield return Of(new LayerNorm(3), image);
        yield return Of(new GroupNorm(2), image);
        yield return Of(new Dropout(0.4), rows);
        yield return Of(new MaxPool2d(3, 2, 1), image);
        yield return Of(new AvgPool2d(2, CeilMode: true), image);
        yield return Of(new AvgPool2d(3, 2, 1, CountIncludePad: false), image) with { Name = "AvgPool2d bare" };
        yield return Of(new AdaptiveAvgPool2d(new Pair(4, 2)), image);
        yield return Of(new Flatten(), image);
        yield return Of(
            new Residual([("a", new Linear(4)), Activation.Tanh], ("b", new Linear(4)), Activation.Sigmoid), rows);
        yield return Of(
            new Concat(new Conv2d(2, 1), new Named("pooled", [new AvgPool2d(3, 1, 1), new Conv2d(3, 1)])), image);
        yield return Of([new Linear(5), Activation.Silu, ("last", new Linear(2))], rows);
    }
}
