using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Random images with random labels, the same for both sides, and the folder through which they reach PyTorch.</summary>
sealed class CompareData : IDisposable
{
    const ulong Seed = 1;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ceteris-benchmark-");

    (Shape Image, int Count, ImageSet Images, string Path)? current;

    /// <summary>The images of a case, in memory and as a file of the tensors <c>images</c> and <c>labels</c> (U8).</summary>
    public (ImageSet Images, string Path) For(CompareCase one)
    {
        if (current is not { } made || !made.Image.Equals(one.Image) || made.Count != one.Images)
        {
            string path = Path.Combine(folder.FullName, "data.safetensors");
            (byte[] pixels, byte[] labels) = (Draw("pixels", (long)one.Images * one.Image.Elements, 256), Draw("labels", one.Images, CompareCase.Classes));
            new Safetensors(
            [
                NamedTensor.Of("images", [one.Images, .. one.Image], pixels.AsSpan()), NamedTensor.Of("labels", [one.Images], labels.AsSpan()),
            ]).Write(path);
            string[] classes = [.. Enumerable.Range(0, CompareCase.Classes).Select(c => $"{c}")];
            current = made = (one.Image, one.Images, new ImageSet("random", one.Image, classes, pixels, labels), path);
        }
        return (made.Images, made.Path);
    }

    /// <summary>Writes tensors to a file of the folder.</summary>
    public string Write(IEnumerable<NamedTensor> tensors)
    {
        string path = Path.Combine(folder.FullName, "weights.safetensors");
        new Safetensors(tensors).Write(path);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);

    static byte[] Draw(string purpose, long count, int bound)
    {
        var random = new RandomStream(StreamKey.For(Seed, "benchmark", purpose));
        var drawn = new byte[count];
        for (long i = 0; i < count; i++)
            drawn[i] = (byte)((ulong)random.NextUInt32() * (uint)bound >> 32);
        return drawn;
    }
}
