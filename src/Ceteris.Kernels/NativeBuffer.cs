using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>
/// Floats outside the garbage-collected heap: 64-byte aligned, zeroed, padded to a whole number of 16-float vectors plus one,
/// so that a loop over vectors needs no tail.
/// </summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    public const int Alignment = 64;

    float* pointer;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = (nuint)((length + 15) / 16 * 16 + 16) * sizeof(float);
        pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(pointer, bytes);
    }

    ~NativeBuffer() => Free();

    /// <summary>Number of floats, without the padding.</summary>
    public long Length { get; }

    public float* Pointer => pointer != null ? pointer : throw new ObjectDisposedException(nameof(NativeBuffer));

    public Span<float> Span => new(Pointer, checked((int)Length));

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
