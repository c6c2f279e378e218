using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Random images with random labels: speed does not depend on what they show.</summary>
static class RandomImages
{
    const ulong Seed = 1;

    static (Shape Image, int Count, ImageSet Images)? latest;

    /// <summary>The same for the same shape and number; the latest are kept.</summary>
    public static ImageSet Of(Shape image, int count)
    {
        if (latest is not { } made || !made.Image.Equals(image) || made.Count != count)
        {
            string[] classes = [.. Enumerable.Range(0, Workload.Classes).Select(c => $"{c}")];
            byte[] pixels = Draw("pixels", (long)count * image.Elements, 256);
            var images = new ImageSet("random", image, classes, pixels, Draw("labels", count, Workload.Classes));
            latest = made = (image, count, images);
        }
        return made.Images;
    }

    /// <summary>Writes images as the tensors <c>images</c> and <c>labels</c> (U8).</summary>
    public static void Write(ImageSet images, string path)
    {
        byte[] pixels = new byte[(long)images.Count * images.Image.Elements], labels = new byte[images.Count];
        for (int i = 0; i < images.Count; i++)
        {
            images.Pixels(i).CopyTo(pixels.AsSpan(i * images.Image.Elements));
            labels[i] = images.Label(i);
        }
        new Safetensors(
        [
            NamedTensor.Of("images", [images.Count, .. images.Image], pixels.AsSpan()),
            NamedTensor.Of("labels", [images.Count], labels.AsSpan()),
        ]).Write(path);
    }

    static byte[] Draw(string purpose, long count, int bound)
    {
        var random = new RandomStream(StreamKey.For(Seed, "benchmark", purpose));
        var drawn = new byte[count];
        for (long i = 0; i < count; i++)
            drawn[i] = (byte)((ulong)random.NextUInt32() * (uint)bound >> 32);
        return drawn;
    }
}
