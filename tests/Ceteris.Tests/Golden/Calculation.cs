using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>Computes tensors of a small graph: inputs made and fed by name, variables in a store of its own.</summary>
sealed class Calculation : IDisposable
{
    readonly List<(string Name, float[] Values)> feeds = [];

    public VariableStore Store { get; } = new();

    public Tensor Input(string name, Shape shape, float[] values, bool batched = false)
    {
        feeds.Add((name, values));
        return Tensor.Apply(new Input(name, shape, batched));
    }

    /// <summary>The values of tensors, by name, and the store after the updates.</summary>
    public Dictionary<string, float[]> Run(
        IReadOnlyList<(string Name, Tensor Value)> outputs,
        params IReadOnlyList<(Tensor Variable, Tensor Value)> updates)
    {
        using var program = Program.Compile(new(outputs, updates), Store);
        var used = Graph.Order([.. outputs.Select(o => o.Value), .. updates.Select(u => u.Value)])
            .Select(t => t.Op).OfType<Input>().Select(i => i.Label).ToHashSet();
        foreach ((string name, float[] values) in feeds.Where(f => used.Contains(f.Name)))
            program.Feed(name, values);
        program.Run();
        return outputs.ToDictionary(o => o.Name, o => program.Output(o.Name).ToArray());
    }

    public void Dispose() => Store.Dispose();
}
