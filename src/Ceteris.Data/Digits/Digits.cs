using System.Globalization;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// The set that is always there: 60,000 + 10,000 handwritten-looking digits drawn by <see cref="DigitPen"/>, like MNIST
/// in size and difficulty. Made on first use and kept in the per-user cache.
/// </summary>
public sealed class Digits : IDataset
{
    /// <summary>Content of the two parts; another generator is another set.</summary>
    public const string TrainSha256 = "b53eb75ba847dda79e4cca26c7c8a6082afa032d443a62e939057ffa98c8ccfd",
        TestSha256 = "056d2345192c58979e5400063df6a7484b3438e0e93073f31cbb12b81c8ef68f";

    /// <summary>
    /// The file that the set is kept in, whether it was read from there or has just been drawn: its content is known.
    /// </summary>
    public static SourceFile CacheFile { get; } = new($"digits/{FileName}", 54_950_017, FileSha256);

    const string FileName = "digits.bin";

    const string FileSha256 = "696cefad328946d7b1dc0bb5c3a30e712c87eb10e22a3841c7f18907b17930be";

    // No result depends on it; more than a laptop's cores gain nothing in the second or two that this takes.
    const int Threads = 4;

    public string Name => "digits";

    public string Title => "handwritten-looking digits, drawn by Ceteris itself";

    public IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    public Shape Image { get; } = [1, DigitPen.Side, DigitPen.Side];

    public int TrainCount => 60_000;

    public int TestCount => 10_000;

    /// <summary>
    /// Reads the set from the cache or makes it. A cache that cannot be read or written costs only time.
    /// </summary>
    public ImageSplits Load(DataFolders folders, Action<string>? notice = null) => Load(folders, notice, Make);

    internal ImageSplits Load(DataFolders folders, Action<string>? notice, Func<ImageSplits> make)
    {
        string folder = folders.CacheOf(Name), path = Path.Combine(folder, FileName);
        if (ReadCache(path, notice) is { } cached)
            return cached;
        notice?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"drawing {TrainCount + TestCount:N0} digits, once"));
        ImageSplits made = make();
        try
        {
            Directory.CreateDirectory(folder);
            DigitsFile.Write(path, made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notice?.Invoke(
                $"the digits could not be kept in '{folder}' for the next time: {StorageFaults.Describe(e, path)}; "
                    + "XDG_CACHE_HOME names another cache");
        }
        return made;
    }

    public string? FolderIn(DataFolders folders) =>
        File.Exists(Path.Combine(folders.CacheOf(Name), FileName)) ? folders.CacheOf(Name) : null;

    /// <summary>Draws the set and checks that it is the set.</summary>
    public ImageSplits Make()
    {
        var made = new ImageSplits(
            DigitSet.Make("train", TrainCount, Classes, Threads), DigitSet.Make("test", TestCount, Classes, Threads));
        if (!IsThisSet(made))
        {
            throw new DataException($"expected the digits {TrainSha256} and {TestSha256}, got {made.Train.Sha256} and "
                + $"{made.Test.Sha256}: this machine does not compute in IEEE double precision");
        }
        return made;
    }

    ImageSplits? ReadCache(string path, Action<string>? notice)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            ImageSplits read = DigitsFile.Read(path, this);
            if (IsThisSet(read))
                return read;
            notice?.Invoke($"{path} holds other digits than this version's: making them anew");
        }
        catch (Exception e) when (e is DataException or IOException or UnauthorizedAccessException)
        {
            notice?.Invoke($"{e.Message}: making the digits anew");
        }
        return null;
    }

    static bool IsThisSet(ImageSplits splits) => splits.Train.Sha256 == TrainSha256 && splits.Test.Sha256 == TestSha256;
}
