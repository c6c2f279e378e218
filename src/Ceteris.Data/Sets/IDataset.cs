using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// A data set known by name: what it holds and how it is loaded. All of them stand in <see cref="DataSets"/>.
/// </summary>
public interface IDataset
{
    /// <summary>The name in commands and recipes: <c>[a-z0-9-]+</c>.</summary>
    string Name { get; }

    /// <summary>One line for a list.</summary>
    string Title { get; }

    IReadOnlyList<string> Classes { get; }

    /// <summary>Shape of one image, [C, H, W].</summary>
    Shape Image { get; }

    int TrainCount { get; }

    int TestCount { get; }

    /// <summary>
    /// Reads (or makes) the set. <paramref name="notice"/> gets one line for anything that the user should know though
    /// it is no error. Errors: <see cref="DataException"/> when it is missing, damaged or another set.
    /// </summary>
    ImageSplits Load(DataFolders folders, Action<string>? notice = null);

    /// <summary>The folder that it is read from; null if it is in none.</summary>
    string? FolderIn(DataFolders folders);
}

/// <summary>The two parts of a data set.</summary>
public sealed record ImageSplits(ImageSet Train, ImageSet Test);
