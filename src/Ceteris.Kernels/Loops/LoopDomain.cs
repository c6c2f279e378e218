namespace Ceteris.Kernels;

/// <summary>The iteration domain of a <see cref="LoopNest"/> while it is checked and simplified.</summary>
sealed class LoopDomain
{
    const int Lanes = LoopProgram.Lanes;

    readonly LoopProgram program;
    long inner;

    internal LoopDomain(LoopProgram program, ReadOnlySpan<long> outer, long inner, ReadOnlySpan<LoopOperand> operands)
    {
        this.program = program;
        this.inner = inner;
        if (operands.Length != program.Operands)
            throw new ArgumentException($"expected {program.Operands} operands, got {operands.Length}");
        if (inner < 0)
            throw new ArgumentException($"expected an inner extent of at least 0, got {inner}");
        Steps = new long[operands.Length];
        for (int k = 0; k < operands.Length; k++)
            Steps[k] = CheckedStep(k, operands[k], outer.Length);
        for (int d = 0; d < outer.Length; d++)
        {
            if (outer[d] < 0)
                throw new ArgumentException($"outer dimension {d}: expected an extent of at least 0, got {outer[d]}");
            long[] strides = new long[operands.Length];
            for (int k = 0; k < strides.Length; k++)
                strides[k] = operands[k].Strides[d];
            Outer.Add(new(outer[d], strides));
        }
        if (Rows == 0)
            return;
        for (int k = program.Inputs.Length; k < program.Operands; k++)
            CheckDistinct(k);
    }

    /// <summary>A dimension: its extent and the stride of every operand.</summary>
    internal readonly record struct Dimension(long Extent, long[] Strides);

    internal List<Dimension> Outer { get; } = [];

    internal long[] Steps { get; private set; }

    internal long Rows => Outer.Aggregate(1L, (product, dimension) => checked(product * dimension.Extent));

    /// <summary>Iterations of the inner loop, the partial one included.</summary>
    internal long Vectors => (inner + Lanes - 1) / Lanes;

    /// <summary>Valid lanes of the last vector if it is partial, otherwise 0.</summary>
    internal int Tail => (int)(inner % Lanes);

    /// <summary>How many floats each operand must have.</summary>
    internal long[] RequiredLengths()
    {
        long[] lengths = new long[program.Operands];
        for (int k = 0; k < lengths.Length; k++)
        {
            long row = RowLength(k);
            if (Rows == 0 || row == 0)
                continue;
            lengths[k] = Outer.Aggregate(row, (sum, outer) => checked(sum + (outer.Extent - 1) * outer.Strides[k]));
        }
        return lengths;
    }

    /// <summary>Merges what is contiguous for all operands; the order of iteration stays.</summary>
    internal void Merge()
    {
        List<Dimension> given = [.. Outer.Where(dimension => dimension.Extent != 1)];
        Outer.Clear();
        foreach (Dimension dimension in given)
        {
            if (Outer.Count > 0 && Continues(Outer[^1].Strides, dimension))
                Outer[^1] = dimension with { Extent = Outer[^1].Extent * dimension.Extent };
            else
                Outer.Add(dimension);
        }
        while (!program.Reduces && Outer.Count > 0 && MergesInwards(Outer[^1]))
            Outer.RemoveAt(Outer.Count - 1);
    }

    static bool Continues(long[] strides, Dimension next)
    {
        for (int k = 0; k < strides.Length; k++)
            if (strides[k] != next.Extent * next.Strides[k])
                return false;
        return true;
    }

    bool MergesInwards(Dimension last)
    {
        if (inner == Lanes)
        {
            (inner, Steps) = (checked(inner * last.Extent), last.Strides);
            return true;
        }
        for (int k = 0; k < Steps.Length; k++)
            if (last.Strides[k] * Lanes != Steps[k] * inner)
                return false;
        inner = checked(inner * last.Extent);
        return true;
    }

    long CheckedStep(int k, LoopOperand operand, int rank)
    {
        string name = program.NameOf(k);
        int given = operand.Strides.IsDefault ? 0 : operand.Strides.Length;
        if (given != rank)
            throw new ArgumentException($"{name}: expected {rank} strides, one for each outer dimension, got {given}");
        if (operand.Step < 0 || operand.Strides.Any(stride => stride < 0))
            throw new ArgumentException($"{name}: expected strides and a step of at least 0,"
                + $" got {string.Join(", ", operand.Strides)} and {operand.Step}");
        if (IsReduction(k) && operand.Step != 0)
            throw new ArgumentException($"{name}: expected a step of 0, as it is reduced, got {operand.Step}");
        long contiguous = IsReduction(k) || IsScalar(k) ? 0 : Lanes;
        if (Tail != 0 && operand.Step != contiguous)
            throw new ArgumentException($"{name}: expected a step of {contiguous}, as the inner extent {inner} is no"
                + $" multiple of {Lanes}, got {operand.Step}");
        return operand.Step;
    }

    /// <summary>Throws if a place could be written twice: the order of tiles would reach the result.</summary>
    void CheckDistinct(int k)
    {
        List<(long Extent, long Stride)> dimensions = [.. Outer.Select(outer => (outer.Extent, outer.Strides[k]))];
        long width = IsReduction(k) || Tail == 0 ? Lanes : inner;
        if (!IsReduction(k) && Tail == 0)
            dimensions.Add((Vectors, Steps[k]));
        dimensions.RemoveAll(dimension => dimension.Extent <= 1);
        foreach ((long extent, long stride) in dimensions.OrderBy(dimension => dimension.Stride))
        {
            if (stride < width)
                throw new ArgumentException($"{program.NameOf(k)}: expected to write every place once,"
                    + $" got a stride of {stride} where {width} floats are written");
            width = checked(width + (extent - 1) * stride);
        }
    }

    /// <summary>Floats from the first to the last that one inner loop reads or writes.</summary>
    long RowLength(int k)
    {
        if (IsReduction(k))
            return Lanes;
        if (inner == 0)
            return 0;
        if (Tail != 0)
            return IsScalar(k) ? 1 : inner;
        return checked((Vectors - 1) * Steps[k] + (IsScalar(k) ? 1 : Lanes));
    }

    bool IsScalar(int k) => k < program.Inputs.Length && program.Inputs[k] == OperandKind.Scalar;

    bool IsReduction(int k) =>
        k >= program.Inputs.Length && program.Outputs[k - program.Inputs.Length].Kind != OutputKind.Store;
}
