using System.Collections;
using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>The extents of a tensor, outermost first: <c>[N, C, H, W]</c>. A value; the empty shape is a
/// scalar.</summary>
[CollectionBuilder(typeof(Shape), nameof(Of))]
public sealed class Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    readonly int[] extents;

    Shape(int[] extents)
    {
        long elements = 1;
        foreach (int extent in extents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent);
            elements = checked(elements * extent);
        }
        if (elements > int.MaxValue)
        {
            throw new ShapeSizeException(
                $"expected at most {int.MaxValue} elements, got {elements} in [{string.Join(", ", extents)}]");
        }
        this.extents = extents;
        Elements = (int)elements;
    }

    public static Shape Of(ReadOnlySpan<int> extents) => new(extents.ToArray());

    public static Shape Scalar { get; } = new([]);

    /// <summary>Number of axes.</summary>
    public int Rank => extents.Length;

    /// <summary>Product of the extents; 1 for a scalar.</summary>
    public int Elements { get; }

    public int this[int axis] => extents[axis];

    public int this[Index axis] => extents[axis];

    int IReadOnlyCollection<int>.Count => extents.Length;

    public ReadOnlySpan<int> Extents => extents;

    /// <summary>The axes of a range, so that <c>shape[1..]</c> and list patterns work.</summary>
    public Shape Slice(int start, int length) => new(extents.AsSpan(start, length).ToArray());

    /// <summary>Number of axes, for list patterns.</summary>
    public int Length => extents.Length;

    /// <summary>Product of the extents of the axes from <paramref name="start"/> on.</summary>
    public int ElementsFrom(int start)
    {
        int product = 1;
        for (int i = start; i < extents.Length; i++)
            product *= extents[i];
        return product;
    }

    public bool Equals(Shape? other) => other is not null && extents.AsSpan().SequenceEqual(other.extents);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode()
    {
        int hash = extents.Length;
        foreach (int extent in extents)
            hash = unchecked(hash * 31 + extent);
        return hash;
    }

    public override string ToString() => "[" + string.Join(", ", extents) + "]";

    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)extents).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => extents.GetEnumerator();
}

/// <summary>More elements than a tensor can have.</summary>
public sealed class ShapeSizeException(string message) : ArgumentException(message);
