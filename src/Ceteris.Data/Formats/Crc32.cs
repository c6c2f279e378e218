using System.Buffers.Binary;

namespace Ceteris.Data;

/// <summary>CRC-32 of gzip and PNG (polynomial 0xEDB88320, reflected), eight bytes at a time.</summary>
public static class Crc32
{
    static readonly uint[][] Tables = MakeTables();

    /// <summary>
    /// The check sum of some bytes, or of what <paramref name="crc"/> is the check sum of followed by them.
    /// </summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        uint[][] t = Tables;
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7][(byte)low] ^ t[6][(byte)(low >> 8)] ^ t[5][(byte)(low >> 16)] ^ t[4][low >> 24]
                ^ t[3][(byte)high] ^ t[2][(byte)(high >> 8)] ^ t[1][(byte)(high >> 16)] ^ t[0][high >> 24];
        }
        foreach (byte value in bytes)
            crc = t[0][(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    static uint[][] MakeTables()
    {
        uint[][] tables = new uint[8][];
        for (int k = 0; k < 8; k++)
        {
            tables[k] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint crc = k == 0 ? i : tables[k - 1][i];
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
                tables[k][i] = crc;
            }
        }
        return tables;
    }
}
