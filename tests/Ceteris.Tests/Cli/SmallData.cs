using System.Buffers.Binary;
using System.IO.Compression;

using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>
/// A folder with a data set of the kmnist layout, small and easy: a bright bar at a place for each class, and noise. It
/// is deleted with all runs in it.
/// </summary>
sealed class SmallData : IDisposable
{
    const int Side = 28;

    readonly TestImages.Folder folder = new();

    public SmallData(int train = 96, int test = 48)
    {
        Directory.CreateDirectory(folder["kmnist"]);
        Write(train, 0, IdxFolder.FileNames[0], IdxFolder.FileNames[1]);
        Write(test, 1, IdxFolder.FileNames[2], IdxFolder.FileNames[3]);
    }

    /// <summary>The folder for <c>--data-dir</c>, and for runs.</summary>
    public string Root => folder.Path;

    public string this[string name] => folder[name];

    /// <summary>One of the four files, in the order of <see cref="IdxFolder.FileNames"/>.</summary>
    public string File(int index) => Path.Combine(folder["kmnist"], IdxFolder.FileNames[index]);

    /// <summary><c>train …</c> on this data, into a run folder in it.</summary>
    public string[] Train(string network, string run, params string[] more) =>
        ["train", network, "--data", "kmnist", "--data-dir", Root, "--out", folder[run], "--batch", "16", "--lr",
            "0.05", "--epochs", "2", "--json", .. more];

    /// <summary>Everything in the folder by name, but for the marks of who was at a run.</summary>
    public string[] Entries() =>
    [
        .. Directory.GetFileSystemEntries(Root, "*", SearchOption.AllDirectories)
            .Where(path => !Path.GetFileName(path).StartsWith("lease-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => folder.Dispose();

    void Write(int count, uint part, string imageFile, string labelFile)
    {
        var random = new RandomStream(StreamKey.For(7, "small data"), part);
        byte[] images = new byte[count * Side * Side], labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % 10);
            Span<byte> image = images.AsSpan(i * Side * Side, Side * Side);
            for (int p = 0; p < image.Length; p++)
                image[p] = (byte)random.Next(60);
            int x = 2 + 5 * (labels[i] % 5), y = labels[i] < 5 ? 3 : 15;
            for (int row = y; row < y + 10; row++)
                image.Slice(row * Side + x, 3).Fill((byte)(200 + random.Next(55)));
        }
        WriteIdx(Path.Combine(folder["kmnist"], imageFile), 3, [count, Side, Side], images);
        WriteIdx(Path.Combine(folder["kmnist"], labelFile), 1, [count], labels);
    }

    static void WriteIdx(string path, int rank, ReadOnlySpan<int> shape, byte[] values)
    {
        using var stream = System.IO.File.Create(path);
        byte[] header = new byte[4 + 4 * rank];
        (header[2], header[3]) = (8, (byte)rank);
        for (int i = 0; i < rank; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        stream.Write(header);
        stream.Write(values);
    }

    /// <summary>Compresses one of the files, which then ends in .gz.</summary>
    public string Compress(int index)
    {
        string path = File(index) + ".gz";
        using (var stream = new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest))
            stream.Write(System.IO.File.ReadAllBytes(File(index)));
        System.IO.File.Delete(File(index));
        return path;
    }
}
