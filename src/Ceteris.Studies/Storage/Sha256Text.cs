using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Ceteris.Studies;

/// <summary>SHA-256 as 64 lower-case hexadecimal digits.</summary>
public static class Sha256Text
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Of the text in UTF-8.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static bool IsValid(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(Digits);
}
