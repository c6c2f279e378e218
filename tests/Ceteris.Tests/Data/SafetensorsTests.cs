using System.Buffers.Binary;
using System.Text;
using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class SafetensorsTests
{
    static byte[] File(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    [Fact]
    public void WritesCanonicalBytes()
    {
        var file = new Safetensors(
            [NamedTensor.Of("b", [2], [1f, -2f]), NamedTensor.Of("a", [], [7L])],
            new Dictionary<string, string> { ["format"] = "pt", ["note"] = "\"é\"" });
        string header = """{"__metadata__":{"format":"pt","note":"\"é\""},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"""
            + """ "a":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""".TrimStart();
        byte[] bytes = file.ToBytes();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal("0000803F000000C00700000000000000", Convert.ToHexString(bytes.AsSpan(8 + length)));
        Assert.Equal(bytes, Safetensors.Parse(bytes, "x").ToBytes());
    }

    [Fact]
    public void ReadsEveryType()
    {
        var file = Safetensors.Parse(new Safetensors(
        [
            NamedTensor.Of("f", [1, 2], [1.5f, float.NaN]), NamedTensor.Of("d", [1], [1e300]),
            NamedTensor.Of("i", [2], [-5L, 1L << 60]), NamedTensor.Of("u", [3], new byte[] { 1, 2, 255 }),
            NamedTensor.Of("none", [0, 3], ReadOnlySpan<float>.Empty),
        ]).ToBytes(), "x");
        Assert.Equal([1.5f, float.NaN], file["f"].ToSingles());
        Assert.Equal([1e300], file["d"].ToDoubles());
        Assert.Equal([-5L, 1L << 60], file["i"].ToInt64s());
        Assert.Equal([1f, 2f, 255f], file["u"].ToSingles());
        Assert.Empty(file["none"].ToSingles());
        Assert.Contains("f, d, i", Assert.Throws<KeyNotFoundException>(() => file["g"]).Message);
    }

    [Fact]
    public void ReadsWhatTheReferenceWriterWrote()
    {
        string[] files = Directory.GetFiles(
            Path.Combine(AppContext.BaseDirectory, "golden"), "*.safetensors", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string path in files)
        {
            var file = Safetensors.Read(path);
            Assert.NotEmpty(file.Tensors);
            Assert.NotEmpty(file.Metadata);
        }
    }

    [Theory]
    [InlineData("""[]""", 0, "'{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begin")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[9,17]}}""", 17, "begin")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begin")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "got 1 more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "at most")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,0],"data_offsets":[0,0]}}""", 0, "at most")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "F32, F64, I64, U8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"file":"/etc/passwd"}}""", 4, "'file'")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "once")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 0, "data_offsets")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "String")]
    [InlineData("""{"__metadata__":{"a":"1","a":"1"}}""", 0, "twice")]
    [InlineData("""{} {}""", 0, "JSON|end")]
    [InlineData("""{"a":""", 0, "JSON|expected")]
    public void RefusesBadHeaders(string header, int dataBytes, string expected)
    {
        var e = Assert.Throws<DataException>(() => Safetensors.Parse(File(header, dataBytes), "weights"));
        Assert.StartsWith("weights", e.Message);
        Assert.Contains(expected.Split('|'), part => e.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void RefusesAHeaderLongerThanTheFile()
    {
        byte[] bytes = File("{}", 0);
        foreach (ulong length in new ulong[] { 3, 100_000_001, ulong.MaxValue, 1UL << 63 })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Throws<DataException>(() => Safetensors.Parse(bytes, "x"));
        }
    }

    [Fact]
    public void AFailedWriteLeavesNothingAndTheOldFileStays()
    {
        using var folder = new TestImages.Folder();
        string path = folder["w.safetensors"];
        var file = new Safetensors([NamedTensor.Of("a", [1], [1f])]);
        file.Write(path);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal([1f], Safetensors.Read(path)["a"].ToSingles());
    }
}
