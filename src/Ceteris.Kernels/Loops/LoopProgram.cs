using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>How a loop reads an input at its pointer.</summary>
public enum OperandKind
{
    /// <summary>16 floats, one for each lane.</summary>
    Vector,

    /// <summary>One float for all 16 lanes.</summary>
    Scalar,
}

/// <summary>What a loop does with a value.</summary>
public enum OutputKind
{
    /// <summary>Every iteration stores its 16 floats.</summary>
    Store,

    /// <summary>Lane by lane, the sum over all iterations; one vector (see <see cref="LoopReduction"/>).</summary>
    Sum,

    /// <summary>Lane by lane, the maximum over all iterations; one vector (see <see cref="LoopReduction"/>).</summary>
    Max,
}

/// <summary>
/// One step: a static method from one to three vectors to a vector, as <c>Eval</c> of an operator, and the values it
/// takes.
/// </summary>
public readonly record struct LoopInstruction(MethodInfo Method, int First, int Second = -1, int Third = -1)
{
    /// <summary>Number of values taken.</summary>
    public int Arity => Third >= 0 ? 3 : Second >= 0 ? 2 : 1;

    /// <summary>The values taken: the number of an input, constant or earlier instruction.</summary>
    public int Operand(int i) => i switch { 0 => First, 1 => Second, _ => Third };
}

/// <summary>A value that leaves the loop.</summary>
public readonly record struct LoopOutput(int Value, OutputKind Kind = OutputKind.Store);

/// <summary>
/// The body of a loop over vectors of 16 floats, written as straight-line code. Values are numbered: first the inputs,
/// then the constants, then the results of the instructions. In every iteration all inputs are read before anything is
/// stored, so an output may be written in place of an input. A value: two programs are equal if all their parts are.
/// </summary>
public sealed class LoopProgram : IEquatable<LoopProgram>
{
    static readonly ConcurrentDictionary<LoopProgram, LoopKernel> Compiled = new();

    /// <summary>Floats of a vector.</summary>
    public const int Lanes = 16;

    /// <exception cref="ArgumentException">An instruction or output takes a value that does not exist there, or an
    /// instruction's method is no static method from vectors to a vector.</exception>
    public LoopProgram(
        ReadOnlySpan<OperandKind> inputs,
        ReadOnlySpan<float> constants,
        ReadOnlySpan<LoopInstruction> instructions,
        ReadOnlySpan<LoopOutput> outputs)
    {
        (Inputs, Constants) = ([.. inputs], [.. constants]);
        (Instructions, Outputs) = ([.. instructions], [.. outputs]);
        Reduces = Outputs.Any(output => output.Kind != OutputKind.Store);
        foreach (OperandKind kind in Inputs)
            if (!Enum.IsDefined(kind))
                throw new ArgumentException($"expected a kind of operand, got {kind}");
        for (int i = 0; i < Instructions.Length; i++)
            Check(i);
        if (Outputs.IsEmpty)
            throw new ArgumentException("expected at least 1 output, got none");
        for (int i = 0; i < Outputs.Length; i++)
        {
            CheckValue(Outputs[i].Value, Values, $"output {i}");
            if (!Enum.IsDefined(Outputs[i].Kind))
                throw new ArgumentException($"output {i}: expected a kind of output, got {Outputs[i].Kind}");
        }
    }

    public ImmutableArray<OperandKind> Inputs { get; }

    public ImmutableArray<float> Constants { get; }

    public ImmutableArray<LoopInstruction> Instructions { get; }

    public ImmutableArray<LoopOutput> Outputs { get; }

    /// <summary>Number of operands of the compiled loop: inputs, then outputs.</summary>
    public int Operands => Inputs.Length + Outputs.Length;

    /// <summary>Number of values: inputs, constants and results.</summary>
    public int Values => FirstResult + Instructions.Length;

    /// <summary>Whether an output is a sum or a maximum.</summary>
    public bool Reduces { get; }

    internal int FirstResult => Inputs.Length + Constants.Length;

    internal string NameOf(int operand) =>
        operand < Inputs.Length ? $"input {operand}" : $"output {operand - Inputs.Length}";

    /// <summary>Machine code for this program, ready to run; equal programs share it.</summary>
    public LoopKernel Compile() => Compiled.GetOrAdd(this, static program => new(program));

    /// <summary>Constants are compared by their bits.</summary>
    public bool Equals(LoopProgram? other) => other is not null
        && Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan())
        && MemoryMarshal.AsBytes(Constants.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Constants.AsSpan()))
        && Instructions.AsSpan().SequenceEqual(other.Instructions.AsSpan())
        && Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as LoopProgram);

    public override int GetHashCode()
    {
        int hash = Inputs.Length;
        foreach (LoopInstruction instruction in Instructions)
            hash = unchecked(hash * 31 + instruction.GetHashCode());
        foreach (LoopOutput output in Outputs)
            hash = unchecked(hash * 31 + output.GetHashCode());
        return hash;
    }

    void Check(int i)
    {
        LoopInstruction instruction = Instructions[i];
        MethodInfo method = instruction.Method
            ?? throw new ArgumentException($"instruction {i}: expected a method, got null");
        ParameterInfo[] parameters = method.GetParameters();
        bool vectors = method.IsStatic && !method.ContainsGenericParameters && method.ReturnType == typeof(V)
            && parameters.Length is >= 1 and <= 3 && parameters.All(parameter => parameter.ParameterType == typeof(V));
        string where = $"instruction {i}, {method.DeclaringType?.Name}.{method.Name}";
        if (!vectors)
            throw new ArgumentException(
                $"{where}: expected a static method from 1 to 3 vectors to a vector, got '{method}'");
        if (parameters.Length != instruction.Arity)
            throw new ArgumentException($"{where}: expected {parameters.Length} operands, got {instruction.Arity}");
        for (int k = 0; k < instruction.Arity; k++)
            CheckValue(instruction.Operand(k), FirstResult + i, $"{where}, operand {k}");
    }

    static void CheckValue(int value, int known, string where)
    {
        if (value < 0 || value >= known)
            throw new ArgumentException($"{where}: expected a value from 0 to {known - 1}, got {value}");
    }
}
