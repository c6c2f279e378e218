using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>What a program computes: named results, and the new values of variables at the end of a run.</summary>
public sealed record Computation(IReadOnlyList<(string Name, Tensor Value)> Outputs, IReadOnlyList<(Tensor Variable, Tensor Value)> Updates);

/// <summary>
/// A compiled graph with its memory. Feed the inputs, <see cref="Run"/>, read the outputs. Updates of variables take effect together at the
/// end of a run: within it every reader sees the old value.
/// </summary>
public sealed class Program : IDisposable
{
    readonly Computation computation;
    readonly VariableStore variables;
    readonly List<Tensor> order;
    readonly Dictionary<Tensor, NativeBuffer> values = [];
    readonly Dictionary<string, Tensor> inputs = new(StringComparer.Ordinal);

    Program(Computation computation, VariableStore variables)
    {
        (this.computation, this.variables) = (computation, variables);
        order = Graph.Order([.. computation.Outputs.Select(o => o.Value), .. computation.Updates.Select(u => u.Value)]);
        foreach (var tensor in order)
        {
            if (tensor.Op is Variable)
                continue;
            if (tensor.Op is Input input && !inputs.TryAdd(input.Label, tensor))
                throw new ArgumentException($"expected each input once, got {input.Label} twice");
            values[tensor] = new NativeBuffer(tensor.Shape.Elements);
        }
    }

    public static Program Compile(Computation computation, VariableStore variables) => new(computation, variables);

    /// <summary>Seed of the random masks.</summary>
    public ulong Seed { get; set; }

    /// <summary>Epoch, part of the address of a random draw.</summary>
    public int Epoch { get; set; }

    /// <summary>The identities of the batch's samples, part of the address of a random draw; one per sample of the batch.</summary>
    public Span<int> SampleIds => sampleIds;

    readonly int[] sampleIds = new int[1 << 16];

    /// <summary>Copies numbers, plain row-major, into an input.</summary>
    public void Feed(string input, ReadOnlySpan<float> numbers)
    {
        if (!inputs.TryGetValue(input, out var tensor))
            throw new ArgumentException($"expected one of the inputs {string.Join(", ", inputs.Keys)}, got {input}");
        if (numbers.Length != tensor.Shape.Elements)
            throw new ArgumentException($"expected {tensor.Shape.Elements} numbers for {input} {tensor.Shape}, got {numbers.Length}");
        numbers.CopyTo(values[tensor].Span);
    }

    /// <summary>The numbers of an output after a run, plain row-major.</summary>
    public ReadOnlySpan<float> Output(string name)
    {
        foreach (var (label, value) in computation.Outputs)
        {
            if (label == name)
                return Floats(value).Span;
        }
        throw new ArgumentException($"expected one of the outputs {string.Join(", ", computation.Outputs.Select(o => o.Name))}, got {name}");
    }

    public void Run()
    {
        foreach (var tensor in order)
        {
            if (tensor.Op is Variable or Input)
                continue;
            var output = values[tensor];
            if (tensor.Op is Bernoulli mask)
                Draw(mask, output.Span);
            else
                tensor.Op.Run(new Tile([.. tensor.Inputs.Select(Floats)], [.. tensor.Inputs.Select(i => i.Shape)], output.Span, tensor.Shape, 0, tensor.Shape.Rank == 0 ? 1 : tensor.Shape[0]));
        }
        foreach (var (variable, value) in computation.Updates)
            Floats(value).Span.CopyTo(Floats(variable).Span);
    }

    public void Dispose()
    {
        foreach (var buffer in values.Values)
            buffer.Dispose();
    }

    Floats Floats(Tensor tensor) => tensor.Op is Variable v ? variables.Buffer(v.Label).Floats : values[tensor].Floats;

    void Draw(Bernoulli mask, Span<float> to)
    {
        var key = StreamKey.For(Seed, "dropout", mask.Key);
        int row = mask.Shape.ElementsFrom(1);
        for (int n = 0; n < mask.Shape[0]; n++)
        {
            for (int e = 0; e < row; e++)
            {
                var words = Philox.Block(key, (uint)(e / 4), (uint)sampleIds[n], (uint)Epoch, 0);
                uint word = (e % 4) switch { 0 => words.W0, 1 => words.W1, 2 => words.W2, _ => words.W3 };
                to[(n * row) + e] = Philox.ToUnit(word) < mask.Keep ? 1 : 0;
            }
        }
    }
}
