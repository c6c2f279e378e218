using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// How an operand of a <see cref="LoopNest"/> moves, in floats: by <paramref name="Step"/> from one iteration of the
/// inner loop to the next (16 = the next vector, 1 = the next scalar, 0 = the same again), and by one stride for each
/// outer dimension, outermost first. A reduction's step is 0: it has one vector for each inner loop.
/// </summary>
public readonly record struct LoopOperand(long Step, params ImmutableArray<long> Strides);

/// <summary>
/// A compiled loop over strided operands: outer dimensions around an inner loop. Example: x in lanes [G][C][H·W][16]
/// scaled by a [C] — outer [G, C], inner 16·H·W floats; x: step 16, strides (16·C·H·W, 16·H·W); a, a scalar: step 0,
/// strides (0, 1). Immutable; any number of threads may run it at once.
/// </summary>
/// <remarks>
/// Dimensions that are contiguous for all operands are merged, so that the inner loop is as long as can be; but the
/// inner loop of a program that reduces is what is reduced, and is kept. How units are cut into ranges changes no bit.
/// </remarks>
public sealed class LoopNest
{
    const int Lanes = LoopProgram.Lanes;

    readonly LoopBody body;
    readonly LoopProgram program;
    readonly long[] extents, lengths;
    readonly nint[] steps, strides, deltas;
    readonly long rows, vectors;
    readonly int tail;

    /// <param name="kernel">The loop's body.</param>
    /// <param name="outer">Extents of the outer dimensions, outermost first; may be empty.</param>
    /// <param name="inner">
    /// Floats of the inner loop: 16 for each iteration. If no multiple of 16 (rows of a plain tensor), every vector
    /// must be contiguous (step 16) and every scalar constant (step 0), and only the valid lanes of the last vector are
    /// stored or reduced; a reduction combines them, reduced by themselves, with the result of the whole vectors.
    /// </param>
    /// <param name="operands">The inputs of the program, then its outputs.</param>
    /// <exception cref="ArgumentException">An operand does not fit; an output would be written twice.</exception>
    public LoopNest(LoopKernel kernel, ReadOnlySpan<long> outer, long inner, ReadOnlySpan<LoopOperand> operands)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        (body, program) = (kernel.Body, kernel.Program);
        LoopDomain domain = new(program, outer, inner, operands);
        lengths = domain.RequiredLengths();
        domain.Merge();
        extents = [.. domain.Outer.Select(dimension => dimension.Extent)];
        strides = [.. domain.Outer.SelectMany(dimension => dimension.Strides).Select(stride => checked((nint)stride))];
        steps = [.. domain.Steps.Select(step => checked((nint)step))];
        deltas = Deltas();
        rows = domain.Rows;
        vectors = domain.Vectors;
        tail = domain.Tail;
    }

    /// <summary>
    /// Number of units that <see cref="Run"/> can start and stop at. With reductions a unit is an inner loop: Length is
    /// the product of the outer extents. Otherwise it is a vector, in order of iteration: if inner is a multiple of 16,
    /// Length is that product times inner/16, and inner loop o is the vectors from o·inner/16 on, merged or not.
    /// </summary>
    public long Length => program.Reduces ? rows : checked(rows * vectors);

    /// <summary>Iterations of the inner loop after merging.</summary>
    public long InnerIterations => vectors;

    /// <summary>Runs units <paramref name="from"/> to <paramref name="to"/> (exclusive); allocates nothing.</summary>
    /// <exception cref="ArgumentException">An operand is too short for the nest; the range is not in it.</exception>
    public unsafe void Run(ReadOnlySpan<Floats> operands, long from, long to)
    {
        Check(operands, from, to);
        if (from == to)
            return;
        int count = steps.Length;
        float** pointers = stackalloc float*[count];
        float** tailPointers = stackalloc float*[count];
        long* index = stackalloc long[extents.Length];
        long unitsPerRow = program.Reduces ? 1 : vectors;
        long at = from % unitsPerRow, left = to - from;
        for (int k = 0; k < count; k++)
            pointers[k] = operands[k].Pointer;
        Seek(pointers, index, from / unitsPerRow);
        fixed (nint* steps = this.steps)
        {
            while (true)
            {
                long units = Math.Min(unitsPerRow - at, left);
                bool partial = tail > 0 && at + units == unitsPerRow;
                long whole = (program.Reduces ? vectors : units) - (partial ? 1 : 0);
                if (at > 0)
                    Move(pointers, pointers, at);
                if (whole > 0 || program.Reduces)
                    body(pointers, steps, (nint)whole);
                if (partial)
                {
                    Move(pointers, tailPointers, whole);
                    RunTail(tailPointers, steps);
                }
                left -= units;
                if (left == 0)
                    return;
                if (at > 0)
                    Move(pointers, pointers, -at);
                at = 0;
                Next(pointers, index);
            }
        }
    }

    /// <summary>
    /// The last, partial vector of a row. Inputs are read whole (behind every buffer 16 floats are readable) and the
    /// lanes that are not valid dropped, so nothing behind the row is written.
    /// </summary>
    unsafe void RunTail(float** pointers, nint* steps)
    {
        int inputs = program.Inputs.Length, outputs = program.Outputs.Length;
        float* scratch = stackalloc float[outputs * Lanes];
        float** targets = stackalloc float*[outputs];
        for (int k = 0; k < outputs; k++)
        {
            targets[k] = pointers[inputs + k];
            pointers[inputs + k] = scratch + k * Lanes;
        }
        body(pointers, steps, 1);
        for (int k = 0; k < outputs; k++)
        {
            OutputKind kind = program.Outputs[k].Kind;
            float* result = scratch + k * Lanes;
            if (kind != OutputKind.Store)
                LoopReduction.Combine(kind, Vector512.Load(targets[k]), Vector512.Load(result)).Store(result);
            new Span<float>(result, tail).CopyTo(new(targets[k], tail));
        }
    }

    /// <summary>Puts all pointers at a row and the index at its coordinates.</summary>
    unsafe void Seek(float** pointers, long* index, long row)
    {
        for (int d = extents.Length - 1; d >= 0; d--)
        {
            (row, index[d]) = Math.DivRem(row, extents[d]);
            for (int k = 0; k < steps.Length; k++)
                pointers[k] += (nint)index[d] * strides[d * steps.Length + k];
        }
    }

    /// <summary>From one row to the next: one addition for each pointer, whichever dimensions wrap.</summary>
    unsafe void Next(float** pointers, long* index)
    {
        int d = extents.Length - 1;
        while (++index[d] == extents[d])
            index[d--] = 0;
        ReadOnlySpan<nint> delta = deltas.AsSpan(d * steps.Length, steps.Length);
        for (int k = 0; k < delta.Length; k++)
            pointers[k] += delta[k];
    }

    unsafe void Move(float** from, float** to, long iterations)
    {
        for (int k = 0; k < steps.Length; k++)
            to[k] = from[k] + (nint)iterations * steps[k];
    }

    /// <summary>By dimension and operand, the stride less what the dimensions within have moved.</summary>
    nint[] Deltas()
    {
        int operands = steps.Length;
        nint[] result = [.. strides], moved = new nint[operands];
        for (int d = extents.Length - 1; d >= 0; d--)
        {
            for (int k = 0; k < operands; k++)
            {
                result[d * operands + k] -= moved[k];
                moved[k] += (nint)(extents[d] - 1) * strides[d * operands + k];
            }
        }
        return result;
    }

    void Check(ReadOnlySpan<Floats> operands, long from, long to)
    {
        if (operands.Length != steps.Length)
            throw new ArgumentException($"expected {steps.Length} operands, got {operands.Length}");
        for (int k = 0; k < operands.Length; k++)
            if (operands[k].Length < lengths[k])
                throw new ArgumentException(
                    $"{program.NameOf(k)}: expected at least {lengths[k]} floats, got {operands[k].Length}");
        if (from < 0 || to < from || to > Length)
            throw new ArgumentOutOfRangeException(nameof(from), $"expected a range in 0..{Length}, got {from}..{to}");
    }
}
