using System.IO.Compression;
using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class IdxTests
{
    static readonly IdxArray Small = new([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

    public static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsWhatWasWritten(bool gzip)
    {
        byte[] bytes = gzip ? Gzip(Small.ToBytes()) : Small.ToBytes();
        IdxArray read = IdxArray.Parse(bytes, "x");
        Assert.Equal(Small.Shape, read.Shape);
        Assert.Equal(Small.Data, read.Data);
        Assert.Equal(Small.Sha256(), read.Sha256());
    }

    [Fact]
    public void ReadsGzipWithEveryOptionalHeaderField()
    {
        byte[] plain = Gzip(Small.ToBytes());
        byte[] fields = [3, 0, 1, 2, 3, .. "name\0"u8, .. "comment\0"u8, 9, 9];
        byte[] header = [.. plain[..3], 0b0001_1110, .. plain[4..10], .. fields];
        Assert.Equal(Small.Data, IdxArray.Parse((byte[])[.. header, .. plain[10..]], "x").Data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RefusesEveryTruncation(bool gzip)
    {
        byte[] bytes = gzip ? Gzip(Small.ToBytes()) : Small.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<DataException>(() => IdxArray.Parse(bytes.AsMemory(0, length), "x"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 8)]
    [InlineData(true, 200)]
    public void RefusesTrailingBytes(bool gzip, int count)
    {
        byte[] bytes = gzip ? Gzip(Small.ToBytes()) : Small.ToBytes();
        Assert.Throws<DataException>(() => IdxArray.Parse((byte[])[.. bytes, .. new byte[count]], "x"));
        // Garbage between the compressed data and the trailer, which a check sum does not notice.
        if (gzip)
        {
            Assert.Throws<DataException>(
                () => IdxArray.Parse((byte[])[.. bytes[..^8], .. new byte[count], .. bytes[^8..]], "x"));
        }
    }

    [Fact]
    public void RefusesMoreContentThanDeclaredAndSecondMembers()
    {
        byte[] more = [.. Small.ToBytes(), 1];
        Assert.Contains("more data", Assert.Throws<DataException>(() => IdxArray.Parse(Gzip(more), "x")).Message);
        byte[] member = Gzip(Small.ToBytes());
        Assert.Throws<DataException>(() => IdxArray.Parse((byte[])[.. member, .. member], "x"));
    }

    [Theory]
    [InlineData("00000D03", "unsigned bytes")]
    [InlineData("89504E47", "unsigned bytes")]
    [InlineData("00000800", "rank")]
    [InlineData("00000805", "rank")]
    [InlineData("00000804000100000001000000010000FFFFFFFF", "extent")]
    [InlineData("0000080300010000000001000000010000", "header of 16 bytes|holds at most|extent")]
    public void SaysWhatIsWrongWithTheHeader(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        foreach (byte[] file in new[] { bytes, Gzip(bytes) })
        {
            var e = Assert.Throws<DataException>(() => IdxArray.Parse(file, "some/file"));
            Assert.StartsWith("some/file", e.Message);
            if (file == bytes)
                Assert.Contains(expected.Split('|'), part => e.Message.Contains(part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void AllocatesNothingLikeWhatALyingHeaderAsksFor()
    {
        byte[] lie = Gzip([0, 0, 8, 3, 0, 0, 0xFF, 0xFF, 0, 0, 0, 28, 0, 0, 0, 28]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataException>(() => IdxArray.Parse(lie, "x"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void EveryChangedByteOfAGzipFileIsNoticedOrHarmless()
    {
        byte[] bytes = Gzip(Small.ToBytes());
        for (int at = 0; at < bytes.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = (byte[])bytes.Clone();
                changed[at] ^= (byte)(1 << bit);
                try
                {
                    Assert.Equal(Small.Data, IdxArray.Parse(changed, "x").Data);
                }
                catch (DataException)
                {
                }
            }
        }
    }
}
