using System.Buffers.Binary;

namespace Ceteris.Data;

/// <summary>The IHDR chunk of a PNG file, checked.</summary>
readonly record struct PngHeader(int Width, int Height, int Depth, int ColourType, bool Interlaced)
{
    public const int Size = 13;
    const int MaxSide = 8192;
    const long MaxPixels = 32 << 20;

    public const byte Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    /// <summary>Samples of a pixel in the file.</summary>
    public int Samples => ColourType switch { Rgb => 3, GreyAlpha => 2, Rgba => 4, _ => 1 };

    public int BitsPerPixel => Samples * Depth;

    public int BytesPerRow(int width) => (width * BitsPerPixel + 7) / 8;

    public static PngHeader Parse(ReadOnlySpan<byte> chunk, string file, long offset)
    {
        if (chunk.Length != Size)
            throw new DataException($"expected an IHDR chunk of {Size} bytes, got {chunk.Length}", file, offset);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (width is 0 or > MaxSide || height is 0 or > MaxSide || (long)width * height > MaxPixels)
        {
            throw new DataException(
                $"expected a picture of at most {MaxSide}×{MaxSide} and {MaxPixels} pixels, got {width}×{height}",
                file, offset);
        }
        (int depth, int colour) = (chunk[8], chunk[9]);
        bool valid = (colour, depth) is (Grey, 1 or 2 or 4 or 8 or 16) or (Palette, 1 or 2 or 4 or 8)
            or (Rgb or GreyAlpha or Rgba, 8 or 16);
        if (!valid)
            throw new DataException($"no PNG has colour type {colour} with bit depth {depth}", file, offset + 8);
        if (chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
        {
            throw new DataException(
                $"expected compression 0, filter 0, interlace 0 or 1, got {chunk[10]}, {chunk[11]}, {chunk[12]}",
                file, offset + 10);
        }
        return new((int)width, (int)height, depth, colour, chunk[12] == 1);
    }
}
