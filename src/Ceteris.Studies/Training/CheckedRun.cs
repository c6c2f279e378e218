using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>
/// Runs a computation once, slowly, by the scalar definitions of its operations — the same bits as the compiled program's — and looks at
/// every result. Variables are read, never changed.
/// </summary>
/// <param name="variables">Their values before the step.</param>
/// <param name="feeds">The numbers of each input by name, plain row-major.</param>
/// <param name="seed">Of the random masks.</param>
/// <param name="epoch">Of the random masks.</param>
/// <param name="ids">The batch's samples.</param>
sealed class CheckedRun(
    VariableStore variables, IReadOnlyDictionary<string, ReadOnlyMemory<float>> feeds, ulong seed, int epoch, ReadOnlyMemory<int> ids)
{
    readonly Dictionary<Tensor, NativeBuffer> values = [];
    readonly Dictionary<Tensor, TensorStatistics> statistics = [];

    /// <summary>
    /// The first tensor, in the order of computation, that is not finite although its inputs are, and that spoils an output or an
    /// update; null if all of these are finite.
    /// </summary>
    public BadTensor? FirstBad(Computation computation)
    {
        Tensor[] results = [.. computation.Outputs.Select(o => o.Value), .. computation.Updates.Select(u => u.Value)];
        List<Tensor> order = Graph.Order(results);
        Compute(order);

        // An infinity may be meant, such as one that a maximum then ignores: only what reaches a result counts.
        var guilty = new HashSet<Tensor>(results.Where(IsBad));
        for (int i = order.Count - 1; i >= 0; i--)
        {
            if (guilty.Contains(order[i]))
                guilty.UnionWith(order[i].Inputs.Where(IsBad));
        }
        if (order.FirstOrDefault(tensor => guilty.Contains(tensor) && !tensor.Inputs.Any(IsBad)) is not { } first)
            return null;
        var forward = new HashSet<Tensor>(Graph.Order(computation.Outputs.Select(o => o.Value)));
        return new(
            first.Path, BadTensor.NameOf(first.Op), forward.Contains(first) ? "forward" : "backward", first, statistics[first],
            [.. first.Inputs.Select(input => (BadTensor.NameOf(input.Op), statistics[input]))]);
    }

    bool IsBad(Tensor tensor) => !statistics[tensor].IsFinite;

    void Compute(List<Tensor> order)
    {
        var readers = new Dictionary<Tensor, int>();
        foreach (Tensor input in order.SelectMany(tensor => tensor.Inputs))
            readers[input] = readers.GetValueOrDefault(input) + 1;
        foreach (Tensor tensor in order)
        {
            var result = values[tensor] = new NativeBuffer(tensor.Shape.Elements);
            Fill(tensor, result.Span);
            statistics[tensor] = TensorStatistics.Of(result.Span);
            foreach (Tensor input in tensor.Inputs)
            {
                if (--readers[input] == 0)
                    values[input].Dispose();
            }
        }
        foreach (NativeBuffer buffer in values.Values)
            buffer.Dispose();
    }

    void Fill(Tensor tensor, Span<float> result)
    {
        switch (tensor.Op)
        {
            case Input input:
                feeds[input.Label].Span.CopyTo(result);
                break;
            case Variable variable:
                variables[variable.Label].CopyTo(result);
                break;
            case Bernoulli mask:
                Draw(mask, result);
                break;
            default:
                int rows = tensor.Shape.Rank == 0 ? 1 : tensor.Shape[0];
                tensor.Op.Run(new Tile(
                    [.. tensor.Inputs.Select(input => values[input].Floats)], [.. tensor.Inputs.Select(input => input.Shape)],
                    result, tensor.Shape, 0, rows));
                break;
        }
    }

    void Draw(Bernoulli mask, Span<float> result)
    {
        StreamKey key = StreamKey.For(seed, "dropout", mask.Key);
        int row = mask.Shape.ElementsFrom(1);
        for (int i = 0; i < result.Length; i++)
        {
            uint element = (uint)(i % row);
            Words words = Philox.Block(key, element / 4, (uint)ids.Span[i / row], (uint)epoch, 0);
            uint word = (element % 4) switch { 0 => words.W0, 1 => words.W1, 2 => words.W2, _ => words.W3 };
            result[i] = Philox.ToUnit(word) < mask.Keep ? 1 : 0;
        }
    }
}
