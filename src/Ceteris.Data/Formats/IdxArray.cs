using System.Buffers.Binary;
using System.Security.Cryptography;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// IDX files of unsigned bytes, gzipped or not (LeCun, "The MNIST database"): 0, 0, 8 (the type), rank, the extents as
/// big-endian 32-bit words, the data row-major.
/// </summary>
public sealed record IdxArray(Shape Shape, byte[] Data)
{
    /// <summary>No file is larger.</summary>
    public const int MaxFile = 1 << 30;

    const int MaxRank = 4, UnsignedByte = 8;

    // Deflate never makes more than 1032 bytes out of one; so a small file cannot ask for a large allocation.
    const int MaxRatio = 1032;

    /// <summary>
    /// Reads the bytes of a file; <paramref name="file"/> names it in errors. Errors: <see cref="DataException"/> with
    /// the offset, also where it has another rank than the one expected, if one is.
    /// </summary>
    public static IdxArray Parse(ReadOnlyMemory<byte> bytes, string file, int? rank = null)
    {
        if (!GzipBody.Recognises(bytes.Span))
            return ParsePlain(bytes, file, rank);
        using var body = new GzipBody(bytes, file);
        byte[] head = new byte[4];
        body.Fill(head, "the IDX header");
        byte[] extents = new byte[4 * RankOf(head, file, rank)];
        body.Fill(extents, "the IDX header");
        Shape shape = ShapeOf(extents, (long)bytes.Length * MaxRatio, file);
        byte[] data = new byte[shape.Elements];
        body.Fill(data, $"IDX data {shape}");
        body.End("the IDX data");
        return new(shape, data);
    }

    /// <summary>The bytes of the uncompressed file.</summary>
    public byte[] ToBytes()
    {
        int header = 4 + 4 * Shape.Rank;
        byte[] bytes = new byte[header + Data.Length];
        bytes[2] = UnsignedByte;
        bytes[3] = (byte)Shape.Rank;
        for (int i = 0; i < Shape.Rank; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), Shape[i]);
        Data.CopyTo(bytes, header);
        return bytes;
    }

    /// <summary>SHA-256 of the uncompressed file, in lower-case hexadecimal: the same whatever compressed it.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(ToBytes()));

    static IdxArray ParsePlain(ReadOnlyMemory<byte> bytes, string file, int? expected)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        int rank = RankOf(span, file, expected), header = 4 + 4 * rank;
        if (span.Length < header)
        {
            throw new DataException(
                $"expected a header of {header} bytes, got a file of {span.Length}", file, span.Length);
        }
        long present = span.Length - header;
        Shape shape = ShapeOf(span[4..header], present, file);
        if (present > shape.Elements)
        {
            throw new DataException(
                $"expected {shape.Elements} bytes of data {shape}, got {present - shape.Elements} more",
                file, header + shape.Elements);
        }
        return new(shape, span[header..].ToArray());
    }

    static int RankOf(ReadOnlySpan<byte> head, string file, int? expected)
    {
        if (head.Length < 4)
            throw new DataException($"expected an IDX header, got a file of {head.Length} bytes", file, head.Length);
        if (head[0] != 0 || head[1] != 0 || head[2] != UnsignedByte)
        {
            throw new DataException(
                $"expected an IDX file of unsigned bytes (00 00 08 and the rank), got {Convert.ToHexString(head[..4])}",
                file, 0);
        }
        if (head[3] is 0 or > MaxRank || head[3] != (expected ?? head[3]))
        {
            string ranks = expected is null ? $"1 to {MaxRank}" : $"{expected}";
            throw new DataException($"expected an IDX rank (dimensions) of {ranks}, got {head[3]}", file, 3);
        }
        return head[3];
    }

    static Shape ShapeOf(ReadOnlySpan<byte> words, long available, string file)
    {
        int[] extents = new int[words.Length / 4];
        long elements = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            uint extent = BinaryPrimitives.ReadUInt32BigEndian(words[(4 * i)..]);
            if (extent > int.MaxValue || elements * extent > MaxFile)
            {
                throw new DataException(
                    $"expected at most {MaxFile} bytes of data, got extent {extent}", file, 4 + 4 * i);
            }
            extents[i] = (int)extent;
            elements *= extent;
        }
        Shape shape = Shape.Of(extents);
        if (elements > available)
        {
            throw new DataException(
                $"expected {elements} bytes of data {shape}, got a file that holds at most {available}", file);
        }
        return shape;
    }
}
