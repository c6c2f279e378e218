using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>Small computations that between them use every way the compiler can go.</summary>
static partial class TestGraphs
{
    public delegate Computation Build(int samples, VariableStore variables);

    public static Dictionary<string, Build> All { get; } = new()
    {
        ["mlp"] = Mlp,
        ["small-cnn"] = SmallCnn,
        ["normalised-cnn"] = NormalisedCnn,
        ["strided-grouped-cnn"] = StridedCnn,
        ["winograd-cnn"] = WinogradCnn,
        ["biased-cnn"] = BiasedCnn,
        ["movements"] = Movements,
        ["reductions"] = Reductions,
        ["plain-only"] = PlainOnly,
        ["swap"] = Swap,
        ["dropout"] = Dropout,
        ["large-batch"] = LargeBatch,
        ["input-gradients"] = InputGradients,
        ["momentum"] = Dense(Momentum),
        ["adam"] = Dense(Adam),
        ["clipped"] = Dense(Clipped),
        ["averaged"] = Dense(Averaged),
        ["kept-gradient"] = Dense(Momentum, isOutput: true),
    };

    /// <summary>Feeds every input with reproducible numbers.</summary>
    public static void Feed(Program program, int samples)
    {
        program.Seed = 7;
        program.Epoch = 3;
        for (int i = 0; i < program.SampleIds.Length; i++)
            program.SampleIds[i] = 100 + (i * 3);
        foreach (var (name, tensor) in program.Plan.Inputs)
        {
            var numbers = new float[tensor.Shape.Elements];
            Fill(numbers, name);
            if (name == "labels")
            {
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = MathF.Floor((numbers[i] + 1) * 2);
            }
            program.Feed(name, numbers);
        }
    }

    public static void Fill(Span<float> numbers, string name, float scale = 1)
    {
        var stream = new RandomStream(StreamKey.For(1, "test", name));
        foreach (ref float x in numbers)
            x = stream.NextSingle(-scale, scale);
    }

    static Tensor Images(int samples, int channels, int size) =>
        Tensor.Apply(new Input("images", [samples, channels, size, size], Batched: true));

    static Tensor Param(VariableStore variables, string path, Shape shape)
    {
        Fill(variables.Add(path, shape), path, 0.4f);
        return Tensor.Apply(new Variable(path, shape));
    }

    static Tensor Loss(Tensor logits, int samples)
    {
        var target = Tensor.Apply(new Input("labels", [samples], Batched: true));
        var difference = logits - (0.3f * target).Reshape([samples, 1]);
        return difference.Square().Mean();
    }

    /// <summary>Momentum for every parameter; outputs loss, logits and the first gradient.</summary>
    static Computation Training(Tensor loss, Tensor logits, VariableStore variables, params Tensor[] parameters)
    {
        var gradients = Gradients.Of(loss, parameters);
        var updates = new List<(Tensor, Tensor)>();
        for (int i = 0; i < parameters.Length; i++)
        {
            string path = ((Variable)parameters[i].Op).Label;
            var velocity = Param(variables, path + ".velocity", parameters[i].Shape);
            var next = (0.9f * velocity) + gradients[i];
            updates.Add((velocity, next));
            updates.Add((parameters[i], parameters[i] - (0.05f * next)));
        }
        return new([("loss", loss), ("logits", logits), ("gradient", gradients[0])], updates);
    }

    static Tensor Norm(Tensor x, Tensor scale, Tensor shift)
    {
        int[] axes = x.Shape.Rank == 4 ? [0, 2, 3] : [0];
        Shape shape = x.Shape.Rank == 4 ? [1, x.Shape[1], 1, 1] : [1, x.Shape[1]];
        var mean = x.Mean(axes, keepDims: true);
        var variance = (x - mean).Square().Mean(axes, keepDims: true);
        return ((x - mean) * (variance + 1e-5f).Rsqrt() * scale.Reshape(shape)) + shift.Reshape(shape);
    }

    static Computation Mlp(int samples, VariableStore v)
    {
        var x = Images(samples, 1, 7).Flatten();
        Tensor w1 = Param(v, "w1", [21, 49]), b1 = Param(v, "b1", [21]), w2 = Param(v, "w2", [5, 21]), b2 = Param(v, "b2", [5]);
        var hidden = (x.MatMul(w1, transposeB: true) + b1).Max(0f);
        var logits = hidden.MatMul(w2, transposeB: true) + b2;
        return Training(Loss(logits, samples), logits, v, w1, b1, w2, b2);
    }

    static Computation SmallCnn(int samples, VariableStore v)
    {
        var x = Images(samples, 2, 10);
        Tensor w1 = Param(v, "w1", [7, 2, 3, 3]), b1 = Param(v, "b1", [7]), w2 = Param(v, "w2", [5, 112]), b2 = Param(v, "b2", [5]);
        var y = x.Conv2d(w1, 1, 0, 1) + b1.Reshape([1, 7, 1, 1]);
        var logits = y.MaxPool2d(2).Max(0f).Flatten().MatMul(w2, transposeB: true) + b2;
        return Training(Loss(logits, samples), logits, v, w1, b1, w2, b2);
    }

    static Computation NormalisedCnn(int samples, VariableStore v)
    {
        var x = Images(samples, 2, 8);
        Tensor w1 = Param(v, "w1", [6, 2, 3, 3]), s1 = Param(v, "s1", [6]), t1 = Param(v, "t1", [6]);
        Tensor w2 = Param(v, "w2", [4, 96]), s2 = Param(v, "s2", [4]), t2 = Param(v, "t2", [4]);
        var y = Norm(x.Conv2d(w1, 1, 1, 1), s1, t1).Max(0f).AvgPool2d(2).Flatten();
        var logits = Norm(y.MatMul(w2, transposeB: true), s2, t2);
        return Training(Loss(logits, samples), logits, v, w1, s1, t1, w2, s2, t2);
    }

    static Computation StridedCnn(int samples, VariableStore v)
    {
        var x = Images(samples, 4, 9);
        Tensor w1 = Param(v, "w1", [6, 2, 3, 2]), w2 = Param(v, "w2", [3, 6, 2, 2]);
        var y = x.Conv2d(w1, new(2, 1), new(1, 0), 1, groups: 2).MaxPool2d(3, 2, 1, ceilMode: true);
        y = y.Conv2d(w2, 1, 1, new(1, 2)).AvgPool2d(3, 2, 1, countIncludePad: false).AdaptiveAvgPool2d(new(2, 1));
        var logits = y.Flatten();
        return Training(Loss(logits, samples), logits, v, w1, w2);
    }

    /// <summary>Enough channels that convolutions go by tiles; a ragged image, followed by what runs block by block.</summary>
    static Computation WinogradCnn(int samples, VariableStore v)
    {
        var x = Images(samples, 1, 7);
        Tensor w1 = Param(v, "w1", [64, 1, 2, 2]), w2 = Param(v, "w2", [70, 64, 3, 3]), b2 = Param(v, "b2", [70]);
        Tensor w3 = Param(v, "w3", [64, 70, 3, 3]), s3 = Param(v, "s3", [64]), t3 = Param(v, "t3", [64]);
        var y = (x.Conv2d(w1, 1, 0, 1).Conv2d(w2, 1, 1, 1) / 8f + b2.Reshape([1, 70, 1, 1])).Max(0f);
        var logits = Norm(y.Conv2d(w3, 1, 1, 1), s3, t3).MaxPool2d(2).Flatten();
        return Training(Loss(logits, samples), logits, v, w1, w2, b2, w3, s3, t3);
    }

    /// <summary>
    /// Every kind of convolution with a bias: strided, along rows, in groups, by tiles; one read twice.
    /// </summary>
    static Computation BiasedCnn(int samples, VariableStore v)
    {
        var x = Images(samples, 3, 17);
        Tensor w1 = Param(v, "w1", [20, 3, 2, 2]), b1 = Param(v, "b1", [20]), w2 = Param(v, "w2", [32, 20, 3, 3]);
        Tensor b2 = Param(v, "b2", [32]), w3 = Param(v, "w3", [32, 8, 1, 1]), b3 = Param(v, "b3", [32]);
        Tensor w4 = Param(v, "w4", [33, 32, 3, 3]), b4 = Param(v, "b4", [33]);
        Tensor w5 = Param(v, "w5", [5, 33, 3, 3]), b5 = Param(v, "b5", [5]);
        var y = x.Conv2d(w1, 2, 0, 1) + b1.Reshape([20, 1, 1]);
        y = (b2.Reshape([1, 32, 1, 1]) + y.Conv2d(w2, 1, 0, 1)).Max(0f) / 4f;
        y = y.Conv2d(w3, 1, 0, 1, groups: 4) + b3.Reshape([32, 1, 1]);
        y = (y.Conv2d(w4, 1, 1, 1) + b4.Reshape([33, 1, 1])).MaxPool2d(2) / 9f;
        var z = y.Conv2d(w5, 1, 0, 1);
        var logits = (z + b5.Reshape([5, 1, 1]) + z.Square()).Flatten();
        return Training(Loss(logits, samples), logits, v, w1, b1, w2, b2, w3, b3, w4, b4, w5, b5);
    }

    static Computation Movements(int samples, VariableStore v)
    {
        var x = Images(samples, 4, 6);
        var w = Param(v, "w", [4]);
        var y = x * w.Reshape([1, 4, 1, 1]);
        var moved = y.Permute(0, 3, 1, 2).Slice(1, 1, 4).Pad(2, 1, 2, 0.5f).Pad(3, 0, 1);
        var both = TensorOps.Concat(1, moved, moved.Square(), moved.Slice(1, 0, 1));
        var logits = both.Sum([2, 3]).Slice(1, 2, 5);
        return Training(Loss(logits, samples), logits, v, w);
    }

    static Computation Reductions(int samples, VariableStore v)
    {
        var x = Images(samples, 3, 5);
        var w = Param(v, "w", [3]);
        var y = x * w.Reshape([3, 1, 1]);
        var largest = y.Amax([1, 3], keepDims: true);
        var shifted = (y - largest).Square();
        var logits = shifted.Sum([2, 3]) + y.Sum([1, 2]).Slice(1, 0, 3) + y.Mean([0, 2, 3]) + y.Amax([0, 1]).Sum([1]).Slice(0, 0, 3);
        var distance = ((x * w.Reshape([1, 3, 1, 1])) + (2f * w).Reshape([1, 3, 1, 1])).Abs();
        var more = (y.Sum() / 100f) + x.Amax() + distance.Mean() + (distance.Sum([1, 2, 3]) * distance.Amax([1, 2, 3])).Mean() / 1000f;
        return Training(Loss(logits * more, samples) * 1e-3f, logits, v, w);
    }

    static Computation PlainOnly(int samples, VariableStore v)
    {
        Tensor a = Param(v, "a", [4, 1, 6]), b = Param(v, "b", [5, 1]), c = Param(v, "c", [6]), m = Param(v, "m", [24, 5]);
        var rate = Tensor.Apply(new Input("rate", []));
        var y = ((a + b) * a / (c.Square() + 0.5f)) - (b * rate);
        var z = y.Permute(1, 0, 2).Reshape([5, 24]).MatMul(m).Permute(1, 0) + m.Slice(0, 3, 5);
        var q = z.MatMul(z, transposeB: true).MatMul(z, transposeA: true).Sum([0]) + y.Amax([0, 2]);
        return Training(q.Square().Sum() * 1e-4f, q, v, a, b, c, m);
    }

    /// <summary>Variables that exchange their values, and one whose old value is wanted.</summary>
    static Computation Swap(int samples, VariableStore v)
    {
        Tensor a = Param(v, "a", [19]), b = Param(v, "b", [19]), c = Param(v, "c", [19]);
        return new([("a", a * 2f), ("sum", (a + b + c).Sum())], [(a, b * 1.5f), (b, a * 0.5f), (c, a)]);
    }

    static Computation Dropout(int samples, VariableStore v)
    {
        var x = Images(samples, 1, 6).Flatten();
        var w = Param(v, "w", [5, 36]);
        var mask = Tensor.Apply(new Bernoulli("fc", 0.6f, x.Shape));
        var logits = (x * mask / 0.6f).MatMul(w, transposeB: true);
        return Training(Loss(logits, samples), logits, v, w);
    }

    /// <summary>Long sums over the batch are cut in chunks.</summary>
    static Computation LargeBatch(int samples, VariableStore v)
    {
        samples += 2100;
        var x = Images(samples, 1, 3);
        Tensor w1 = Param(v, "w1", [2, 1, 2, 2]), w2 = Param(v, "w2", [3, 8]);
        var logits = x.Conv2d(w1, 1, 0, 1).Flatten().MatMul(w2, transposeB: true);
        return Training(Loss(logits, samples), logits, v, w1, w2);
    }

    /// <summary>Inputs that are wanted in both layouts, late in a run.</summary>
    static Computation InputGradients(int samples, VariableStore v)
    {
        Tensor x = Tensor.Apply(new Input("x", [samples, 37], Batched: true)), y = Tensor.Apply(new Input("y", [samples, 21], Batched: true));
        var w = Param(v, "w", [21, 37]);
        var first = (x.MatMul(w, transposeB: true) * y).Sum();
        var product = y.MatMul(x, transposeA: true);
        return new([("first", first), ("product", product)], [(w, w - (0.01f * product * first))]);
    }
}
