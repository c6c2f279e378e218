using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>
/// The bytes of a checkpoint; all numbers little-endian, CRC = CRC-32C (Castagnoli).
/// <code>
/// header   magic "CETERCKP", format u32, numericsVersion u32, runId 32 bytes, file length u64, sections u32, CRC u32
/// section  name length u32, name UTF-8, payload length u64, payload, CRC u32 over all of the section before it
/// trailer  SHA-256 of everything before it
/// </code>
/// The header has this layout in every version. The first section is <c>state</c>, canonical JSON; each other one is a
/// tensor, in ordinal order of names: rank u32, extents u32 each, float32 values in row-major order.
/// </summary>
public static class CheckpointFormat
{
    public const int Version = 1;

    const int HeaderBytes = 64, TrailerBytes = 32, MaximumRank = 8;
    const string StateName = "state";

    static ReadOnlySpan<byte> Magic => "CETERCKP"u8;

    /// <summary>Writes a checkpoint of the run with this id (see <see cref="RunCertificate.RunIdOf"/>).</summary>
    /// <exception cref="ArgumentException">A tensor holds a NaN or a name occurs twice.</exception>
    public static void Write(Stream stream, CheckpointData data, string runId, int numericsVersion)
    {
        IReadOnlyList<NamedTensor> tensors = NamedTensor.Sorted(data.Tensors);
        if (tensors.FirstOrDefault(tensor => tensor.HasNaN) is { } bad)
            throw new ArgumentException($"expected a checkpoint without NaN, got one in '{bad.Name}'");
        byte[] state = CanonicalJson.Bytes(data.StateToJson());
        long length = HeaderBytes + SectionBytes(StateName, state.Length)
            + tensors.Sum(t => SectionBytes(t.Name, PayloadBytes(t)))
            + TrailerBytes;

        using var writer = new HashingWriter(stream);
        writer.Write(Header(runId, numericsVersion, length, tensors.Count + 1));
        WriteSection(writer, StateName, state.Length, () => writer.Write(state));
        foreach (NamedTensor tensor in tensors)
        {
            WriteSection(writer, tensor.Name, PayloadBytes(tensor), () =>
            {
                writer.Write(LittleEndian.Bytes((uint)tensor.Shape.Rank));
                foreach (int extent in tensor.Shape.Extents)
                    writer.Write(LittleEndian.Bytes((uint)extent));
                LittleEndian.ForEachChunk(tensor.Values, writer.Write);
            });
        }
        stream.Write(writer.Sha256());
    }

    /// <summary>Reads a checkpoint; every single byte is covered by a check.</summary>
    /// <exception cref="CheckpointException">Damaged (what and where), or of another run, numerics or
    /// format.</exception>
    public static CheckpointData Read(ReadOnlySpan<byte> file, string source, string runId, int numericsVersion)
    {
        int sections = ReadHeader(file, source, runId, numericsVersion);
        ReadOnlySpan<byte> rest = file[HeaderBytes..^TrailerBytes];
        JsonFields? state = null;
        var tensors = new List<NamedTensor>();
        for (int i = 0; i < sections; i++)
        {
            ReadOnlySpan<byte> payload = ReadSection(ref rest, source, i, out string name);
            if (i > 0)
                tensors.Add(ReadTensor(payload, name, source));
            else if (name == StateName)
                state = Checked(source, payload, p => JsonFields.Of(CanonicalJson.Parse(p, StateName), StateName));
        }
        if (!rest.IsEmpty)
            throw Damaged(source, $"expected the trailer after {sections} sections, got {rest.Length} more bytes");
        if (!SHA256.HashData(file[..^TrailerBytes]).AsSpan().SequenceEqual(file[^TrailerBytes..]))
            throw Damaged(source, "the SHA-256 of the file differs from its trailer");
        if (state is null)
            throw Damaged(source, $"expected '{StateName}' as the first section");
        return Checked(source, file, _ => CheckpointData.FromJson(state, tensors));
    }

    static byte[] Header(string runId, int numericsVersion, long length, int sections)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), numericsVersion);
        Convert.FromHexString(runId).CopyTo(header, 16);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(56), sections);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), Crc32C(0, header.AsSpan(0, 60)));
        return header;
    }

    static int ReadHeader(ReadOnlySpan<byte> file, string source, string runId, int numericsVersion)
    {
        if (file.Length < HeaderBytes + TrailerBytes)
            throw Damaged(source, $"expected at least {HeaderBytes + TrailerBytes} bytes, got {file.Length}");
        if (!file.StartsWith(Magic))
            throw Damaged(source, "expected the magic CETERCKP at byte 0");
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[60..]) != Crc32C(0, file[..60]))
            throw Damaged(source, "the header's CRC does not fit");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (version != Version)
            throw new CheckpointException(CheckpointFault.OtherFormat, source,
                $"expected format {Version}, got format {version}");
        long length = BinaryPrimitives.ReadInt64LittleEndian(file[48..]);
        if (length != file.Length)
            throw Damaged(source, $"expected {length} bytes, got {file.Length}");
        int itsNumerics = BinaryPrimitives.ReadInt32LittleEndian(file[12..]);
        if (itsNumerics != numericsVersion)
        {
            throw new CheckpointException(CheckpointFault.OtherNumerics, source,
                $"expected numerics version {numericsVersion}, got a checkpoint of version {itsNumerics}");
        }
        string itsRun = Convert.ToHexStringLower(file.Slice(16, 32));
        if (itsRun != runId)
            throw new CheckpointException(CheckpointFault.OtherRun, source,
                $"expected run {runId}, got a checkpoint of run {itsRun}");
        return BinaryPrimitives.ReadInt32LittleEndian(file[56..]);
    }

    static long PayloadBytes(NamedTensor tensor) => 4 + 4L * tensor.Shape.Rank + 4L * tensor.Values.Length;

    static long SectionBytes(string name, long payload) => 4 + Encoding.UTF8.GetByteCount(name) + 8 + payload + 4;

    static void WriteSection(HashingWriter writer, string name, long length, Action payload)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        writer.Crc = 0;
        writer.Write(LittleEndian.Bytes((uint)utf8.Length));
        writer.Write(utf8);
        writer.Write(LittleEndian.Bytes((ulong)length));
        payload();
        writer.Write(LittleEndian.Bytes(writer.Crc));
    }

    static ReadOnlySpan<byte> ReadSection(ref ReadOnlySpan<byte> rest, string source, int index, out string name)
    {
        ReadOnlySpan<byte> section = rest;
        ReadOnlySpan<byte> utf8 = Take(ref rest, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4)));
        ReadOnlySpan<byte> payload = Take(ref rest, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, 8)));
        section = section[..(section.Length - rest.Length)];
        name = Encoding.UTF8.GetString(utf8);
        if (BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4)) != Crc32C(0, section))
            throw Damaged(source, $"the CRC of section {index} ('{name}') does not fit");
        return payload;

        ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, ulong count)
        {
            if (count > (ulong)from.Length)
                throw Damaged(source, $"section {index} reaches beyond the end of the file");
            ReadOnlySpan<byte> taken = from[..(int)count];
            from = from[(int)count..];
            return taken;
        }
    }

    static NamedTensor ReadTensor(ReadOnlySpan<byte> payload, string name, string source)
    {
        uint rank = payload.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (rank > MaximumRank || payload.Length < 4 + 4 * rank)
            throw Damaged(source, $"tensor '{name}': expected a rank of at most {MaximumRank}, and its extents");
        int[] extents = new int[rank];
        long elements = 1;
        for (int i = 0; i < rank; i++)
        {
            extents[i] = BinaryPrimitives.ReadInt32LittleEndian(payload[(4 + 4 * i)..]);
            elements = extents[i] < 0 || elements > int.MaxValue ? -1 : elements * extents[i];
            if (elements < 0)
                throw Damaged(source, $"tensor '{name}': expected extents whose product is at most {int.MaxValue}");
        }
        payload = payload[(4 + 4 * (int)rank)..];
        if (payload.Length != 4 * elements)
            throw Damaged(source, $"tensor '{name}': expected {4 * elements} bytes of values, got {payload.Length}");
        float[] values = new float[elements];
        LittleEndian.Read(payload, values);
        return new(name, Shape.Of(extents), values);
    }

    delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    static T Checked<T>(string source, ReadOnlySpan<byte> bytes, Reader<T> read)
    {
        try
        {
            return read(bytes);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(source, e.Message);
        }
    }

    static CheckpointException Damaged(string source, string reason) =>
        new(CheckpointFault.Damaged, source, "damaged: " + reason);

    static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    /// <summary>Writes, and keeps the SHA-256 of all and the CRC since it was last zeroed.</summary>
    sealed class HashingWriter(Stream stream) : IDisposable
    {
        readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public uint Crc { get; set; }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            sha256.AppendData(bytes);
            Crc = Crc32C(Crc, bytes);
        }

        public byte[] Sha256() => sha256.GetHashAndReset();

        public void Dispose() => sha256.Dispose();
    }
}
