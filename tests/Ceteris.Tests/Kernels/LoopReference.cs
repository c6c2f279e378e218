using System.Reflection;
using System.Runtime.Intrinsics;
using Ceteris.Kernels;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Ceteris.Tests;

/// <summary>What a loop nest means: one lane of one iteration after another, nothing merged or unrolled.</summary>
sealed class LoopReference(LoopProgram program, long[] outer, long inner, LoopOperand[] operands)
{
    const int Lanes = 16;

    readonly Delegate[] methods = [.. program.Instructions.Select(instruction => Bind(instruction.Method))];
    readonly float[] values = new float[program.Values];

    long Rows => outer.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Runs the rows and iterations that are wanted; reductions need whole rows.</summary>
    public void Run(float[][] data, Func<long, long, bool> wanted)
    {
        for (long row = 0; row < Rows; row++)
            RunRow(data, row, wanted);
    }

    void RunRow(float[][] data, long row, Func<long, long, bool> wanted)
    {
        long[] offsets = Offsets(row);
        int inputs = program.Inputs.Length;
        float[][] stripes = [.. program.Outputs.SelectMany(output => Enumerable.Repeat(output, 4))
            .Select(output => Start(output.Kind))];
        float[][] tails = [.. program.Outputs.Select(output => Start(output.Kind))];
        long vectors = (inner + Lanes - 1) / Lanes;
        for (long i = 0; i < vectors; i++)
        {
            if (!wanted(row, i))
                continue;
            bool partial = (i + 1) * Lanes > inner;
            for (int lane = 0; lane < Math.Min(Lanes, inner - i * Lanes); lane++)
            {
                Evaluate(data, offsets, i, lane);
                for (int k = 0; k < program.Outputs.Length; k++)
                {
                    (int value, OutputKind kind) = program.Outputs[k];
                    if (kind == OutputKind.Store)
                        data[inputs + k][offsets[inputs + k] + i * operands[inputs + k].Step + lane] = values[value];
                    else
                    {
                        float[] into = partial ? tails[k] : stripes[4 * k + (int)(i % 4)];
                        into[lane] = Combine(kind, into[lane], values[value]);
                    }
                }
            }
        }
        for (int k = 0; k < program.Outputs.Length; k++)
        {
            OutputKind kind = program.Outputs[k].Kind;
            if (kind == OutputKind.Store || !wanted(row, 0))
                continue;
            for (int lane = 0; lane < Lanes; lane++)
            {
                float result = Combine(kind, Combine(kind, stripes[4 * k][lane], stripes[4 * k + 1][lane]),
                    Combine(kind, stripes[4 * k + 2][lane], stripes[4 * k + 3][lane]));
                if (lane < inner % Lanes)
                    result = Combine(kind, result, tails[k][lane]);
                data[inputs + k][offsets[inputs + k] + lane] = result;
            }
        }
    }

    long[] Offsets(long row)
    {
        long[] offsets = new long[operands.Length];
        for (int d = outer.Length - 1; d >= 0; d--)
        {
            (row, long index) = Math.DivRem(row, outer[d]);
            for (int k = 0; k < offsets.Length; k++)
                offsets[k] += index * operands[k].Strides[d];
        }
        return offsets;
    }

    void Evaluate(float[][] data, long[] offsets, long i, int lane)
    {
        int inputs = program.Inputs.Length;
        for (int k = 0; k < inputs; k++)
        {
            long at = offsets[k] + i * operands[k].Step;
            values[k] = data[k][at + (program.Inputs[k] == OperandKind.Vector ? lane : 0)];
        }
        program.Constants.CopyTo(values, inputs);
        for (int n = 0; n < methods.Length; n++)
        {
            LoopInstruction instruction = program.Instructions[n];
            V X(int k) => Vector512.Create(values[instruction.Operand(k)]);
            values[inputs + program.Constants.Length + n] = (methods[n] switch
            {
                Func<V, V> unary => unary(X(0)),
                Func<V, V, V> binary => binary(X(0), X(1)),
                Func<V, V, V, V> ternary => ternary(X(0), X(1), X(2)),
                _ => throw new InvalidOperationException(),
            })[lane];
        }
    }

    static float[] Start(OutputKind kind)
    {
        float[] lanes = new float[Lanes];
        Array.Fill(lanes, kind == OutputKind.Max ? float.NegativeInfinity : 0);
        return lanes;
    }

    static float Combine(OutputKind kind, float a, float b) => kind == OutputKind.Sum ? a + b
        : float.IsNaN(a) ? a : float.IsNaN(b) || b > a ? b : a;

    static Delegate Bind(MethodInfo method) => method.CreateDelegate(method.GetParameters().Length switch
    {
        1 => typeof(Func<V, V>),
        2 => typeof(Func<V, V, V>),
        _ => typeof(Func<V, V, V, V>),
    });
}
