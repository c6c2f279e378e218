using Ceteris.Compiler;
using Ceteris.Kernels;

using MatMul = Ceteris.Compiler.MatMul;

namespace Ceteris.Networks;

/// <summary>
/// A line of a network's table, for one sample: output shape without the batch, weights, multiply-adds of products and
/// convolutions.
/// </summary>
public sealed record LayerRow(string Path, string Layer, Shape Output, long Parameters, long MultiplyAdds);

/// <summary>What a network is made of.</summary>
public sealed record Description(IReadOnlyList<LayerRow> Rows, IReadOnlyList<TracedVariable> Variables)
{
    public long Parameters => Rows.Sum(r => r.Parameters);

    public long MultiplyAdds => Rows.Sum(r => r.MultiplyAdds);

    /// <summary>
    /// Traces a network for one image in evaluation. A row for each layer that is not just a container of others, in
    /// the order of application; a container that computes or owns something itself comes after its children.
    /// </summary>
    public static Description Of(Layer network, Shape image)
    {
        var trace = new Trace(training: false);
        var y = network.Apply(trace.Root, Tensor.Apply(new Input("images", [1, .. image], Batched: true)));
        var multiplyAdds = Graph.Order([y]).GroupBy(t => t.Path, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(MultiplyAddsOf), StringComparer.Ordinal);
        var parameters = trace.Variables.Where(v => v.Kind == VariableKind.Parameter)
            .GroupBy(v => v.LayerPath, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(v => (long)v.Shape.Elements), StringComparer.Ordinal);
        var rows = new List<LayerRow>();
        foreach (var layer in trace.Layers)
        {
            // The innermost of the layers with one path has what was traced there: a name adds a layer of the same path
            // as its parent.
            parameters.Remove(layer.Path, out long owned);
            multiplyAdds.Remove(layer.Path, out long computed);
            if (!layer.IsContainer || owned > 0 || computed > 0)
                rows.Add(new(layer.Path, layer.Layer.Name, layer.Output.Shape[1..], owned, computed));
        }
        return new(rows, trace.Variables);
    }

    static long MultiplyAddsOf(Tensor tensor) => tensor.Op switch
    {
        MatMul product => (long)tensor.Shape.Elements * tensor.Inputs[0].Shape[product.TransposeA ? 0 : 1],
        Conv2dOp => (long)tensor.Shape.Elements * tensor.Inputs[1].Shape.ElementsFrom(1),
        _ => 0,
    };
}
