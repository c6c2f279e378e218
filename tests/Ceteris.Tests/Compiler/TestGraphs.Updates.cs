using Ceteris.Compiler;

namespace Ceteris.Tests;

/// <summary>A dense layer so large that gradient and update of its weight run by rows, between two small
/// ones.</summary>
static partial class TestGraphs
{
    delegate IEnumerable<(Tensor Variable, Tensor Value)> Update(Tensor weight, Tensor gradient, Tensor[] all);

    static Build Dense(Func<VariableStore, Update> update, bool isOutput = false) => (samples, v) =>
    {
        // 257 floats in a row: every sixteenth row begins with a vector.
        var x = Images(samples, 1, 4).Flatten();
        Tensor first = Param(v, "first", [257, 16]), second = Param(v, "second", [530, 257]);
        Tensor third = Param(v, "third", [5, 530]);
        var hidden = x.MatMul(first, transposeB: true).Max(0f).MatMul(second, transposeB: true).Max(0f);
        var logits = hidden.MatMul(third, transposeB: true);
        var loss = Loss(logits, samples);
        Tensor[] weights = [first, second, third];
        var gradients = Gradients.Of(loss, weights);
        var updates = weights.Zip(gradients).SelectMany(p => update(v)(p.First, p.Second, gradients)).ToList();
        List<(string, Tensor)> outputs = [("loss", loss), ("logits", logits)];
        if (isOutput)
            outputs.Add(("gradient", gradients[1]));
        return new(outputs, updates);
    };

    static Update Momentum(VariableStore v) => (weight, gradient, _) =>
    {
        var velocity = Param(v, ((Variable)weight.Op).Label + ".velocity", weight.Shape);
        var next = (0.9f * velocity) + gradient + (0.01f * weight);
        return [(velocity, next), (weight, weight - (0.05f * next))];
    };

    static Update Adam(VariableStore v) => (weight, gradient, _) =>
    {
        var step = Tensor.Apply(new Input("step", []));
        string label = ((Variable)weight.Op).Label;
        Tensor mean = Param(v, label + ".mean", weight.Shape), square = Param(v, label + ".square", weight.Shape);
        var nextMean = (0.9f * mean) + (0.1f * gradient);
        var nextSquare = (0.99f * square.Abs()) + (0.01f * gradient.Square());
        var rate = 0.01f / (2f + step);
        return [(mean, nextMean), (square, nextSquare),
            (weight, weight - (rate * nextMean / (nextSquare.Sqrt() + 1e-3f)))];
    };

    /// <summary>Each gradient is divided by the length of all: the lengths are known before any update.</summary>
    static Update Clipped(VariableStore v) => (weight, gradient, all) =>
    {
        var length = all.Select(g => g.Square().Sum()).Aggregate((a, b) => a + b).Sqrt();
        return Momentum(v)(weight, gradient / (1f + length), all);
    };

    /// <summary>The old weight is wanted for another variable, which is updated later.</summary>
    static Update Averaged(VariableStore v) => (weight, gradient, _) =>
    {
        var average = Param(v, ((Variable)weight.Op).Label + ".average", weight.Shape);
        var next = weight - (0.05f * gradient);
        return [(weight, next), (average, (0.9f * average) + (0.1f * weight.Sum([1], keepDims: true)))];
    };
}
