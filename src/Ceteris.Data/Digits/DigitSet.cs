using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Makes the digits. Image i of a part is a function of (part, i) alone: the streams of its draws have key (0,
/// <c>digits</c>, part) and counter i; threads take images in fixed chunks, and no byte depends on their number.
/// </summary>
static class DigitSet
{
    const int Chunk = 500;

    /// <summary>
    /// <paramref name="count"/> images, equally many of each digit if ten divides it, in random order.
    /// </summary>
    public static ImageSet Make(string part, int count, IReadOnlyList<string> classes, int threads)
    {
        byte[] pixels = new byte[count * DigitPen.Side * DigitPen.Side], labels = Labels(part, count);
        StreamKey key = StreamKey.For(0, "digits", part);
        int chunks = (count + Chunk - 1) / Chunk, taken = 0;
        void Work()
        {
            var pen = new DigitPen();
            for (int chunk; (chunk = Interlocked.Increment(ref taken) - 1) < chunks;)
            {
                for (int i = chunk * Chunk; i < Math.Min(count, (chunk + 1) * Chunk); i++)
                {
                    var random = new RandomStream(key, (uint)i);
                    int size = DigitPen.Side * DigitPen.Side;
                    pen.Draw(labels[i], ref random, pixels.AsSpan(i * size, size));
                }
            }
        }

        Task[] tasks = [.. Enumerable.Range(1, threads - 1).Select(_ => Task.Run(Work))];
        Work();
        Task.WaitAll(tasks);
        return new($"digits {part}", [1, DigitPen.Side, DigitPen.Side], classes, pixels, labels)
        {
            Sources = [Digits.CacheFile],
        };
    }

    static byte[] Labels(string part, int count)
    {
        int[] order = KeyedOrder.Of(StreamKey.For(0, "digits", $"{part}/labels"), 0, [.. Enumerable.Range(0, count)]);
        return [.. order.Select(i => (byte)(i % 10))];
    }
}
