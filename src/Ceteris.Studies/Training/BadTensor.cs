using System.Text;

using Ceteris.Compiler;

namespace Ceteris.Studies;

/// <summary>Where a NaN or an infinity comes from: the first result that is not finite although all its inputs are.</summary>
/// <param name="Layer">Path of the layer; empty outside any.</param>
/// <param name="Op">The operation, or the input or variable that is bad from the start.</param>
/// <param name="Pass"><c>forward</c>, <c>backward</c> (also the optimiser's step).</param>
/// <param name="Tensor">Its result, for its shape.</param>
/// <param name="Values">Of its result.</param>
/// <param name="Inputs">What it was computed from.</param>
public sealed record BadTensor(
    string Layer, string Op, string Pass, Tensor Tensor, TensorStatistics Values,
    IReadOnlyList<(string Op, TensorStatistics Values)> Inputs)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Layer.Length == 0 ? "" : $"{Layer}: ").Append($"{Op} {Tensor.Shape} in the {Pass} pass gives {Values}");
        for (int i = 0; i < Inputs.Count; i++)
            text.Append(i == 0 ? "; from " : " and ").Append($"{Inputs[i].Op} ({Inputs[i].Values})");
        return text.ToString();
    }

    /// <summary>What an operation is called here: <c>Divide</c>, <c>input images</c>, <c>fc1.weight</c>.</summary>
    public static string NameOf(Op op) => op is Input or Variable or Constant ? op.ToString() : op.Name;
}
