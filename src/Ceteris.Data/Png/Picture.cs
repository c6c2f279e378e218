namespace Ceteris.Data;

/// <summary>
/// A picture of 8-bit samples: grey (1 channel), grey and alpha (2), red, green, blue (3), and alpha (4); rows from top
/// to bottom, the channels of a pixel side by side.
/// </summary>
public sealed record Picture
{
    public Picture(int width, int height, int channels, byte[] samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (channels is < 1 or > 4 || samples.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"expected {width}×{height} pixels of 1 to 4 channels, "
                + $"got {samples.Length} samples in {channels} channels",
                nameof(samples));
        }
        (Width, Height, Channels, Samples) = (width, height, channels, samples);
    }

    public Picture(int width, int height, int channels)
        : this(width, height, channels, new byte[checked(width * height * channels)])
    {
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    public byte[] Samples { get; }

    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>The samples of a pixel.</summary>
    public Span<byte> this[int x, int y] => Samples.AsSpan((y * Width + x) * Channels, Channels);

    public Span<byte> Row(int y) => Samples.AsSpan(y * Width * Channels, Width * Channels);

    /// <summary>An image [C, H, W] of a set, grey or in three channels.</summary>
    public static Picture Of(ImageSet images, int index)
    {
        (int channels, int height, int width) = (images.Image[0], images.Image[1], images.Image[2]);
        var picture = new Picture(width, height, channels);
        ReadOnlySpan<byte> planes = images.Pixels(index);
        for (int i = 0; i < width * height; i++)
        {
            for (int c = 0; c < channels; c++)
                picture.Samples[i * channels + c] = planes[c * width * height + i];
        }
        return picture;
    }
}
