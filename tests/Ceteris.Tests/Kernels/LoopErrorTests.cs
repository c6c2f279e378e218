using System.Reflection;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class LoopErrorTests
{
    static readonly OperandKind[] OneVector = [OperandKind.Vector];
    static readonly MethodInfo Plus = LoopOperators.Get<LoopOperators.Plus>();

    public static TheoryData<string, LoopInstruction[], LoopOutput[]> Programs => new()
    {
        { "instruction 0, Plus.Eval, operand 1: expected a value from 0 to 1, got 2", [new(Plus, 0, 2)], [new(2)] },
        { "instruction 0, Plus.Eval: expected 2 operands, got 1", [new(Plus, 0)], [new(2)] },
        { "instruction 0, Plus.Eval: expected 2 operands, got 3", [new(Plus, 0, 1, 1)], [new(2)] },
        { "instruction 0: expected a method, got null", [new(null!, 0)], [new(1)] },
        { "from 1 to 3 vectors to a vector, got 'Single Sqrt(Single)'", [new(Sqrt, 0)], [new(1)] },
        { "output 1: expected a value from 0 to 2, got 3", [new(Plus, 0, 1)], [new(2), new(3)] },
        { "output 0: expected a value from 0 to 1, got -1", [], [new(-1)] },
        { "output 0: expected a kind of output, got 9", [], [new(0, (OutputKind)9)] },
        { "expected at least 1 output, got none", [], [] },
    };

    static MethodInfo Sqrt => typeof(MathF).GetMethod(nameof(MathF.Sqrt))!;

    [Theory]
    [MemberData(nameof(Programs))]
    public void ProgramsSayWhatIsWrong(string message, LoopInstruction[] instructions, LoopOutput[] outputs)
    {
        Exception thrown = Assert.Throws<ArgumentException>(
            () => new LoopProgram(OneVector, [1f], instructions, outputs));
        Assert.Contains(message, thrown.Message);
    }

    public static TheoryData<string, OutputKind, long[], long, LoopOperand[]> Nests => new()
    {
        { "expected 2 operands, got 1", OutputKind.Store, [], 16, [new(16)] },
        { "expected an inner extent of at least 0, got -1", OutputKind.Store, [], -1, [new(16), new(16)] },
        { "outer dimension 1: expected an extent of at least 0, got -2", OutputKind.Store, [3, -2], 16,
            [new(16, 0, 0), new(16, 32, 16)] },
        { "input 0: expected 1 strides, one for each outer dimension, got 0", OutputKind.Store, [3], 16,
            [new(16), new(16, 16)] },
        { "input 0: expected strides and a step of at least 0, got -16 and 16", OutputKind.Store, [3], 16,
            [new(16, -16), new(16, 16)] },
        { "input 0: expected a step of 16, as the inner extent 20 is no multiple of 16, got 0", OutputKind.Store, [],
            20, [new(0), new(16)] },
        { "output 0: expected a step of 0, as it is reduced, got 16", OutputKind.Sum, [], 32, [new(16), new(16)] },
        { "got a stride of 0 where 16 floats are written", OutputKind.Store, [], 32, [new(16), new(0)] },
        { "got a stride of 16 where 32 floats are written", OutputKind.Store, [2], 32, [new(16, 32), new(16, 16)] },
        { "got a stride of 15 where 16 floats are written", OutputKind.Sum, [2], 32, [new(16, 32), new(0, 15)] },
        { "got a stride of 9 where 10 floats are written", OutputKind.Store, [2], 10, [new(16, 10), new(16, 9)] },
    };

    [Theory]
    [MemberData(nameof(Nests))]
    public void NestsSayWhatIsWrong(string message, OutputKind kind, long[] outer, long inner, LoopOperand[] operands)
    {
        LoopKernel kernel = new LoopProgram(OneVector, [], [], [new(0, kind)]).Compile();
        Exception thrown = Assert.Throws<ArgumentException>(() => new LoopNest(kernel, outer, inner, operands));
        Assert.Contains(message, thrown.Message);
    }

    [Fact]
    public void RunChecksLengthsAndRange()
    {
        LoopKernel kernel = new LoopProgram(OneVector, [], [], [new(0)]).Compile();
        LoopNest nest = new(kernel, [3], 20, [new(16, 0), new(16, 30)]);
        using NativeBuffer x = new(20), y = new(80);
        Floats[] right = [x.Floats, y.Floats];
        nest.Run(right, 0, nest.Length);
        Assert.Throws<ArgumentException>(() => nest.Run([x.Floats], 0, nest.Length));
        Floats[] shortInput = [x.Slice(0, 19), y.Floats], shortOutput = [x.Floats, y.Slice(0, 79)];
        Assert.Contains("input 0: expected at least 20 floats, got 19",
            Assert.Throws<ArgumentException>(() => nest.Run(shortInput, 0, 1)).Message);
        Assert.Contains("output 0: expected at least 80 floats, got 79",
            Assert.Throws<ArgumentException>(() => nest.Run(shortOutput, 0, 1)).Message);
        foreach ((long from, long to) in new[] { (-1L, 1L), (2, 1), (0, 7) })
            Assert.Throws<ArgumentOutOfRangeException>(() => nest.Run(right, from, to));
    }

    [Fact]
    public void ContiguousDimensionsMergeAndReducedOnesDoNot()
    {
        LoopKernel copy = new LoopProgram(OneVector, [], [], [new(0)]).Compile();
        LoopKernel sum = new LoopProgram(OneVector, [], [], [new(0, OutputKind.Sum)]).Compile();
        LoopNest merged = new(copy, [2, 3, 5], 32, [new(16, 480, 160, 32), new(16, 480, 160, 32)]);
        Assert.Equal((30L * 2, 60L), (merged.Length, merged.InnerIterations));
        LoopNest broadcast = new(copy, [2, 3, 5], 32, [new(16, 0, 160, 32), new(16, 480, 160, 32)]);
        Assert.Equal((30L * 2, 30L), (broadcast.Length, broadcast.InnerIterations));
        LoopNest ragged = new(copy, [4], 10, [new(16, 10), new(16, 10)]);
        Assert.Equal((3L, 3L), (ragged.Length, ragged.InnerIterations));
        LoopNest reduced = new(sum, [2, 3], 32, [new(16, 96, 32), new(0, 48, 16)]);
        Assert.Equal((6L, 2L), (reduced.Length, reduced.InnerIterations));
    }
}
