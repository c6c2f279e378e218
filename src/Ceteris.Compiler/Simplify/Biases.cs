namespace Ceteris.Compiler;

/// <summary>
/// Gives convolutions their bias, which they add where they store their result, in place of a sum of its own that
/// reads and writes all of it again. The bits are the same: <see cref="Conv2dOp"/> with a bias is defined as that sum.
/// </summary>
static class Biases
{
    /// <summary>
    /// The tensors, in the order given, where a convolution whose result nobody else reads and a bias that was added to
    /// it, [K] as [K, 1, 1] or [1, K, 1, 1], are one operation.
    /// </summary>
    public static List<Tensor> Join(IReadOnlyList<Tensor> outputs)
    {
        var order = Graph.Order(outputs);
        var readers = order.SelectMany(t => t.Inputs).Concat(outputs).CountBy(t => t).ToDictionary();
        var replaced = new Dictionary<Tensor, Tensor>();
        foreach (var tensor in order)
        {
            var from = tensor.Op is Map2<Add> && Sum(tensor) is { } sum && readers[sum.Product] == 1
                ? new(sum.Product.Op, [.. sum.Product.Inputs, sum.Bias], tensor.Path) : tensor;
            var inputs = from.Inputs.Select(i => replaced[i]).ToArray();
            replaced[tensor] = from == tensor && inputs.SequenceEqual(tensor.Inputs)
                ? tensor : new(from.Op, inputs, tensor.Path);
        }
        return [.. outputs.Select(o => replaced[o])];
    }

    static (Tensor Product, Tensor Bias)? Sum(Tensor sum) =>
        BiasOf(sum.Inputs[0], sum.Inputs[1]) is { } right ? (sum.Inputs[0], right)
            : BiasOf(sum.Inputs[1], sum.Inputs[0]) is { } left ? (sum.Inputs[1], left) : null;

    /// <summary>The bias [K], if that is what is added to a convolution.</summary>
    static Tensor? BiasOf(Tensor product, Tensor addend) =>
        product is { Op: Conv2dOp, Inputs.Count: 2 } && addend is { Op: Reshape, Shape.Rank: 3 or 4 }
            && addend.Inputs[0] is { Shape.Rank: 1 } bias && bias.Shape[0] == product.Shape[1]
            && addend.Shape[^3] == product.Shape[1] ? bias : null;
}
