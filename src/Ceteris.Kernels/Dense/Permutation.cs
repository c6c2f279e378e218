namespace Ceteris.Kernels;

/// <summary>A copy of a plain tensor with its axes in another order.</summary>
public static unsafe class Permutation
{
    public const int MaxRank = 6;

    /// <summary>
    /// to[i_axes[0], i_axes[1], …] = from[i₀, i₁, …]: axis j of the result is axis <c>axes[j]</c> of the source, as in
    /// PyTorch's permute. Only the slices of the result's first axis in the range named are written. A scalar counts as
    /// one slice.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The rank is above <see cref="MaxRank"/>, the axes are no permutation, or a view or the range does not fit the
    /// shape.
    /// </exception>
    public static void Run(Shape shape, ReadOnlySpan<int> axes, Floats from, Floats to, int sliceFrom, int sliceTo)
    {
        Border.Length(from, shape.Elements);
        Border.Length(to, shape.Elements);
        Check(shape, axes);
        // The result as six axes, the missing ones of extent 1 in front (but behind the first, which is cut in slices).
        Span<int> extents = stackalloc int[MaxRank];
        Span<nint> strides = stackalloc nint[MaxRank];
        extents.Fill(1);
        strides.Clear();
        for (int j = 0; j < axes.Length; j++)
        {
            int at = j == 0 ? 0 : MaxRank - axes.Length + j;
            extents[at] = shape[axes[j]];
            strides[at] = shape.ElementsFrom(axes[j] + 1);
        }
        Border.Range(sliceFrom, sliceTo, extents[0]);
        float* target = to.Pointer + (nint)sliceFrom * (extents[0] == 0 ? 0 : shape.Elements / extents[0]);
        for (int a = sliceFrom; a < sliceTo; a++)
            Slice(from.Pointer + a * strides[0], ref target, extents, strides);
    }

    static void Slice(float* source, ref float* target, ReadOnlySpan<int> extents, ReadOnlySpan<nint> strides)
    {
        for (int b = 0; b < extents[1]; b++)
        {
            for (int c = 0; c < extents[2]; c++)
            {
                for (int d = 0; d < extents[3]; d++)
                {
                    float* matrix = source + b * strides[1] + c * strides[2] + d * strides[3];
                    Matrix(matrix, strides[4], strides[5], target, extents[4], extents[5]);
                    target += (nint)extents[4] * extents[5];
                }
            }
        }
    }

    /// <summary>to[r · columns + c] = from[r · rowStride + c · columnStride]</summary>
    static void Matrix(float* from, nint rowStride, nint columnStride, float* to, int rows, int columns)
    {
        if (columnStride == 1)
        {
            for (int r = 0; r < rows; r++)
                new Span<float>(from + r * rowStride, columns).CopyTo(new(to + (nint)r * columns, columns));
        }
        else if (rowStride == 1)
            Transposition.Matrix(from, columnStride, to, columns, columns, rows);
        else
        {
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                    to[(nint)r * columns + c] = from[r * rowStride + c * columnStride];
            }
        }
    }

    static void Check(Shape shape, ReadOnlySpan<int> axes)
    {
        if (shape.Rank > MaxRank || axes.Length != shape.Rank)
        {
            throw new ArgumentException(
                $"expected the axes of a shape of rank at most {MaxRank}, got {axes.Length} axes for {shape}");
        }
        int seen = 0;
        foreach (int axis in axes)
        {
            if (axis < 0 || axis >= shape.Rank || (seen & (1 << axis)) != 0)
            {
                throw new ArgumentException(
                    $"expected a permutation of the axes of {shape}, got [{string.Join(", ", axes.ToArray())}]");
            }
            seen |= 1 << axis;
        }
    }
}
