namespace Ceteris.Data;

/// <summary>
/// A sheet of pictures: light background, margins, each picture enlarged by a whole number so that pixels stay pixels,
/// captions in a small built-in font (digits, letters, → and common signs).
/// </summary>
public static class Gallery
{
    const int Margin = 16, Gap = 8, CaptionGap = 4;

    static ReadOnlySpan<byte> Paper => [250, 250, 248];

    static ReadOnlySpan<byte> TextColour => [70, 70, 72];

    static ReadOnlySpan<byte> WrongColour => [190, 40, 30];

    /// <summary>
    /// Draws the sheet. Pictures may be of different sizes; grey or colour, alpha is laid on the paper.
    /// </summary>
    /// <param name="items">The pictures, row by row.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="zoom">Pixels for each pixel; 0: so that pictures become about 84 pixels wide.</param>
    /// <param name="title">A line above the sheet.</param>
    public static Picture Draw(IReadOnlyList<GalleryItem> items, int columns, int zoom = 0, string? title = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(items.Count, nameof(items));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        columns = Math.Min(columns, items.Count);
        int pictureWidth = items.Max(item => item.Picture.Width);
        int pictureHeight = items.Max(item => item.Picture.Height);
        zoom = zoom > 0 ? zoom : Math.Max(1, (84 + pictureWidth / 2) / pictureWidth);
        int captionWidth = items.Max(item => Glyphs.WidthOf(item.Caption ?? ""));
        int text = captionWidth * 2 <= pictureWidth * zoom ? 2 : 1;
        int cellWidth = Math.Max(pictureWidth * zoom, captionWidth * text);
        int captionHeight = items.Any(item => item.Caption is not null) ? CaptionGap + Glyphs.Height * text : 0;
        int cellHeight = pictureHeight * zoom + captionHeight;
        int head = title is null ? 0 : 2 * Glyphs.Height + Margin;
        int rows = (items.Count + columns - 1) / columns;
        int width = Math.Max(columns * (cellWidth + Gap) - Gap, Glyphs.WidthOf(title ?? "") * 2) + 2 * Margin;
        var sheet = new Picture(width, rows * (cellHeight + Gap) - Gap + 2 * Margin + head, 3);
        Glyphs.Fill(sheet, 0, 0, sheet.Width, sheet.Height, Paper);
        if (title is not null)
            Glyphs.Draw(sheet, title, Margin, Margin, 2, TextColour);
        for (int i = 0; i < items.Count; i++)
        {
            GalleryItem item = items[i];
            int x = Margin + i % columns * (cellWidth + Gap), y = Margin + head + i / columns * (cellHeight + Gap);
            int left = x + (cellWidth - item.Picture.Width * zoom) / 2;
            ReadOnlySpan<byte> colour = item.Wrong ? WrongColour : TextColour;
            if (item.Wrong)
            {
                Glyphs.Fill(
                    sheet, left - 2, y - 2, item.Picture.Width * zoom + 4, item.Picture.Height * zoom + 4, WrongColour);
            }
            Place(sheet, item.Picture, left, y, zoom);
            string caption = item.Caption ?? "";
            int captionX = x + (cellWidth - Glyphs.WidthOf(caption) * text) / 2;
            Glyphs.Draw(sheet, caption, captionX, y + pictureHeight * zoom + CaptionGap, text, colour);
        }
        return sheet;
    }

    /// <summary>
    /// A sheet of a set: a row of the first images of every class (several rows if there are few classes), named on the
    /// left by captions.
    /// </summary>
    public static Picture ByClass(ImageSet images, int columns = 16, int rowsPerClass = 1)
    {
        var items = new List<GalleryItem>();
        for (int c = 0; c < images.Classes.Count; c++)
        {
            int found = 0;
            for (int i = 0; i < images.Count && found < columns * rowsPerClass; i++)
            {
                if (images.Label(i) != c)
                    continue;
                items.Add(new(Picture.Of(images, i), found % columns == 0 ? images.Classes[c] : null));
                found++;
            }
            var empty = new Picture(images.Image[2], images.Image[1], 4);
            for (; found < columns * rowsPerClass; found++)
                items.Add(new(empty));
        }
        return Draw(items, columns, title: images.Name);
    }

    static void Place(Picture sheet, Picture picture, int left, int top, int zoom)
    {
        Span<byte> colour = stackalloc byte[3];
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                ReadOnlySpan<byte> pixel = picture[x, y];
                int alpha = picture.HasAlpha ? pixel[^1] : 255;
                for (int c = 0; c < 3; c++)
                {
                    int value = pixel[picture.Channels >= 3 ? c : 0];
                    colour[c] = (byte)((value * alpha + Paper[c] * (255 - alpha) + 127) / 255);
                }
                Glyphs.Fill(sheet, left + x * zoom, top + y * zoom, zoom, zoom, colour);
            }
        }
    }
}
