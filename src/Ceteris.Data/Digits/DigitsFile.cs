namespace Ceteris.Data;

/// <summary>
/// The cached digits: a line that names the format, then for both parts all pixels and all labels. The content is known
/// beforehand, so its SHA-256 need not stand in the file.
/// </summary>
static class DigitsFile
{
    static ReadOnlySpan<byte> Magic => "ceteris digits 1\n"u8;

    public static void Write(string path, ImageSplits splits) => AtomicFile.Write(path, stream =>
    {
        stream.Write(Magic);
        Write(stream, splits.Train);
        Write(stream, splits.Test);
    });

    /// <summary>Errors: <see cref="DataException"/> if the file is damaged.</summary>
    public static ImageSplits Read(string path, IDataset set)
    {
        using FileStream stream = File.OpenRead(path);
        long expected = Magic.Length + (set.TrainCount + set.TestCount) * (set.Image.Elements + 1L);
        if (stream.Length != expected)
            throw new DataException($"expected {expected} bytes, got {stream.Length}", path);
        Span<byte> magic = stackalloc byte[Magic.Length];
        stream.ReadExactly(magic);
        if (!magic.SequenceEqual(Magic))
            throw new DataException("expected cached digits of format 1", path, 0);
        return new(
            Read(stream, path, "digits train", set.TrainCount, set),
            Read(stream, path, "digits test", set.TestCount, set));
    }

    static void Write(Stream stream, ImageSet images)
    {
        for (int i = 0; i < images.Count; i++)
            stream.Write(images.Pixels(i));
        for (int i = 0; i < images.Count; i++)
            stream.WriteByte(images.Label(i));
    }

    static ImageSet Read(Stream stream, string path, string name, int count, IDataset set)
    {
        byte[] pixels = new byte[count * set.Image.Elements], labels = new byte[count];
        stream.ReadExactly(pixels);
        stream.ReadExactly(labels);
        int bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(set.Classes.Count - 1));
        if (bad >= 0)
        {
            throw new DataException(
                $"expected labels below {set.Classes.Count}, got {labels[bad]} for image {bad}", path);
        }
        return new(name, set.Image, set.Classes, pixels, labels) { Sources = [Digits.CacheFile] };
    }
}
