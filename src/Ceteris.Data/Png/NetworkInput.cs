using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Turns any picture into the bytes a network takes: alpha laid on white, grey where the network has one channel, light
/// backgrounds inverted for sets that write light on dark, fitted into the image without changing its proportions.
/// </summary>
public static class NetworkInput
{
    /// <summary>The bytes [C, H, W] for a network that takes images of this shape (1 or 3 channels).</summary>
    /// <param name="picture">What to look at.</param>
    /// <param name="image">Shape of the network's images.</param>
    /// <param name="invertLight">Whether the network was trained with light on dark: a picture with a light border is
    /// then inverted.</param>
    public static byte[] Of(Picture picture, Shape image, bool invertLight = true)
    {
        if (image.Rank != 3 || image[0] is not (1 or 3))
            throw new ArgumentException($"expected an image shape [1 or 3, H, W], got {image}", nameof(image));
        (int channels, int height, int width) = (image[0], image[1], image[2]);
        double[][] planes = Planes(picture, channels);
        if (invertLight && BorderMean(planes, picture.Width, picture.Height) > 127.5)
            planes = [.. planes.Select(plane => Array.ConvertAll(plane, value => 255 - value))];
        byte[] pixels = new byte[image.Elements];
        for (int c = 0; c < channels; c++)
            Fit(planes[c], picture.Width, picture.Height, pixels.AsSpan(c * height * width), width, height);
        return pixels;
    }

    /// <summary>Channels as planes; grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).</summary>
    static double[][] Planes(Picture picture, int channels)
    {
        double[][] planes = [.. Enumerable.Range(0, channels).Select(_ => new double[picture.Width * picture.Height])];
        Span<double> colour = stackalloc double[3];
        for (int i = 0; i < planes[0].Length; i++)
        {
            ReadOnlySpan<byte> pixel = picture[i % picture.Width, i / picture.Width];
            double alpha = picture.HasAlpha ? pixel[^1] / 255.0 : 1;
            for (int c = 0; c < 3; c++)
                colour[c] = pixel[picture.Channels >= 3 ? c : 0] * alpha + 255 * (1 - alpha);
            bool toGrey = channels == 1 && picture.Channels >= 3;
            for (int c = 0; c < channels; c++)
                planes[c][i] = toGrey ? 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] : colour[c];
        }
        return planes;
    }

    static double BorderMean(double[][] planes, int width, int height)
    {
        (double sum, long count) = (0, 0);
        for (int y = 0; y < height; y++)
        {
            int step = y == 0 || y == height - 1 ? 1 : Math.Max(1, width - 1);
            for (int x = 0; x < width; x += step)
            {
                sum += planes.Sum(plane => plane[y * width + x]);
                count += planes.Length;
            }
        }
        return sum / count;
    }

    /// <summary>
    /// Scales to fit, centred; what is left over has the value of the corner. Each pixel is the mean of the area it
    /// covers when a picture shrinks, and interpolated linearly when it grows.
    /// </summary>
    static void Fit(double[] plane, int width, int height, Span<byte> target, int targetWidth, int targetHeight)
    {
        double scale = Math.Max((double)width / targetWidth, (double)height / targetHeight);
        double offsetX = (width - targetWidth * scale) / 2, offsetY = (height - targetHeight * scale) / 2;
        (int Index, double Weight)[][] columns =
            [.. Enumerable.Range(0, targetWidth).Select(x => Weights(offsetX + x * scale, scale, width))];
        for (int y = 0; y < targetHeight; y++)
        {
            (int Index, double Weight)[] rows = Weights(offsetY + y * scale, scale, height);
            for (int x = 0; x < targetWidth; x++)
            {
                double sum = 0, weights = 0;
                foreach ((int row, double rowWeight) in rows)
                {
                    foreach ((int column, double columnWeight) in columns[x])
                    {
                        double value = row < 0 || column < 0 ? plane[0] : plane[row * width + column];
                        sum += rowWeight * columnWeight * value;
                        weights += rowWeight * columnWeight;
                    }
                }
                target[y * targetWidth + x] = (byte)Math.Clamp(sum / weights + 0.5, 0, 255);
            }
        }
    }

    /// <summary>
    /// Source pixels, with their shares, of a target pixel that covers [start, start + scale); −1 if its middle is
    /// outside.
    /// </summary>
    static (int Index, double Weight)[] Weights(double start, double scale, int length)
    {
        double reach = Math.Max(1, scale), middle = start + scale / 2;
        if (middle < 0 || middle >= length)
            return [(-1, 1)];
        double from = Math.Max(0, middle - reach / 2), to = Math.Min(length, middle + reach / 2);
        var weights = new List<(int, double)>();
        for (int cell = (int)from; cell < to; cell++)
            weights.Add((cell, Math.Min(cell + 1, to) - Math.Max(cell, from)));
        return [.. weights];
    }
}
