using System.Security.Cryptography;
using System.Text;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Labelled images of one shape, as bytes. Immutable; a selection shares the pixels of the set it was taken from and
/// keeps its samples' <see cref="Id">ids</see>, so that random draws addressed by sample follow an image into every
/// subset.
/// </summary>
public sealed class ImageSet
{
    readonly byte[] pixels, labels;
    readonly int[] ids;
    readonly Lazy<string> sha256;
    readonly Lazy<ImageStatistics> statistics;

    /// <param name="name">What to call it, for example <c>mnist train</c>.</param>
    /// <param name="image">Shape of one image, [C, H, W].</param>
    /// <param name="classes">Names of the classes, at most 256.</param>
    /// <param name="pixels">[N, C, H, W], row-major; owned by the set from now on.</param>
    /// <param name="labels">[N], each below the number of classes; owned by the set from now on.</param>
    public ImageSet(string name, Shape image, IReadOnlyList<string> classes, byte[] pixels, byte[] labels)
        : this(name, image, classes, pixels, labels, Identity(labels.Length))
    {
        if (image.Rank != 3 || image.Elements == 0)
            throw new ArgumentException($"expected an image shape [C, H, W], got {image}", nameof(image));
        if (classes.Count is 0 or > 256)
            throw new ArgumentException($"expected 1 to 256 classes, got {classes.Count}", nameof(classes));
        if (pixels.LongLength != (long)labels.Length * image.Elements)
        {
            throw new ArgumentException(
                $"expected {labels.Length} images of {image.Elements} bytes, got {pixels.Length} bytes",
                nameof(pixels));
        }
        int bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"expected labels below {classes.Count}, got {labels[bad]} for image {bad}", nameof(labels));
        }
    }

    ImageSet(string name, Shape image, IReadOnlyList<string> classes, byte[] pixels, byte[] labels, int[] ids)
    {
        (Name, Image, Classes) = (name, image, classes);
        (this.pixels, this.labels, this.ids) = (pixels, labels, ids);
        sha256 = new(HashContent);
        statistics = new(() => ImageStatistics.Of(this));
    }

    public string Name { get; }

    /// <summary>Shape of one image, [C, H, W].</summary>
    public Shape Image { get; }

    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of images.</summary>
    public int Count => ids.Length;

    /// <summary>
    /// For each image its index in the complete set: its address in random streams and in lists of predictions.
    /// </summary>
    public ReadOnlySpan<int> Ids => ids;

    public int Id(int index) => ids[index];

    /// <summary>The C·H·W bytes of an image.</summary>
    public ReadOnlySpan<byte> Pixels(int index) => pixels.AsSpan(ids[index] * Image.Elements, Image.Elements);

    public byte Label(int index) => labels[ids[index]];

    /// <summary>
    /// The name of this content: SHA-256, in lower-case hexadecimal, of the ASCII line <c>ceteris image set 1: N images
    /// of CxHxW in K classes</c> ended by a line feed, then all pixels, then all labels. Neither the file format nor
    /// its compression nor the names of the classes enter.
    /// </summary>
    public string Sha256 => sha256.Value;

    /// <summary>
    /// The files that it was read from, a selection those of the whole; none if it was made in memory.
    /// </summary>
    public IReadOnlyList<SourceFile> Sources { get; init; } = [];

    public ImageStatistics Statistics => statistics.Value;

    /// <summary>The images at these indices of this set, in this order.</summary>
    public ImageSet Select(string name, ReadOnlySpan<int> indices)
    {
        int[] selected = new int[indices.Length];
        for (int i = 0; i < selected.Length; i++)
            selected[i] = ids[indices[i]];
        return new(name, Image, Classes, pixels, labels, selected) { Sources = Sources };
    }

    public override string ToString() => $"{Name}: {Count} images {Image}, {Classes.Count} classes";

    static int[] Identity(int count)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
            ids[i] = i;
        return ids;
    }

    string HashContent()
    {
        string shape = $"{Image[0]}x{Image[1]}x{Image[2]}";
        string line = $"ceteris image set 1: {Count} images of {shape} in {Classes.Count} classes\n";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(line));
        for (int i = 0; i < Count; i++)
            hash.AppendData(Pixels(i));
        byte[] own = new byte[Count];
        for (int i = 0; i < Count; i++)
            own[i] = Label(i);
        hash.AppendData(own);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
