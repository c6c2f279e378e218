using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class LoopTests
{
    const int Guard = 16;
    const float Untouched = 12345f;

    /// <summary>The hash stands for all processors and flags: it must hold wherever the tests are run.</summary>
    [Theory]
    [InlineData(false, 0x23d00086c8ad1378ul)]
    [InlineData(true, 0x7e83de2b0c3a9d8ful)]
    public void EqualsTheReference(bool ragged, ulong expected)
    {
        ulong hash = 14695981039346656037;
        for (uint number = 0; number < 400; number++)
            hash = Compare(new(number, ragged), number, hash);
        Assert.Equal($"{expected:x16}", $"{hash:x16}");
    }

    [Fact]
    public void RunsASubRangeAndNothingElse()
    {
        for (uint number = 1000; number < 1200; number++)
        {
            LoopCase @case = new(number, ragged: false);
            LoopNest nest = @case.Compile();
            long vectors = @case.Program.Reduces ? 1 : @case.Vectors;
            Assert.Equal(@case.Outer.Aggregate(vectors, (product, extent) => product * extent), nest.Length);
            int from = @case.Next((int)nest.Length + 1), to = from + @case.Next((int)nest.Length + 1 - from);
            using Operands operands = new(@case);
            nest.Run(operands.Views, from, to);
            operands.Check(number, (row, i) =>
            {
                long unit = @case.Program.Reduces ? row : row * vectors + i;
                return unit >= from && unit < to;
            });
        }
    }

    [Fact]
    public void WritesInPlace()
    {
        OperandKind[] inputs = [OperandKind.Vector, OperandKind.Vector];
        LoopProgram program = new(inputs, [], [new(LoopOperators.Get<LoopOperators.Plus>(), 0, 1)], [new(2)]);
        LoopNest nest = new(program.Compile(), [], 40, [new(16), new(16), new(16)]);
        using NativeBuffer x = new(40), y = new(40);
        x.Span.Fill(1);
        y.Span.Fill(2);
        nest.Run([x.Floats, y.Floats, x.Floats], 0, nest.Length);
        Assert.All(x.Span.ToArray(), value => Assert.Equal(3, value));
    }

    [Fact]
    public void EqualProgramsShareTheirCode()
    {
        static LoopProgram Scaled(float factor, OutputKind kind = OutputKind.Store) =>
            new([OperandKind.Vector], [factor], [new(LoopOperators.Get<LoopOperators.Times>(), 0, 1)], [new(2, kind)]);
        Assert.Same(Scaled(float.NaN).Compile(), Scaled(float.NaN).Compile());
        LoopProgram[] different = [Scaled(0f), Scaled(-0f), Scaled(0f, OutputKind.Sum),
            new([OperandKind.Scalar], [0f], [new(LoopOperators.Get<LoopOperators.Times>(), 0, 1)], [new(2)]),
            new([OperandKind.Vector], [0f], [new(LoopOperators.Get<LoopOperators.Plus>(), 0, 1)], [new(2)])];
        Assert.Equal(different.Length, different.Select(program => program.Compile()).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void SumsStartAtPlusZeroAndMaximaAtMinusInfinity(int count)
    {
        using NativeBuffer x = new(16 * count), sum = new(16), max = new(16);
        x.Span.Fill(-0f);
        LoopProgram program = new([OperandKind.Vector], [], [], [new(0, OutputKind.Sum), new(0, OutputKind.Max)]);
        LoopNest nest = new(program.Compile(), [], 16 * count, [new(16), new(0), new(0)]);
        nest.Run([x.Floats, sum.Floats, max.Floats], 0, nest.Length);
        Assert.All(sum.Span.ToArray(), value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value)));
        uint expected = BitConverter.SingleToUInt32Bits(count == 0 ? float.NegativeInfinity : -0f);
        // Stripes that saw nothing are −∞, so −0 survives.
        Assert.All(max.Span.ToArray(), value => Assert.Equal(expected, BitConverter.SingleToUInt32Bits(value)));
    }

    [Fact]
    public void SumsAreFourStripesThenATree()
    {
        const int Count = 11;
        using NativeBuffer x = new(16 * Count), sum = new(16);
        RandomStream draw = new(StreamKey.For(1, "sum"));
        foreach (ref float value in x.Span)
            value = draw.NextSingle(-1, 1);
        LoopProgram program = new([OperandKind.Vector], [], [], [new(0, OutputKind.Sum)]);
        LoopNest nest = new(program.Compile(), [], 16 * Count, [new(16), new(0)]);
        nest.Run([x.Floats, sum.Floats], 0, 1);
        for (int lane = 0; lane < 16; lane++)
        {
            float X(int i) => x.Span[16 * i + lane];
            float a0 = X(0) + X(4) + X(8), a1 = X(1) + X(5) + X(9), a2 = X(2) + X(6) + X(10), a3 = X(3) + X(7);
            Assert.Equal((a0 + a1) + (a2 + a3), sum.Span[lane]);
        }
    }

    [Fact]
    public void ANaNAnywhereMakesTheMaximumNaN()
    {
        const int Count = 9;
        LoopProgram program = new([OperandKind.Vector], [], [], [new(0, OutputKind.Max)]);
        LoopNest nest = new(program.Compile(), [], 16 * Count, [new(16), new(0)]);
        using NativeBuffer x = new(16 * Count), max = new(16);
        for (int i = 0; i < 16 * Count; i++)
        {
            x.Span.Fill(1);
            x.Span[i] = float.NaN;
            nest.Run([x.Floats, max.Floats], 0, 1);
            for (int lane = 0; lane < 16; lane++)
                Assert.Equal(lane == i % 16 ? float.NaN : 1, max.Span[lane]);
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        foreach (bool ragged in new[] { false, true })
        {
            LoopCase @case = new(3, ragged);
            LoopNest nest = @case.Compile();
            using Operands operands = new(@case);
            nest.Run(operands.Views, 0, nest.Length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                nest.Run(operands.Views, 0, nest.Length);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    /// <summary>Runs a case in random pieces and compares every float of every operand with the reference.</summary>
    static ulong Compare(LoopCase @case, uint number, ulong hash)
    {
        LoopNest nest = @case.Compile();
        using Operands operands = new(@case);
        for (int from = 0, to; from < nest.Length; from = to)
        {
            to = from + 1 + @case.Next((int)nest.Length - from);
            nest.Run(operands.Views, from, to);
        }
        operands.Check(number, (_, _) => true);
        return operands.Hash(hash);
    }

    /// <summary>Memory for the operands of a case, outputs filled with a mark, and a guard behind each.</summary>
    sealed class Operands : IDisposable
    {
        readonly LoopCase @case;
        readonly NativeBuffer[] buffers;
        readonly float[][] before;

        internal Operands(LoopCase @case)
        {
            this.@case = @case;
            int count = @case.Program.Operands;
            (buffers, before, Views) = (new NativeBuffer[count], new float[count][], new Floats[count]);
            for (int k = 0; k < count; k++)
            {
                long length = @case.Length(k);
                buffers[k] = new(length + Guard);
                if (k < @case.Program.Inputs.Length)
                    @case.Data(length + Guard).CopyTo(buffers[k].Span);
                else
                    buffers[k].Span.Fill(Untouched);
                before[k] = buffers[k].Span.ToArray();
                Views[k] = buffers[k].Slice(0, length);
            }
        }

        internal Floats[] Views { get; }

        internal void Check(uint number, Func<long, long, bool> wanted)
        {
            new LoopReference(@case.Program, @case.Outer, @case.Inner, @case.Operands).Run(before, wanted);
            for (int k = 0; k < buffers.Length; k++)
            {
                Span<float> after = buffers[k].Span;
                for (int i = 0; i < after.Length; i++)
                    if (Bits(before[k][i]) != Bits(after[i]))
                        Assert.Fail($"case {number}, operand {k}, float {i}: expected {before[k][i]}, got {after[i]}");
            }
        }

        /// <summary>FNV-1a over the bits of everything, word by word.</summary>
        internal ulong Hash(ulong hash)
        {
            foreach (NativeBuffer buffer in buffers)
                foreach (float value in buffer.Span)
                    hash = unchecked((hash ^ (uint)Bits(value)) * 1099511628211);
            return hash;
        }

        /// <summary>The bits of a number; all NaN are one: which of two survives is the processor's choice.</summary>
        static int Bits(float value) => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value);

        public void Dispose()
        {
            foreach (NativeBuffer buffer in buffers)
                buffer.Dispose();
        }
    }
}
