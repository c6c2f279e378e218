using System.Text;

using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// Where a NaN or an infinity comes from: the first result that is not finite although all its inputs are.
/// </summary>
/// <param name="Layer">Path of the layer; empty outside any.</param>
/// <param name="Op">The operation: <c>Divide</c>; or the input or variable that is bad from the start: <c>input
/// images</c>.</param>
/// <param name="Part">Of the training step: <c>forward pass</c>, <c>backward pass</c> or <c>optimiser's
/// step</c>.</param>
/// <param name="Shape">Of its result.</param>
/// <param name="Values">Its result.</param>
/// <param name="Inputs">What it was computed from; with the layer where that is another.</param>
public sealed record BadTensor(
    string Layer, string Op, string Part, Shape Shape, TensorStatistics Values,
    IReadOnlyList<(string Op, TensorStatistics Values)> Inputs)
{
    /// <summary>
    /// Runs a computation and looks at every tensor of its graph, in the order of computation; changes no variable.
    /// </summary>
    /// <param name="computation">As traced.</param>
    /// <param name="variables">Their values before the run.</param>
    /// <param name="pool">That computes.</param>
    /// <param name="feed">Feeds a program that has the computation's inputs.</param>
    /// <returns>Null if all outputs and updates are finite.</returns>
    public static BadTensor? FirstIn(
        Computation computation, VariableStore variables, WorkerPool pool, Action<Program> feed)
    {
        Tensor[] outputs = [.. computation.Outputs.Select(o => o.Value)];
        Tensor[] results = [.. outputs, .. computation.Updates.Select(u => u.Value)];
        List<Tensor> order = Graph.Order(results);
        Dictionary<Tensor, TensorStatistics> statistics = Look(order, variables, pool, feed);

        // An infinity may be meant, one that a maximum then ignores: only what reaches a result is guilty.
        var guilty = new HashSet<Tensor>(results.Where(IsBad));
        for (int i = order.Count - 1; i >= 0; i--)
        {
            if (guilty.Contains(order[i]))
                guilty.UnionWith(order[i].Inputs.Where(IsBad));
        }
        Tensor? first = order.FirstOrDefault(tensor => guilty.Contains(tensor) && !tensor.Inputs.Any(IsBad));
        if (first is null)
            return null;
        string part = Trace.IsOfOptimiser(first.Path) ? "optimiser's step"
            : Graph.Order(outputs).Contains(first) ? "forward pass" : "backward pass";
        return new(
            first.Path, NameOf(first), part, first.Shape, statistics[first], [.. first.Inputs.Select(InputOf)]);

        (string, TensorStatistics) InputOf(Tensor input) =>
            ((input.Path == first.Path ? "" : $"{input.Path} ") + NameOf(input), statistics[input]);

        bool IsBad(Tensor tensor) => !statistics[tensor].IsFinite;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Layer.Length == 0 ? "" : $"{Layer}: ").Append($"{Op} {Shape} in the {Part} gives {Values}");
        for (int i = 0; i < Inputs.Count; i++)
            text.Append(i == 0 ? "; from " : " and ").Append($"{Inputs[i].Op} ({Inputs[i].Values})");
        return text.ToString();
    }

    /// <summary>
    /// The computation once more, with every tensor an output: compiled programs have the same bits whatever is fused.
    /// </summary>
    static Dictionary<Tensor, TensorStatistics> Look(
        List<Tensor> order, VariableStore variables, WorkerPool pool, Action<Program> feed)
    {
        (string Name, Tensor Value)[] all =
            [.. order.Where(tensor => tensor.Op is not Variable).Select((tensor, i) => ($"{i}", tensor))];
        using var program = Program.Compile(new(all, []), variables, pool);
        feed(program);
        program.Run();
        var statistics = order.Where(tensor => tensor.Op is Variable)
            .ToDictionary(tensor => tensor, tensor => TensorStatistics.Of(variables[((Variable)tensor.Op).Label]));
        foreach ((string name, Tensor tensor) in all)
            statistics[tensor] = TensorStatistics.Of(program.Output(name));
        return statistics;
    }

    static string NameOf(Tensor tensor) =>
        tensor.Op is Input or Variable or Constant ? tensor.Op.ToString() : tensor.Op.Name;
}
