using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Ceteris.Data;

/// <summary>
/// PNG files (W3C, "Portable Network Graphics"). Reads every colour type, bit depth, filter and interlacing, 16-bit
/// samples rounded to 8; writes 8-bit grey, grey and alpha, RGB and RGBA, the same bytes for the same picture.
/// </summary>
public static class Png
{
    const int MaxFile = 1 << 28;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a file. Errors: <see cref="DataException"/> with the offset.</summary>
    public static Picture Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxFile)
            throw new DataException($"expected a PNG file of at most {MaxFile} bytes, got {length}", path);
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads the bytes of a file; what follows the IEND chunk is ignored, as the standard wants it.</summary>
    public static Picture Parse(ReadOnlyMemory<byte> bytes, string file)
    {
        if (!bytes.Span.StartsWith(Signature))
        {
            throw new DataException("expected a PNG file, got " + (bytes.IsEmpty ? "an empty one"
                : $"one that begins with {Convert.ToHexString(bytes.Span[..Math.Min(8, bytes.Length)])}"), file, 0);
        }
        PngHeader? header = null;
        byte[] palette = [], transparency = [];
        using var data = new MemoryStream();
        int dataStart = 0;
        string before = "";
        for (int at = Signature.Length; ;)
        {
            (string type, ReadOnlyMemory<byte> chunk) = ReadChunk(bytes, at, file);
            if ((header is null) != (type == "IHDR"))
                throw new DataException($"expected IHDR as the first chunk and only there, got {type}", file, at + 4);
            switch (type)
            {
                case "IHDR":
                    header = PngHeader.Parse(chunk.Span, file, at + 8);
                    break;
                case "PLTE" when palette.Length + data.Length == 0
                    && chunk.Length is > 0 and <= 768 && chunk.Length % 3 == 0:
                    palette = chunk.ToArray();
                    break;
                case "tRNS" when transparency.Length + data.Length == 0 && chunk.Length is > 0 and <= 256:
                    transparency = chunk.ToArray();
                    break;
                case "IDAT" when data.Length == 0 || before == "IDAT":
                    dataStart = data.Length == 0 ? at + 8 : dataStart;
                    data.Write(chunk.Span);
                    break;
                case "IEND":
                    ReadOnlyMemory<byte> compressed = data.GetBuffer().AsMemory(0, (int)data.Length);
                    return new PngDecoder(header!.Value, palette, transparency, file).Decode(compressed, dataStart);
                case "PLTE" or "tRNS" or "IDAT":
                    throw new DataException(
                        $"the {type} chunk is out of place or has a wrong length ({chunk.Length})", file, at + 4);
                case [>= 'A' and <= 'Z', ..]:
                    throw new DataException($"the chunk {type} is not known, yet marked as needed", file, at + 4);
            }
            before = type;
            at += chunk.Length + 12;
        }
    }

    /// <summary>Writes a file: complete or not at all.</summary>
    public static void Write(string path, Picture picture)
    {
        byte[] bytes = ToBytes(picture);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    public static byte[] ToBytes(Picture picture)
    {
        using var png = new MemoryStream();
        png.Write(Signature);
        Span<byte> header = stackalloc byte[PngHeader.Size];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8;
        header[9] = picture.Channels switch
        {
            1 => PngHeader.Grey,
            2 => PngHeader.GreyAlpha,
            3 => PngHeader.Rgb,
            _ => PngHeader.Rgba,
        };
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Compress(picture));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>Every row with the filter whose magnitudes are least.</summary>
    static byte[] Compress(Picture picture)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal))
        {
            int length = picture.Width * picture.Channels;
            byte[] above = new byte[length], trial = new byte[length], best = new byte[length];
            for (int y = 0; y < picture.Height; y++)
            {
                Span<byte> row = picture.Row(y);
                (int bestFilter, int least) = (0, int.MaxValue);
                for (int filter = 0; filter < PngFilter.Count; filter++)
                {
                    int sum = PngFilter.Apply(filter, row, above, picture.Channels, trial);
                    if (sum >= least)
                        continue;
                    (bestFilter, least) = (filter, sum);
                    (best, trial) = (trial, best);
                }
                zlib.WriteByte((byte)bestFilter);
                zlib.Write(best);
                row.CopyTo(above);
            }
        }
        return stream.ToArray();
    }

    static (string Type, ReadOnlyMemory<byte> Data) ReadChunk(ReadOnlyMemory<byte> bytes, int at, string file)
    {
        ReadOnlySpan<byte> span = bytes.Span[at..];
        if (span.Length < 12)
            throw new DataException("the file ends before its IEND chunk", file, bytes.Length);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(span);
        if (length > span.Length - 12)
            throw new DataException($"a chunk of {length} bytes goes beyond the end of the file", file, at);
        ReadOnlySpan<byte> body = span.Slice(4, (int)length + 4);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(span[((int)length + 8)..]), crc = Crc32.Of(body);
        if (crc != expected)
        {
            throw new DataException(
                $"expected the chunk to have check sum {expected:x8}, got {crc:x8}: it is damaged", file, at);
        }
        foreach (byte letter in body[..4])
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw new DataException(
                    $"expected a chunk type of four letters, got {Convert.ToHexString(body[..4])}", file, at + 4);
            }
        }
        return (Encoding.ASCII.GetString(body[..4]), bytes.Slice(at + 8, (int)length));
    }

    static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Of(data, Crc32.Of(type)));
        stream.Write(word);
    }
}
