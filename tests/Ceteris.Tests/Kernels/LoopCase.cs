using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>A random program over a random domain with random layouts, drawn from a seed.</summary>
sealed class LoopCase
{
    RandomStream draw;

    public LoopCase(uint number, bool ragged)
    {
        draw = new(StreamKey.For(7, "loop"), number, ragged ? 1u : 0u);
        Program = DrawProgram();
        Outer = new long[draw.Next(4)];
        for (int d = 0; d < Outer.Length; d++)
            Outer[d] = 1 + draw.Next(5);
        Inner = ragged ? draw.Next(90) : draw.Next(4) == 0 ? 16 : 16 * draw.Next(41);
        Operands = new LoopOperand[Program.Operands];
        // Often everything is contiguous, so that dimensions merge.
        bool contiguous = draw.Next(3) == 0;
        for (int k = 0; k < Operands.Length; k++)
            Operands[k] = DrawOperand(k, contiguous);
    }

    public LoopProgram Program { get; }

    public long[] Outer { get; }

    public long Inner { get; }

    public LoopOperand[] Operands { get; }

    public long Vectors => (Inner + 15) / 16;

    public LoopNest Compile() => new(Program.Compile(), Outer, Inner, Operands);

    public int Next(int bound) => draw.Next(bound);

    /// <summary>Enough floats for operand k, and none more.</summary>
    public long Length(int k)
    {
        bool scalar = k < Program.Inputs.Length && Program.Inputs[k] == OperandKind.Scalar;
        bool reduced = IsReduced(k);
        if (Outer.Contains(0) || (Inner == 0 && !reduced))
            return 0;
        long length = scalar ? 1 : reduced || Inner % 16 == 0 ? 16 : Inner - (Vectors - 1) * 16;
        if (!reduced)
            length += (Vectors - 1) * Operands[k].Step;
        for (int d = 0; d < Outer.Length; d++)
            length += (Outer[d] - 1) * Operands[k].Strides[d];
        return length;
    }

    /// <summary>Numbers of all kinds, NaN, infinities, both zeros and denormals among them.</summary>
    public float[] Data(long length)
    {
        float[] data = new float[length];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = draw.Next(40) switch
            {
                0 => float.NaN,
                1 => float.PositiveInfinity,
                2 => float.NegativeInfinity,
                3 or 4 => 0f,
                5 or 6 => -0f,
                7 => 1e-41f,
                _ => draw.NextSingle(-2, 2),
            };
        }
        return data;
    }

    bool IsReduced(int k) =>
        k >= Program.Inputs.Length && Program.Outputs[k - Program.Inputs.Length].Kind != OutputKind.Store;

    LoopProgram DrawProgram()
    {
        OperandKind[] inputs = new OperandKind[1 + draw.Next(5)];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = draw.Next(3) == 0 ? OperandKind.Scalar : OperandKind.Vector;
        float[] constants = Data(draw.Next(3));
        LoopInstruction[] instructions = new LoopInstruction[1 + draw.Next(12)];
        for (int i = 0; i < instructions.Length; i++)
        {
            int known = inputs.Length + constants.Length + i;
            instructions[i] = draw.Next(3) switch
            {
                0 => new(LoopOperators.Unary[draw.Next(LoopOperators.Unary.Length)], draw.Next(known)),
                1 => new(LoopOperators.Binary[draw.Next(LoopOperators.Binary.Length)],
                    draw.Next(known), draw.Next(known)),
                _ => new(LoopOperators.Ternary[draw.Next(LoopOperators.Ternary.Length)],
                    draw.Next(known), draw.Next(known), draw.Next(known)),
            };
        }
        int values = inputs.Length + constants.Length + instructions.Length;
        bool reduces = draw.Next(2) == 0;
        LoopOutput[] outputs = new LoopOutput[1 + draw.Next(4)];
        for (int i = 0; i < outputs.Length; i++)
        {
            int value = i == 0 ? values - 1 : draw.Next(values);
            outputs[i] = new(value, reduces ? (OutputKind)draw.Next(3) : OutputKind.Store);
        }
        return new(inputs, constants, instructions, outputs);
    }

    LoopOperand DrawOperand(int k, bool contiguous)
    {
        bool input = k < Program.Inputs.Length, scalar = input && Program.Inputs[k] == OperandKind.Scalar;
        bool reduced = IsReduced(k), ragged = Inner % 16 != 0;
        long step = reduced ? 0
            : contiguous || ragged ? scalar ? 0 : 16
            : !input ? 16 * (1 + draw.Next(2))
            : draw.Next(5) switch { 0 => 0, 1 => 1, 2 => 48, _ => scalar ? 1 : 16 };
        long[] strides = new long[Outer.Length];
        long next = reduced ? 16 : scalar ? 1 : ragged ? Inner : Math.Max(16, Vectors * step);
        for (int d = Outer.Length - 1; d >= 0; d--)
        {
            strides[d] = contiguous ? scalar ? 0 : next
                : !input ? next + draw.Next(2) * draw.Next(20)
                : draw.Next(3) switch { 0 => 0, 1 => next, _ => draw.Next(40) };
            next = Math.Max(next, strides[d] * Outer[d]);
        }
        return new(step, [.. strides]);
    }
}
