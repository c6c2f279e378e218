using System.Buffers.Binary;

namespace Ceteris.Data;

/// <summary>
/// One gzip member (RFC 1952) that is a whole file. Read by hand rather than by GZipStream, which overlooks trailing
/// bytes.
/// </summary>
sealed class GzipBody : IDisposable
{
    const int FixedHeader = 10, Trailer = 8;

    readonly ReadOnlyMemory<byte> bytes;
    readonly string file;
    readonly Inflater inflater;
    uint crc, length;

    public GzipBody(ReadOnlyMemory<byte> bytes, string file)
    {
        (this.bytes, this.file) = (bytes, file);
        int start = HeaderLength();
        inflater = new(bytes[start..^Trailer], zlib: false, file, start);
    }

    /// <summary>Whether a file begins like gzip.</summary>
    public static bool Recognises(ReadOnlySpan<byte> file) => file is [0x1F, 0x8B, ..];

    public void Fill(Span<byte> destination, string what)
    {
        inflater.Fill(destination, what);
        crc = Crc32.Of(destination, crc);
        length += (uint)destination.Length;
    }

    /// <summary>Throws unless the data end here and their length and check sum are those of the trailer.</summary>
    public void End(string what)
    {
        inflater.End(what);
        ReadOnlySpan<byte> trailer = bytes.Span[^Trailer..];
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (expected != crc)
        {
            throw Error(
                $"expected gzip check sum {expected:x8}, got {crc:x8}: the file is damaged or has trailing bytes");
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != length)
            throw Error("the length at the end of the gzip file is not that of its content");
    }

    public void Dispose() => inflater.Dispose();

    DataException Error(string message) => new(message, file, bytes.Length - Trailer);

    int HeaderLength()
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < FixedHeader + Trailer)
            throw new DataException($"expected a gzip file, got only {span.Length} bytes", file, span.Length);
        if (span[2] != 8 || (span[3] & 0xE0) != 0)
        {
            throw new DataException(
                $"expected gzip with deflate, got method {span[2]} and flags {span[3]:x2}", file, 2);
        }
        byte flags = span[3];
        long at = FixedHeader;
        if ((flags & 4) != 0)
            at += 2 + (at + 2 <= span.Length ? BinaryPrimitives.ReadUInt16LittleEndian(span[(int)at..]) : 0);
        if ((flags & 8) != 0)
            at = AfterZero(at);
        if ((flags & 16) != 0)
            at = AfterZero(at);
        if ((flags & 2) != 0)
            at += 2;
        if (at > span.Length - Trailer)
            throw new DataException("the gzip header does not end", file, span.Length);
        return (int)at;
    }

    long AfterZero(long at)
    {
        int zero = at < bytes.Length ? bytes.Span[(int)at..].IndexOf((byte)0) : -1;
        return zero < 0 ? bytes.Length : at + zero + 1;
    }
}
