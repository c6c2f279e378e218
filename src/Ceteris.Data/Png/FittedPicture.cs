using System.Globalization;

using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>A picture of any size made into an image that a network can look at.</summary>
/// <param name="Pixels">[C, H, W]</param>
/// <param name="Conversion">What was done to it, in words: how an answer about it is to be read.</param>
/// <param name="IsBlank">Whether nothing can be seen on it, so that an answer about it says nothing.</param>
public sealed record FittedPicture(byte[] Pixels, string Conversion, bool IsBlank)
{
    const int Dark = 127, Ink = 32;

    // MNIST's digits were scaled to 20 of 28 pixels and centred by mass.
    const double WritingShare = 20.0 / 28;

    /// <summary>
    /// Transparency lies over white. Grey images are made light on dark, as the known sets are; a picture that has the
    /// image's size is otherwise left alone. Any other is scaled by mean values, its proportions kept: writing is cut
    /// out, made as large as MNIST's and centred by mass; else the whole picture is fitted in.
    /// </summary>
    /// <param name="picture">Of 1 to 4 channels.</param>
    /// <param name="image">[1, H, W] or [3, H, W]</param>
    /// <param name="isWriting">Whether to cut out and centre.</param>
    public static FittedPicture Of(Picture picture, Shape image, bool isWriting)
    {
        var done = new List<string> { string.Create(
            CultureInfo.InvariantCulture, $"{picture.Width}x{picture.Height}") };
        PicturePlane[] planes = Planes(picture, image[0], done);
        bool isBlank = planes.All(plane => plane.IsBlank);
        bool sameSize = picture.Width == image[2] && picture.Height == image[1];
        if (image[0] == 1 && planes[0].BorderMean() > Dark)
        {
            planes = [planes[0].Inverted()];
            done.Add("inverted to light on dark");
        }
        if (!sameSize && image[0] == 1 && isWriting)
        {
            planes = [Centred(planes[0], image[1], image[2], done)];
        }
        else if (!sameSize)
        {
            planes = [.. planes.Select(plane => Whole(plane, image[1], image[2]))];
            done.Add(string.Create(CultureInfo.InvariantCulture, $"fitted into {image[2]}x{image[1]}"));
        }
        return new(
            [.. planes.SelectMany(plane => plane.Values).Select(value => (byte)Math.Clamp(Math.Round(value), 0, 255))],
            done.Count == 1 ? $"{done[0]}, taken as it is" : string.Join(", ", done),
            isBlank || planes.All(plane => plane.IsBlank));
    }

    static PicturePlane[] Planes(Picture picture, int channels, List<string> done)
    {
        int colours = picture.Channels >= 3 ? 3 : 1;
        if (picture.HasAlpha)
            done.Add("laid over white");
        if (channels == 1 && colours == 3)
            done.Add("made grey");
        PicturePlane[] planes =
            [.. Enumerable.Range(0, channels).Select(_ => new PicturePlane(picture.Width, picture.Height))];
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                ReadOnlySpan<byte> pixel = picture[x, y];
                double alpha = picture.HasAlpha ? pixel[^1] / 255.0 : 1;
                double Over(byte value) => alpha * value + (1 - alpha) * 255;
                double[] colour = [Over(pixel[0]), Over(pixel[colours / 2]), Over(pixel[colours - 1])];
                for (int c = 0; c < channels; c++)
                    planes[c][x, y] = channels > 1 || colours == 1 ? colour[c]
                        : 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
            }
        }
        return planes;
    }

    static PicturePlane Centred(PicturePlane plane, int height, int width, List<string> done)
    {
        (int left, int top, int right, int bottom) = plane.Bounds(Ink);
        if (left > right)
        {
            done.Add("nothing on it");
            return new(width, height);
        }
        (int inkWidth, int inkHeight) = (right - left + 1, bottom - top + 1);
        double scale = Math.Min(WritingShare * width / inkWidth, WritingShare * height / inkHeight);
        (int w, int h) = (Extent(scale * inkWidth), Extent(scale * inkHeight));
        PicturePlane ink = plane.Resampled(left, top, inkWidth, inkHeight, w, h);
        (double x, double y) = ink.CentreOfMass();
        done.Add(string.Create(
            CultureInfo.InvariantCulture, $"cut out, scaled to {w}x{h} and centred by mass as in MNIST"));
        int toX = Math.Clamp((int)Math.Round(width / 2.0 - x), 0, width - w);
        int toY = Math.Clamp((int)Math.Round(height / 2.0 - y), 0, height - h);
        return ink.Placed(width, height, toX, toY);
    }

    static PicturePlane Whole(PicturePlane plane, int height, int width)
    {
        double scale = Math.Min((double)width / plane.Width, (double)height / plane.Height);
        (int w, int h) = (Extent(scale * plane.Width), Extent(scale * plane.Height));
        return plane.Resampled(0, 0, plane.Width, plane.Height, w, h)
            .Placed(width, height, (width - w) / 2, (height - h) / 2);
    }

    static int Extent(double size) => Math.Max(1, (int)Math.Round(size));
}
