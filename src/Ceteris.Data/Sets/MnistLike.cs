using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// A published set in MNIST's layout: 60,000 + 10,000 grey images of 28×28 in ten classes, as four IDX files or two CSV
/// files (<c>NAME_train.csv</c>, <c>NAME_test.csv</c>), their names in any case
/// (<see cref="DataFolders.Candidates"/> says in which folders).
/// </summary>
/// <param name="Name">Its name in commands.</param>
/// <param name="Title">One line about it.</param>
/// <param name="Classes">Names of the ten classes.</param>
/// <param name="Mirrors">Base addresses in order of preference, each ending in a slash.</param>
/// <param name="Files">What is published about the gzipped files of <see cref="IdxFolder.FileNames"/>.</param>
public sealed record MnistLike(
    string Name,
    string Title,
    IReadOnlyList<string> Classes,
    IReadOnlyList<Uri> Mirrors,
    IReadOnlyList<PublishedFile> Files) : IDataset
{
    public Shape Image { get; } = [1, 28, 28];

    public int TrainCount => 60_000;

    public int TestCount => 10_000;

    public ImageSplits Load(DataFolders folders, Action<string>? notice = null)
    {
        string folder = FolderIn(folders) ?? throw new DataException(NotFound(folders)) { IsMissing = true };
        foreach (string remark in folders.Remarks(Name, folder))
            notice?.Invoke(remark);
        ImageSplits splits = LoadFrom(folder);
        Check(splits.Train, folder, notice);
        Check(splits.Test, folder, notice);
        ContentRecord.Verify(folder, splits);
        return splits;
    }

    public string? FolderIn(DataFolders folders) => folders.Candidates(Name).Select(c => c.Folder).FirstOrDefault(
        folder => IdxFolder.Find(folder) is not null || Csv(folder) is not (null, null));

    (string? Train, string? Test) Csv(string folder)
    {
        var present = new FolderFiles(folder);
        return (present[$"{Name}_train.csv"], present[$"{Name}_test.csv"]);
    }

    ImageSplits LoadFrom(string folder)
    {
        if (IdxFolder.Find(folder) is { } files)
        {
            if (files.Missing.Any())
            {
                throw new DataException(
                    $"expected the four files of {Name}, missing are {string.Join(", ", files.Missing)} (or .gz)",
                    folder);
            }
            return files.Read(Name, Image, Classes);
        }
        if (Csv(folder) is not ({ } train, { } test))
        {
            string missing = Csv(folder).Train is null ? "train" : "test";
            throw new DataException($"expected {Name}_{missing}.csv beside the other CSV file", folder);
        }
        return new(
            CsvImages.Read(Name, "train", train, Image, Classes),
            CsvImages.Read(Name, "test", test, Image, Classes));
    }

    void Check(ImageSet images, string folder, Action<string>? notice)
    {
        string? known = KnownContent.SetOf(images.Sha256);
        if (known is not null && known != Name)
            throw new DataException($"expected {Name}, got the files of {known}", folder);
        if (known is null && KnownContent.Knows(Name))
        {
            notice?.Invoke(
                $"{folder}: {images.Name} is not what is published ({images.Count} images, sha256 {images.Sha256})");
        }
    }

    string NotFound(DataFolders folders)
    {
        string looked = string.Concat(folders.Candidates(Name).Select(
            c => $"\n  {c.Folder} ({c.Reason}{(Directory.Exists(c.Folder) ? "" : "; no such folder")})"));
        return $"data set {Name} not found: looked for {IdxFolder.FileNames[0]} and the three others (with or without "
            + $".gz) or {Name}_train.csv and {Name}_test.csv, in any case, in{looked}\n"
            + $"fetch it by `ceteris data fetch {Name}`, or name its folder by --data-dir or {DataFolders.Variable}";
    }
}
