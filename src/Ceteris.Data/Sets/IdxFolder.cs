using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// The four files of a set in MNIST's layout, wherever they are called <c>train-images-idx3-ubyte</c> or
/// <c>train-images.idx3-ubyte</c>, with <c>.gz</c> or without, in any case.
/// </summary>
public sealed class IdxFolder
{
    /// <summary>The usual names, which are also those on the mirrors (there with <c>.gz</c>).</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    readonly string?[] paths;

    IdxFolder(string?[] paths) => this.paths = paths;

    /// <summary>The usual names of the files that are not there.</summary>
    public IEnumerable<string> Missing => FileNames.Where((_, i) => paths[i] is null);

    /// <summary>Looks for the files; null if the folder has none of them.</summary>
    public static IdxFolder? Find(string folder)
    {
        var present = new FolderFiles(folder);
        string?[] paths = [.. FileNames.Select(name => PathOf(present, name))];
        return paths.All(path => path is null) ? null : new(paths);
    }

    /// <summary>
    /// Reads both parts. Errors: <see cref="DataException"/> if a file is damaged, images and labels differ in number,
    /// images have another shape than [28, 28] or so, a label is out of range.
    /// </summary>
    public ImageSplits Read(string set, Shape image, IReadOnlyList<string> classes) =>
        new(
            Read(set, "train", paths[0]!, paths[1]!, image, classes),
            Read(set, "test", paths[2]!, paths[3]!, image, classes));

    /// <summary>Reads a file of images [N, H, W] and its file of labels [N].</summary>
    static ImageSet Read(
        string set, string part, string imageFile, string labelFile, Shape image, IReadOnlyList<string> classes)
    {
        (IdxArray images, SourceFile imageSource) = Read(set, imageFile, rank: 3);
        (IdxArray labels, SourceFile labelSource) = Read(set, labelFile, rank: 1);
        if (images.Shape[1] != image[1] || images.Shape[2] != image[2])
            throw new DataException($"expected images [N, {image[1]}, {image[2]}], got {images.Shape}", imageFile, 4);
        if (labels.Shape[0] != images.Shape[0])
        {
            throw new DataException(
                $"expected labels of the {images.Shape[0]} images of {imageFile}, got {labels.Shape[0]}", labelFile, 4);
        }
        if (images.Shape[0] == 0)
            throw new DataException("expected at least one image, got none", imageFile, 4);
        int bad = labels.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1));
        if (bad >= 0)
        {
            throw new DataException(
                $"expected labels 0 to {classes.Count - 1}, got {labels.Data[bad]} for image {bad}", labelFile,
                8 + bad);
        }
        return new($"{set} {part}", image, classes, images.Data, labels.Data) { Sources = [imageSource, labelSource] };
    }

    static (IdxArray Array, SourceFile Source) Read(string set, string path, int rank)
    {
        (byte[] bytes, SourceFile source) = SourceFile.Read(set, path, IdxArray.MaxFile);
        return (IdxArray.Parse(bytes, path, rank), source);
    }

    static string? PathOf(FolderFiles present, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return present[name] ?? present[dotted] ?? present[$"{name}.gz"] ?? present[$"{dotted}.gz"];
    }
}
