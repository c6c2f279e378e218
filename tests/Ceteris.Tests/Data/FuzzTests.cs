using System.Diagnostics;
using System.Text;
using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>
/// Every parser, given damaged files: it reads them or throws <see cref="DataException"/>, soon, and without allocating
/// more than the file can hold. A failure prints the seed of the one case.
/// </summary>
public sealed class FuzzTests
{
    const int Cases = 1500;

    public static TheoryData<string> Parsers => [.. Subjects.Keys];

    static readonly Dictionary<string, (byte[][] Seeds, Action<byte[]> Parse)> Subjects = new()
    {
        ["idx"] = ([Idx.ToBytes(), IdxTests.Gzip(Idx.ToBytes())], bytes => IdxArray.Parse(bytes, "x")),
        ["csv"] = (
            [Utf8(CsvTests.Format(TestImages.Random(4, [1, 2, 2]), true)), Utf8("1,2,3,4,5\r\n")],
            bytes => CsvImages.Parse("x", bytes, "x", [1, 2, 2], TestImages.TenClasses)),
        ["safetensors"] = (
            [new Safetensors([NamedTensor.Of("a", [2], [1f, 2f]), NamedTensor.Of("b", [1], [1L])], Metadata).ToBytes()],
            bytes => Safetensors.Parse(bytes, "x")),
        ["png"] = (Pngs, bytes => Png.Parse(bytes, "x")),
        ["png, check sums mended"] = (Pngs, bytes => Png.Parse(WithCheckSums(bytes), "x")),
        ["data spec"] = ([Utf8("mnist:0..10000@7"), Utf8("fashion-mnist:..5")], bytes => DataSpec.Parse(Text(bytes))),
        ["validation"] = ([Utf8("12.5%@7"), Utf8("5000")], bytes => ValidationSplit.Parse(Text(bytes))),
        ["preprocessing"] = (
            [Utf8("standardize=0.1,0.2/0.3,0.4"), Utf8("scale")], bytes => Preprocessing.Parse(Text(bytes))),
    };

    [Theory]
    [MemberData(nameof(Parsers))]
    public void OnlyTheDeclaredExceptionSoonAndWithinBounds(string name)
    {
        (byte[][] seeds, Action<byte[]> parse) = Subjects[name];
        foreach (byte[] seed in seeds)
            parse(seed);
        int refused = 0;
        for (uint i = 0; i < Cases; i++)
        {
            var random = new RandomStream(StreamKey.For(1, "fuzz", name), i);
            byte[] bytes = Mutate(seeds[random.Next(seeds.Length)], ref random);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            try
            {
                parse(bytes);
            }
            catch (DataException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{name}, case {i} ({Convert.ToHexString(bytes)}): {e}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        }
        // The cases really are bad: else nothing is tested.
        Assert.InRange(refused, Cases / 10, Cases);
    }

    static KeyValuePair<string, string>[] Metadata => [new("k", "v")];

    static IdxArray Idx => new([3, 4, 5], [.. Enumerable.Range(0, 60).Select(i => (byte)i)]);

    static byte[][] Pngs =>
    [
        PngWriter.Write(9, 7, 8, 2, true, new int[189]),
        PngWriter.Write(9, 7, 2, 3, false, new int[63], [1, 2, 3], [4]),
    ];

    static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Mutate(byte[] seed, ref RandomStream random)
    {
        var bytes = new List<byte>(seed);
        for (int times = 1 + random.Next(4); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1), length = 1 + random.Next(8);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = new byte[] { 0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'0', (byte)',' }[random.Next(8)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
                    break;
                case 3:
                    for (; length > 0; length--)
                        bytes.Insert(at, (byte)random.NextUInt32());
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5 when bytes.Count < 4096:
                    bytes.InsertRange(at, bytes.GetRange(0, at));
                    break;
                case 6:
                    for (int i = at; i < Math.Min(at + 4, bytes.Count); i++)
                        bytes[i] = 0xFF;
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Gives every chunk that is whole its right check sum, so that what is behind it is reached.</summary>
    static byte[] WithCheckSums(byte[] file)
    {
        byte[] mended = (byte[])file.Clone();
        for (long at = 8; at + 12 <= mended.Length;)
        {
            long length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(mended.AsSpan((int)at));
            if (at + 12 + length > mended.Length)
                break;
            uint crc = Crc32.Of(mended.AsSpan((int)at + 4, (int)length + 4));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(mended.AsSpan((int)(at + 8 + length)), crc);
            at += 12 + length;
        }
        return mended;
    }
}
