using System.Globalization;

namespace Ceteris.Kernels;

/// <summary>The system has not as much memory as a <see cref="NativeBuffer"/> needs.</summary>
/// <param name="bytes">As much.</param>
/// <param name="use">What for.</param>
/// <param name="cause">What the system said.</param>
public sealed class NativeMemoryException(long bytes, string use, Exception? cause = null) : OutOfMemoryException(
    string.Create(CultureInfo.InvariantCulture, $"expected {bytes:N0} bytes of memory for {use}, got none: ")
        + "the system has not as much left", cause)
{
    public long Bytes { get; } = bytes;
}
