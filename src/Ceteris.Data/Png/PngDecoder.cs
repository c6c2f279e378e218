using System.Buffers.Binary;

namespace Ceteris.Data;

/// <summary>Turns the image data of a PNG file into a picture, a row at a time.</summary>
sealed class PngDecoder
{
    // Deflate never makes more than 1032 bytes out of one.
    const int MaxRatio = 1032;

    /// <summary>First column and row of each pass, and the steps between its columns and rows (Adam7).</summary>
    static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    static readonly (int X, int Y, int StepX, int StepY)[] Progressive = [(0, 0, 1, 1)];

    readonly PngHeader header;
    readonly byte[] palette, transparency;
    readonly string file;
    readonly int channels;

    public PngDecoder(PngHeader header, byte[] palette, byte[] transparency, string file)
    {
        (this.header, this.palette, this.transparency, this.file) = (header, palette, transparency, file);
        int colours = header.ColourType is PngHeader.Grey or PngHeader.GreyAlpha ? 1 : 3;
        bool alpha = header.ColourType is PngHeader.GreyAlpha or PngHeader.Rgba || transparency.Length > 0;
        channels = colours + (alpha ? 1 : 0);
        if (header.ColourType == PngHeader.Palette && palette.Length == 0)
            throw new DataException("expected a palette (PLTE) before the image data", file);
        bool valid = transparency.Length == 0 || header.ColourType switch
        {
            PngHeader.Grey => transparency.Length == 2,
            PngHeader.Rgb => transparency.Length == 6,
            PngHeader.Palette => transparency.Length <= palette.Length / 3,
            _ => false,
        };
        if (!valid)
        {
            throw new DataException(
                $"the transparency (tRNS, {transparency.Length} bytes) does not fit the colour type", file);
        }
    }

    public Picture Decode(ReadOnlyMemory<byte> compressed, long start)
    {
        (int X, int Y, int StepX, int StepY)[] passes = header.Interlaced ? Adam7 : Progressive;
        long expected = passes.Sum(p => Columns(p) == 0 ? 0L : Rows(p) * (1L + header.BytesPerRow(Columns(p))));
        if (expected > (long)compressed.Length * MaxRatio)
        {
            throw new DataException(
                $"{compressed.Length} bytes of image data are too few for {header.Width}×{header.Height} pixels",
                file, start);
        }
        var picture = new Picture(header.Width, header.Height, channels);
        using var inflater = new Inflater(compressed, zlib: true, file, start);
        foreach ((int X, int Y, int StepX, int StepY) pass in passes)
        {
            int columns = Columns(pass);
            byte[] row = new byte[columns == 0 ? 0 : header.BytesPerRow(columns)], above = new byte[row.Length];
            for (int y = pass.Y; columns > 0 && y < header.Height; y += pass.StepY)
            {
                ReadRow(inflater, row, above, start);
                for (int i = 0; i < columns; i++)
                    Unpack(row, i, picture[pass.X + i * pass.StepX, y], start);
                (row, above) = (above, row);
            }
        }
        inflater.End("the image data");
        return picture;
    }

    int Columns((int X, int Y, int StepX, int StepY) pass) => (header.Width - pass.X + pass.StepX - 1) / pass.StepX;

    int Rows((int X, int Y, int StepX, int StepY) pass) => (header.Height - pass.Y + pass.StepY - 1) / pass.StepY;

    void ReadRow(Inflater inflater, byte[] row, byte[] above, long start)
    {
        Span<byte> filter = stackalloc byte[1];
        inflater.Fill(filter, "image data");
        if (filter[0] >= PngFilter.Count)
        {
            throw new DataException(
                $"expected a filter type of 0 to {PngFilter.Count - 1}, got {filter[0]}", file, start);
        }
        inflater.Fill(row, "image data");
        PngFilter.Undo(filter[0], row, above, Math.Max(1, header.BitsPerPixel / 8));
    }

    void Unpack(ReadOnlySpan<byte> row, int column, Span<byte> pixel, long start)
    {
        int samples = header.Samples;
        Span<int> raw = stackalloc int[samples];
        for (int s = 0; s < samples; s++)
            raw[s] = Sample(row, column * samples + s);
        if (header.ColourType == PngHeader.Palette)
        {
            if (raw[0] * 3 >= palette.Length)
                throw new DataException($"expected a colour below {palette.Length / 3}, got {raw[0]}", file, start);
            palette.AsSpan(raw[0] * 3, 3).CopyTo(pixel);
            if (channels == 4)
                pixel[3] = raw[0] < transparency.Length ? transparency[raw[0]] : (byte)255;
            return;
        }
        int most = (1 << header.Depth) - 1;
        bool keyed = transparency.Length > 0;
        for (int s = 0; s < samples; s++)
        {
            pixel[s] = (byte)((raw[s] * 255 + most / 2) / most);
            keyed = keyed && raw[s] == BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * s));
        }
        if (channels > samples)
            pixel[samples] = keyed ? (byte)0 : (byte)255;
    }

    int Sample(ReadOnlySpan<byte> row, int index)
    {
        switch (header.Depth)
        {
            case 8:
                return row[index];
            case 16:
                return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]);
            default:
                int perByte = 8 / header.Depth, shift = (perByte - 1 - index % perByte) * header.Depth;
                return (row[index / perByte] >> shift) & ((1 << header.Depth) - 1);
        }
    }
}
