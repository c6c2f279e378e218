using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>
/// Floats outside the garbage-collected heap: 64-byte aligned, zeroed, padded to a whole number of 16-float vectors
/// plus one,
/// so that a loop over vectors needs no tail.
/// </summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    public const int Alignment = 64;

    float* pointer;

    /// <param name="length">Number of floats.</param>
    /// <param name="use">What they are for, in the words of the error.</param>
    /// <exception cref="NativeMemoryException">The system has not as much memory.</exception>
    public NativeBuffer(long length, string use = "numbers")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = (nuint)((length + 15) / 16 * 16 + 16) * sizeof(float);
        try
        {
            pointer = (float*)(bytes < HugePages.Worthwhile
                ? NativeMemory.AlignedAlloc(bytes, Alignment) : HugePages.Allocate(bytes));
        }
        catch (OutOfMemoryException e)
        {
            throw new NativeMemoryException((long)bytes, use, e);
        }
        NativeMemory.Clear(pointer, bytes);
    }

    ~NativeBuffer() => Free();

    /// <summary>Number of floats, without the padding.</summary>
    public long Length { get; }

    public Floats Floats => Slice(0, Length);

    public Span<float> Span => Floats.Span;

    /// <summary>A view of <paramref name="length"/> floats from <paramref name="start"/> on.</summary>
    public Floats Slice(long start, long length)
    {
        ObjectDisposedException.ThrowIf(pointer == null, this);
        Floats.CheckSlice(start, length, Length);
        return new(pointer + start, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.AlignedFree(pointer);
        pointer = null;
    }
}

/// <summary>
/// A view of native floats, what kernels read and write: an address and a length, checked at a kernel's border and not
/// inside.
/// Behind the end of every buffer there are at least 16 readable floats. Valid while the <see cref="NativeBuffer"/>
/// lives.
/// </summary>
public readonly unsafe struct Floats
{
    internal readonly float* Pointer;

    internal Floats(float* pointer, long length)
    {
        Pointer = pointer;
        Length = length;
    }

    public long Length { get; }

    public Span<float> Span => new(Pointer, checked((int)Length));

    public Floats Slice(long start, long length)
    {
        CheckSlice(start, length, Length);
        return new(Pointer + start, length);
    }

    internal static void CheckSlice(long start, long length, long whole)
    {
        if (start < 0 || length < 0 || start + length > whole)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"expected a slice of {whole} floats, got {start}..{start + length}");
        }
    }

    /// <summary>
    /// A larger tensor as if it lay in memory, of which only a part does: its element −<paramref name="start"/> is the
    /// first of this view. Nothing outside the part may be touched; a kernel's border cannot check that.
    /// </summary>
    public Floats Window(long start, long length) => new(Pointer + start, length);
}
