using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class PhiloxTests
{
    /// <summary>The known answers published with Random123.</summary>
    [Fact]
    public void Gives_the_known_answers()
    {
        Assert.Equal(new Words(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8), Philox.Block(new(0, 0), 0, 0, 0, 0));
        const uint ones = uint.MaxValue;
        Assert.Equal(
            new Words(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd),
            Philox.Block(new(ones, ones), ones, ones, ones, ones));
        Assert.Equal(
            new Words(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1),
            Philox.Block(new(0xa4093822, 0x299f31d0), 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344));
    }

    /// <summary>Computed apart: sha256 of 8 bytes seed and "purpose/path", its first 8 bytes.</summary>
    [Theory]
    [InlineData(0ul, "init", "conv1/weight", 0xc3da1dceu, 0xe3fee564u)]
    [InlineData(0ul, "order", "", 0x574e8f2eu, 0xadb3ad76u)]
    [InlineData(1ul, "order", "", 0x5c6ac5ceu, 0x4566e443u)]
    [InlineData(18446744073709551615ul, "dropout", "größe", 0xdc0c793eu, 0x322c971fu)]
    public void Keys_are_hashes_of_their_meaning(ulong seed, string purpose, string path, uint k0, uint k1) =>
        Assert.Equal(new StreamKey(k0, k1), StreamKey.For(seed, purpose, path));

    [Fact]
    public void A_stream_reads_the_blocks_in_order()
    {
        StreamKey key = StreamKey.For(5, "augment");
        var stream = new RandomStream(key, 1, 2, 3);
        for (uint index = 0; index < 3; index++)
        {
            Words block = Philox.Block(key, index, 1, 2, 3);
            Assert.Equal(
                block,
                new(stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32()));
        }
    }

    [Fact]
    public void Units_are_multiples_of_two_to_the_minus_24_below_one()
    {
        Assert.Equal(0, Philox.ToUnit(255));
        Assert.Equal(MathF.ScaleB(1, -24), Philox.ToUnit(256));
        Assert.Equal(1 - MathF.ScaleB(1, -24), Philox.ToUnit(uint.MaxValue));
    }
}
