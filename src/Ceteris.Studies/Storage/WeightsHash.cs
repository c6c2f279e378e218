using System.Security.Cryptography;
using System.Text;

namespace Ceteris.Studies;

/// <summary>
/// The SHA-256 that stands for the weights of a network: over the ASCII line <c>ceteris-weights-1</c>, then, for each
/// tensor in ordinal order of names, the length of the name (u32) and the name in UTF-8, the rank and the extents (u32
/// each), and the bits of the values in row-major order; all numbers little-endian.
/// </summary>
/// <remarks>
/// 0/0 has another sign on another processor, so the bits of a NaN mean nothing: weights with a NaN have no hash, and
/// their run has failed.
/// </remarks>
public static class WeightsHash
{
    /// <summary>64 lower-case hexadecimal digits, or null if a value is NaN.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public static string? Compute(IEnumerable<NamedTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("ceteris-weights-1\n"u8);
        foreach (NamedTensor tensor in NamedTensor.Sorted(tensors))
        {
            if (tensor.HasNaN)
                return null;
            byte[] name = Encoding.UTF8.GetBytes(tensor.Name);
            hash.AppendData(LittleEndian.Bytes((uint)name.Length));
            hash.AppendData(name);
            hash.AppendData(LittleEndian.Bytes((uint)tensor.Shape.Rank));
            foreach (int extent in tensor.Shape.Extents)
                hash.AppendData(LittleEndian.Bytes((uint)extent));
            LittleEndian.ForEachChunk(tensor.Values, hash.AppendData);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
