using System.Security.Cryptography;

namespace Ceteris.Data;

/// <summary>A file that images were read from, as it lies on the disk.</summary>
/// <param name="Name">The data set and the name of the file: <c>mnist/train-images-idx3-ubyte.gz</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
public sealed record SourceFile(string Name, long Size, string Sha256)
{
    /// <summary>
    /// Reads a file of a set. What is hashed are the very bytes that are returned. Errors: <see cref="DataException"/>
    /// if it is larger than <paramref name="limit"/>; <see cref="IOException"/>.
    /// </summary>
    public static (byte[] Bytes, SourceFile Source) Read(string set, string path, long limit)
    {
        long length = new FileInfo(path).Length;
        if (length > limit)
            throw new DataException($"expected a file of at most {limit} bytes, got {length}", path);
        byte[] bytes = File.ReadAllBytes(path);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return (bytes, new($"{set}/{Path.GetFileName(path)}", bytes.Length, sha256));
    }
}
