using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using Ceteris.Studies;

using FsCheck;
using FsCheck.Fluent;

namespace Ceteris.Tests;

public class CanonicalJsonTests
{
    static JsonNode Parse(string json) => CanonicalJson.Parse(Encoding.UTF8.GetBytes(json), "x.json");

    // RFC 8785, appendix B.
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void NumbersAsInRfc8785(ulong bits, string expected)
    {
        double value = BitConverter.UInt64BitsToDouble(bits);
        Assert.Equal(expected, CanonicalJson.NumberText(value));
        Assert.Equal(expected + "\n", CanonicalJson.Text(JsonValue.Create(value)));
        Assert.Equal(expected + "\n", CanonicalJson.Text(Parse(expected)));
    }

    [Fact]
    public void NumbersReadBackAsTheSameBits() => Prop.ForAll<double>(value =>
    {
        if (!double.IsFinite(value))
            return;
        string text = CanonicalJson.NumberText(value);
        Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
        Assert.Equal(text + "\n", CanonicalJson.Text(Parse(text)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void SinglesHaveTheirOwnFewestDigits()
    {
        Assert.Equal("0.1\n", CanonicalJson.Text(JsonValue.Create(0.1f)));
        Assert.Equal("0.1\n", CanonicalJson.Text(JsonValue.Create(0.1)));
        Assert.Equal("1e-8\n", CanonicalJson.Text(JsonValue.Create(1e-8f)));
        Assert.Equal("1\n", CanonicalJson.Text(Parse("1.0e0")));
        Assert.Equal("18446744073709551615\n", CanonicalJson.Text(JsonValue.Create(ulong.MaxValue)));
        Assert.Equal("0\n", CanonicalJson.Text(Parse("-0")));
    }

    [Fact]
    public void TheLayout()
    {
        JsonNode node = Parse("""{"b":[1,2,{"z":null,"a":true}],"a":{"é":"\u00e9\n\u0001\"\\/","B":[]},"A":{}}""");
        Assert.Equal(
            """
            {
              "A": {},
              "a": {
                "B": [],
                "é": "é\n\u0001\"\\/"
              },
              "b": [
                1,
                2,
                {"a": true, "z": null}
              ]
            }

            """, CanonicalJson.Text(node));
    }

    [Fact]
    public void OneTextForOneValue() => Prop.ForAll(ArbMap.Default.ArbFor<(string Key, double Value)[]>(), members =>
    {
        var distinct = members.Where(m => m.Key is not null && double.IsFinite(m.Value) && !m.Key.Any(char.IsSurrogate))
            .DistinctBy(m => m.Key).ToArray();
        var forward = new JsonObject(distinct.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        var backward = new JsonObject(distinct.Reverse().Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        string text = CanonicalJson.Text(forward);
        Assert.Equal(text, CanonicalJson.Text(backward));
        Assert.Equal(text, CanonicalJson.Text(Parse(text)));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    [InlineData("{\"a\": 1,}")]
    [InlineData("{\"a\": 1} x")]
    [InlineData("// no\n1")]
    [InlineData("")]
    [InlineData("{\n  \"a\": nan}")]
    [InlineData("null")]
    public void WhatIsNotJsonIsRefusedWithItsPlace(string json) =>
        Assert.StartsWith("x.json", Assert.Throws<InvalidDataException>(() => Parse(json)).Message);

    [Fact]
    public void TooDeepIsRefused()
    {
        Assert.Throws<InvalidDataException>(() => Parse(new string('[', 100_000)));
        Parse(new string('[', 32) + new string(']', 32));
        Assert.Throws<InvalidDataException>(() => Parse(new string('[', 33) + new string(']', 33)));
    }

    [Fact]
    public void InfinityAndLoneSurrogatesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => CanonicalJson.Text(JsonValue.Create(double.NaN)));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Bytes(JsonValue.Create("\ud800")));
    }
}
