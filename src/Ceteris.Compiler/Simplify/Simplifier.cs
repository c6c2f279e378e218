using System.Runtime.CompilerServices;
using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// Rewrites a graph into a smaller one with the same bits: equal operations on equal inputs become one, arithmetic on
/// constants is done now, what changes nothing vanishes, and an elementwise operation on a stretched tensor is one on
/// what was stretched. Only rewrites that are exact in IEEE-754 arithmetic are made.
/// </summary>
sealed class Simplifier
{
    readonly Dictionary<Tensor, Tensor> replaced = [];
    readonly Dictionary<Key, Tensor> known = [];

    /// <summary>The simplified tensors, in the order given.</summary>
    public static List<Tensor> Run(IReadOnlyList<Tensor> outputs)
    {
        var simplifier = new Simplifier();
        foreach (var tensor in Graph.Order(outputs))
            simplifier.replaced[tensor] = simplifier.Simplify(tensor);
        return [.. outputs.Select(o => simplifier.replaced[o])];
    }

    Tensor Simplify(Tensor tensor)
    {
        var inputs = new Tensor[tensor.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = replaced[tensor.Inputs[i]];
        return Unify(tensor.Op, inputs, tensor.Path);
    }

    Tensor Unify(Op op, Tensor[] inputs, string path)
    {
        if (op is IElementwise and not Broadcast && Unstretched(inputs) is { } narrow)
        {
            Shape shape = ShapeOf(op, inputs);
            return ShapeOf(op, narrow).Equals(shape) ? Unify(op, narrow, path)
                : Unify(new Broadcast(shape), [Unify(op, narrow, path)], path);
        }
        if (Shorter(op, inputs) is { } shorter)
            return shorter;
        if (Folded(op, inputs) is { } value)
            return Unify(value, [], path);
        var key = new Key(op, inputs);
        if (!known.TryGetValue(key, out var tensor))
            known[key] = tensor = new Tensor(op, inputs, path);
        return tensor;
    }

    /// <summary>An input or a shorter form that is the same value, if there is one.</summary>
    Tensor? Shorter(Op op, Tensor[] inputs) => op switch
    {
        CustomGradient => inputs[0],
        Broadcast or Reshape when op.Infer([inputs[0].Shape]).Equals(inputs[0].Shape) => inputs[0],
        Broadcast broadcast when inputs[0].Op is Broadcast => Unify(broadcast, [inputs[0].Inputs[0]], inputs[0].Path),
        Reshape reshape when inputs[0].Op is Reshape => Unify(reshape, [inputs[0].Inputs[0]], inputs[0].Path),
        Reduce reduce when reduce.Axes.Count(inputs[0].Shape) == 1 => inputs[0],
        Map<Negate> when inputs[0].Op is Map<Negate> => inputs[0].Inputs[0],
        Map2<Multiply> when IsScalar(inputs[1], 1f) => inputs[0],
        Map2<Multiply> when IsScalar(inputs[0], 1f) => inputs[1],
        Map2<Divide> when IsScalar(inputs[1], 1f) => inputs[0],
        Map2<Subtract> when IsScalar(inputs[1], 0f) => inputs[0],
        _ => null,
    };

    /// <summary>
    /// The inputs of an elementwise operation as they were before they were stretched, for it stretches them itself,
    /// or its result may be; null if none was.
    /// </summary>
    static Tensor[]? Unstretched(Tensor[] inputs) =>
        inputs.Any(i => i.Op is Broadcast) ? [.. inputs.Select(i => i.Op is Broadcast ? i.Inputs[0] : i)] : null;

    static Shape ShapeOf(Op op, Tensor[] inputs) => op.Infer([.. inputs.Select(i => i.Shape)]);

    static bool IsScalar(Tensor tensor, float value) =>
        tensor.Op is Constant c && BitConverter.SingleToUInt32Bits(c.Value) == BitConverter.SingleToUInt32Bits(value);

    /// <summary>The constant that an elementwise operation on constants gives.</summary>
    static Constant? Folded(Op op, Tensor[] inputs)
    {
        if (op is not IElementwise || inputs.Length == 0 || !inputs.All(i => i.Op is Constant) || op is Broadcast)
            return null;
        var arguments = inputs.Select(i => (object)Vec.Of(((Constant)i.Op).Value)).ToArray();
        return new Constant(((V)((IElementwise)op).Eval.Invoke(null, arguments)!)[0]);
    }

    readonly struct Key(Op op, Tensor[] inputs) : IEquatable<Key>
    {
        readonly Op op = op;
        readonly Tensor[] inputs = inputs;

        public bool Equals(Key other) => inputs.AsSpan().SequenceEqual(other.inputs) && op.Equals(other.op);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            int hash = op.GetHashCode();
            foreach (var input in inputs)
                hash = unchecked((hash * 31) + RuntimeHelpers.GetHashCode(input));
            return hash;
        }
    }
}
