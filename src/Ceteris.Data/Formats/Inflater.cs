using System.IO.Compression;

namespace Ceteris.Data;

/// <summary>
/// Inflates exactly as much as is asked for, so that the size of the output is decided by the caller and never by the
/// input; and knows at the end whether the compressed bytes were used up to the last one.
/// </summary>
sealed class Inflater : IDisposable
{
    readonly Drip input;
    readonly Stream stream;
    readonly string file;
    readonly long start;

    /// <param name="compressed">A deflate stream, with zlib header and check sum if <paramref name="zlib"/>.</param>
    /// <param name="zlib">Whether it has a zlib header.</param>
    /// <param name="file">Names the input in errors.</param>
    /// <param name="start">Offset of the compressed bytes in the file, for errors.</param>
    public Inflater(ReadOnlyMemory<byte> compressed, bool zlib, string file, long start)
    {
        input = new(compressed);
        stream = zlib
            ? new ZLibStream(input, CompressionMode.Decompress)
            : new DeflateStream(input, CompressionMode.Decompress);
        (this.file, this.start) = (file, start);
    }

    /// <summary>Fills the span or throws: the data are damaged or end too early.</summary>
    public void Fill(Span<byte> destination, string what)
    {
        int filled = Read(destination);
        if (filled < destination.Length)
            throw Error($"the compressed data end after {filled} of {destination.Length} bytes of {what}");
    }

    /// <summary>Throws unless the compressed data end here, with no byte of output or of input left over.</summary>
    public void End(string what)
    {
        Span<byte> more = stackalloc byte[1];
        if (Read(more) != 0)
            throw Error($"expected the end of {what}, got more data");
        if (input.Left != 0)
            throw Error($"expected the end of {what}, got {input.Left} more");
    }

    public void Dispose() => stream.Dispose();

    int Read(Span<byte> destination)
    {
        try
        {
            return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new DataException("the compressed data are damaged", file, start + input.Position, e);
        }
    }

    DataException Error(string message) => new(message, file, start + input.Position);

    /// <summary>
    /// Hands out its last bytes one by one: the inflating stream reads ahead, and only so is it known how many bytes it
    /// used.
    /// </summary>
    sealed class Drip(ReadOnlyMemory<byte> bytes) : Stream
    {
        const int Slow = 64;

        public int Left => bytes.Length - (int)Position;

        public override long Position { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => bytes.Length;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(Math.Min(buffer.Length, Left), Math.Max(1, Left - Slow));
            bytes.Span.Slice((int)Position, count).CopyTo(buffer);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
