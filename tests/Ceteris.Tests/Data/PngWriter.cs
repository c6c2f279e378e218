using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ceteris.Data;

namespace Ceteris.Tests;

/// <summary>Writes PNG files of any kind, plainly and apart from the code that is tested.</summary>
static class PngWriter
{
    public static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A file of raw samples [height][width][samples]; row k has filter k mod 5.</summary>
    public static byte[] Write(
        int width, int height, int depth, int colour, bool interlaced, int[] raw,
        byte[]? palette = null, byte[]? transparency = null)
    {
        int samples = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        using var rows = new MemoryStream();
        (int X, int Y, int Dx, int Dy)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        int filter = 0;
        foreach ((int x0, int y0, int dx, int dy) in passes)
        {
            byte[]? above = null;
            for (int y = y0; y < height && x0 < width; y += dy)
            {
                var bits = new List<bool>();
                for (int x = x0; x < width; x += dx)
                {
                    for (int s = 0; s < samples; s++)
                    {
                        int value = raw[(y * width + x) * samples + s];
                        for (int bit = depth - 1; bit >= 0; bit--)
                            bits.Add((value >> bit & 1) != 0);
                    }
                }
                byte[] row = new byte[(bits.Count + 7) / 8];
                for (int i = 0; i < bits.Count; i++)
                    row[i / 8] |= (byte)(bits[i] ? 128 >> i % 8 : 0);
                above ??= new byte[row.Length];
                rows.WriteByte((byte)(filter % 5));
                rows.Write(Filter(filter++ % 5, row, above, Math.Max(1, samples * depth / 8)));
                above = row;
            }
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, (byte)(interlaced ? 1 : 0));
        byte[] data = Zlib(rows.ToArray());
        return
        [
            .. Signature, .. Chunk("IHDR", header), .. Chunk("tEXt", Encoding.ASCII.GetBytes("Comment\0test")),
            .. palette is null ? [] : Chunk("PLTE", palette), .. transparency is null ? [] : Chunk(
                "tRNS", transparency),
            .. Chunk("IDAT", data[..(data.Length / 2)]), .. Chunk("IDAT", data[(data.Length / 2)..]), .. Chunk(
                "IEND", []),
        ];
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(data.Length + 8), Crc32.Of(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    public static byte[] Zlib(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest))
            zlib.Write(bytes);
        return stream.ToArray();
    }

    static byte[] Filter(int filter, byte[] row, byte[] above, int step)
    {
        byte[] filtered = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            int nearest = new[] { a, b, c }.MinBy(candidate => Math.Abs(a + b - c - candidate));
            filtered[i] = (byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => nearest });
        }
        return filtered;
    }
}
