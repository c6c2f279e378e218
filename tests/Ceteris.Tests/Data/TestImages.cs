using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>Small sets of random images, and the real MNIST where a machine has it.</summary>
static class TestImages
{
    public static readonly string[] TenClasses = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    public static ImageSet Random(int count, Shape image, uint seed = 1)
    {
        var random = new RandomStream(new StreamKey(seed, 0));
        byte[] pixels = new byte[count * image.Elements], labels = new byte[count];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.NextUInt32();
        for (int i = 0; i < count; i++)
            labels[i] = (byte)random.Next(10);
        return new("random", image, TenClasses, pixels, labels);
    }

    /// <summary>A folder that is deleted with everything in it.</summary>
    public sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("ceteris-test-").FullName;

        public string this[string name] => System.IO.Path.Combine(Path, name);

        /// <summary>Folders of which only this one is real.</summary>
        public DataFolders AsGiven => new(Path, [], this["cache"]);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>The folders of this machine, or null where there is no MNIST.</summary>
    public static ImageSplits? Mnist()
    {
        string? shared = Ancestors().Select(folder => System.IO.Path.Combine(folder, "shared", "data")).FirstOrDefault(
            Directory.Exists);
        try
        {
            return DataSets.Find("mnist").Load(DataFolders.OfUser(shared));
        }
        catch (DataException e) when (e.Message.Contains("not found", StringComparison.Ordinal))
        {
            return null;
        }
    }

    static IEnumerable<string> Ancestors()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            yield return folder;
    }
}
