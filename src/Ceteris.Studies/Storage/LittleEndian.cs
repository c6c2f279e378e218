using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ceteris.Studies;

/// <summary>Numbers in files and hashes: always little-endian.</summary>
static class LittleEndian
{
    const int ChunkFloats = 4096;

    /// <summary>Passes the bits of the values on in chunks, little-endian.</summary>
    public static void ForEachChunk(ReadOnlySpan<float> values, Action<ReadOnlySpan<byte>> consume)
    {
        Span<byte> chunk = stackalloc byte[BitConverter.IsLittleEndian ? 0 : ChunkFloats * sizeof(float)];
        for (int start = 0; start < values.Length; start += ChunkFloats)
        {
            ReadOnlySpan<float> part = values[start..Math.Min(values.Length, start + ChunkFloats)];
            if (BitConverter.IsLittleEndian)
            {
                consume(MemoryMarshal.AsBytes(part));
                continue;
            }
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(chunk[(i * sizeof(float))..], part[i]);
            consume(chunk[..(part.Length * sizeof(float))]);
        }
    }

    public static void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }

    public static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
