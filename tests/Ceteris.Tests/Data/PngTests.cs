using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class PngTests
{
    public static TheoryData<int, int> Kinds => new()
    {
        { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 }, { 3, 1 }, { 3, 2 }, { 3, 4 }, { 3, 8 },
        { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadsEveryKind(int colour, int depth)
    {
        var random = new RandomStream(new StreamKey((uint)colour, (uint)depth));
        int samples = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        byte[]? palette = colour == 3 ? [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)(i * 37))] : null;
        foreach ((int width, int height) in new[] { (1, 1), (2, 3), (5, 1), (8, 8), (13, 9), (33, 17) })
        {
            int[] raw = new int[width * height * samples];
            for (int i = 0; i < raw.Length; i++)
                raw[i] = random.Next(1 << depth);
            foreach (bool interlaced in new[] { false, true })
            {
                Picture picture = Png.Parse(
                    PngWriter.Write(width, height, depth, colour, interlaced, raw, palette), "x");
                Assert.Equal(
                    (width, height, colour == 3 ? 3 : samples), (picture.Width, picture.Height, picture.Channels));
                for (int i = 0; i < raw.Length; i++)
                {
                    if (colour == 3)
                        Assert.Equal(palette!.AsSpan(raw[i] * 3, 3), picture.Samples.AsSpan(i * 3, 3));
                    else
                        Assert.Equal((byte)Math.Round(raw[i] * 255.0 / ((1 << depth) - 1)), picture.Samples[i]);
                }
            }
        }
    }

    [Fact]
    public void TransparencyBecomesAlpha()
    {
        Picture grey = Png.Parse(PngWriter.Write(3, 1, 8, 0, false, [5, 6, 5], transparency: [0, 5]), "x");
        Assert.Equal([5, 0, 6, 255, 5, 0], grey.Samples);
        Picture rgb = Png.Parse(
            PngWriter.Write(2, 1, 16, 2, false, [1, 2, 3, 1, 2, 4], transparency: [0, 1, 0, 2, 0, 3]), "x");
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 255], rgb.Samples);
        Picture palette = Png.Parse(
            PngWriter.Write(3, 1, 2, 3, false, [0, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 77]), "x");
        Assert.Equal([1, 2, 3, 0, 4, 5, 6, 77, 7, 8, 9, 255], palette.Samples);
    }

    // Written by another program (Pillow), which also gave the samples.
    [Theory]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFAQMAAAC6v8ThAAAABlBMVEXCwsIyMjK0nq9JAAAAEUlEQVR4nGNYwPCAwQEIFwAADmoCoUCQyooAAAAASUVORK5CYII=",
        "323232C2C2C2323232323232323232323232C2C2C2323232C2C2C2C2C2C2323232C2C2C2323232C2C2C2323232")]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFAQAAAACoCmsPAAAAEklEQVR4nGNoYFBgUmBYwOAAAAg2AaPpQaz5AAAAAElFTkSuQmCC",
        "FF00000000FF00FF00FF00FF00FF00")]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFEAAAAAD1itU9AAAALElEQVR4nGN4pvzx1KEYhux6A76fJxj5mncKif1jZBR5/HVJMFMJT4CflBYADF0NhiokLxIAAAAASUVORK5CYII=",
        "E5F1C26B30F90EC7DD01E3887534A2")]
    public void AgreesWithAnotherProgram(string base64, string samples) =>
        Assert.Equal(samples, Convert.ToHexString(Png.Parse(Convert.FromBase64String(base64), "x").Samples));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WhatIsWrittenReadsTheSame(int channels)
    {
        var random = new RandomStream(new StreamKey(3, 4));
        foreach ((int width, int height) in new[] { (1, 1), (7, 3), (64, 50) })
        {
            var picture = new Picture(width, height, channels);
            for (int i = 0; i < picture.Samples.Length; i++)
                picture.Samples[i] = (byte)(i / 3 + random.Next(3));
            byte[] bytes = Png.ToBytes(picture);
            Assert.Equal(picture.Samples, Png.Parse(bytes, "x").Samples);
            Assert.Equal(bytes, Png.ToBytes(picture));
        }
    }

    [Fact]
    public void RefusesEveryTruncationAndEveryChangedBit()
    {
        byte[] bytes = PngWriter.Write(5, 4, 8, 2, true, [.. Enumerable.Range(0, 60)]);
        byte[] samples = Png.Parse(bytes, "x").Samples;
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<DataException>(() => Png.Parse(bytes.AsMemory(0, length), "x"));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<DataException>(() => Png.Parse(changed, "x"));
        }
    }

    [Theory]
    [InlineData(8193, 1, 8, 0, "8192×8192")]
    [InlineData(8192, 8192, 8, 0, "pixels")]
    [InlineData(0, 1, 8, 0, "got 0×1")]
    [InlineData(1, 1, 3, 0, "bit depth 3")]
    [InlineData(1, 1, 4, 2, "colour type 2")]
    [InlineData(1, 1, 8, 5, "colour type 5")]
    [InlineData(4000, 4000, 8, 6, "too few")]
    public void RefusesHeadersBeforeAllocating(int width, int height, int depth, int colour, string expected)
    {
        byte[] one = PngWriter.Write(1, 1, 8, 0, false, [0]), header = one[16..29];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)colour);
        byte[] bytes = [.. PngWriter.Signature, .. PngWriter.Chunk("IHDR", header), .. one[33..]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(expected, Assert.Throws<DataException>(() => Png.Parse(bytes, "x")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(4, "end")]
    [InlineData(6, "more data|trailing")]
    [InlineData(500, "more data|trailing")]
    public void TheInflatedLengthMustBeExact(int length, string expected)
    {
        byte[] bytes = PngWriter.Write(4, 1, 8, 0, false, [1, 2, 3, 4]);
        byte[] file = [.. bytes[..33], .. PngWriter.Chunk("IDAT", PngWriter.Zlib(new byte[length])), .. PngWriter.Chunk(
            "IEND", [])];
        string message = Assert.Throws<DataException>(() => Png.Parse(file, "x")).Message;
        Assert.Contains(expected.Split('|'), part => message.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("iCCP", true)]
    [InlineData("ABCD", false)]
    [InlineData("IHDR", false)]
    public void KnowsWhichChunksMayBeIgnored(string type, bool allowed)
    {
        byte[] bytes = PngWriter.Write(1, 1, 8, 0, false, [9]);
        byte[] file = [.. bytes[..33], .. PngWriter.Chunk(type, [1, 2]), .. bytes[33..]];
        if (allowed)
            Assert.Equal([9], Png.Parse(file, "x").Samples);
        else
            Assert.Contains(type, Assert.Throws<DataException>(() => Png.Parse(file, "x")).Message);
    }

    [Fact]
    public void RefusesPalettesThatDoNotFit()
    {
        Assert.Contains(
            "palette",
            Assert.Throws<DataException>(() => Png.Parse(PngWriter.Write(1, 1, 8, 3, false, [0]), "x")).Message);
        byte[] beyond = PngWriter.Write(1, 1, 8, 3, false, [2], [0, 0, 0, 1, 1, 1]);
        Assert.Contains("below 2", Assert.Throws<DataException>(() => Png.Parse(beyond, "x")).Message);
        byte[] alpha = PngWriter.Write(1, 1, 8, 6, false, [0, 0, 0, 0], transparency: [0, 0]);
        Assert.Contains("tRNS", Assert.Throws<DataException>(() => Png.Parse(alpha, "x")).Message);
    }

    [Fact]
    public void SaysWhatAFileBeginsWithThatIsNoPng()
    {
        var e = Assert.Throws<DataException>(() => Png.Parse(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "photo.jpg"));
        Assert.Equal("photo.jpg, byte 0: expected a PNG file, got one that begins with FFD8FFE0", e.Message);
    }
}
