using Ceteris.Data;
using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class BatchesTests
{
    [Theory]
    [InlineData(100, 64, 1)]
    [InlineData(37, 16, 3)]
    [InlineData(5, 64, 1)]
    [InlineData(33, 1, 2)]
    public void BothLayoutsHoldTheReferenceValues(int count, int size, int channels)
    {
        ImageSet images = TestImages.Random(count, [channels, 9, 11]);
        Normalisation values = Preprocessing.Parse("standardize=train").For(images);
        var batches = new Batches(images, values, size, seed: 5);
        int pixels = images.Image.Elements, seen = 0;
        for (int step = 0; step < batches.Steps; step++)
        {
            int n = batches.CountAt(step);
            float[] plain = new float[n * pixels], lanes = new float[batches.LengthOf(n, BatchLayout.Lanes)];
            Array.Fill(lanes, float.NaN);
            float[] labels = new float[size + 3];
            int[] ids = new int[size];
            Assert.Equal(n, batches.Fill(2, step, BatchLayout.Plain, plain, labels, ids));
            Assert.Equal(n, batches.Fill(2, step, BatchLayout.Lanes, lanes, labels, ids));
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(images.Label(ids[i]), labels[i]);
                for (int p = 0; p < pixels; p++)
                {
                    float expected = values.Table(p / 99)[images.Pixels(ids[i])[p]];
                    Assert.Equal(expected, plain[i * pixels + p]);
                    Assert.Equal(expected, lanes[(i / 16 * pixels + p) * 16 + i % 16]);
                }
            }
            for (int i = n; i % 16 != 0; i++)
            {
                Assert.All(
                    Enumerable.Range(0, pixels), p => Assert.Equal(0f, lanes[(i / 16 * pixels + p) * 16 + i % 16]));
            }
            Assert.All(labels[n..], label => Assert.Equal(0f, label));
            seen += n;
        }
        Assert.Equal(count, seen);
    }

    [Fact]
    public void AnEpochIsAPermutationAndAnyStepCanBeAskedForAlone()
    {
        ImageSet images = TestImages.Random(200, [1, 2, 2]);
        var batches = new Batches(images, Preprocessing.Scale.For(images), 32, seed: 7);
        var other = new Batches(images, Preprocessing.Scale.For(images), 50, seed: 7);
        int[][] epochs = [.. Enumerable.Range(0, 3).Select(e => Ids(batches, (uint)e))];
        foreach (int[] epoch in epochs)
            Assert.Equal(Enumerable.Range(0, 200), epoch.Order());
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.Equal(epochs[1], Ids(other, 1));
        Assert.Equal(epochs[2][64..96], IdsAt(batches, 2, 2));
        Assert.Equal(epochs[0][192..], IdsAt(batches, 0, 6));
        Assert.NotEqual(epochs[0], Ids(new(images, Preprocessing.Scale.For(images), 32, seed: 8), 0));
        Assert.Equal(
            Enumerable.Range(0, 200), Ids(new(images, Preprocessing.Scale.For(images), 32, shuffle: false), 4));
    }

    [Fact]
    public void TheOrderOfTwoImagesDoesNotDependOnTheOthers()
    {
        ImageSet images = TestImages.Random(300, [1, 2, 2]), part = Subset.Random(100, 3).Of(images);
        int[] all = Ids(new(images, Preprocessing.Scale.For(images), 64, seed: 1), 9);
        int[] few = Ids(new(part, Preprocessing.Scale.For(part), 7, seed: 1), 9);
        Assert.Equal(all.Where(few.Contains), few);
    }

    [Fact]
    public void OrderIsTheDefinedOne()
    {
        // Definition written out: sorted by the first Philox word of (id, epoch, 0, 0) under key (seed, order).
        ImageSet images = TestImages.Random(50, [1, 1, 1]);
        StreamKey key = StreamKey.For(11, "order");
        Assert.Equal(
            Enumerable.Range(0, 50).OrderBy(i => Philox.Block(key, (uint)i, 4, 0, 0).W0).ThenBy(i => i),
            Ids(new(images, Preprocessing.Scale.For(images), 8, seed: 11), 4));
    }

    [Fact]
    public void FillingAllocatesNothing()
    {
        ImageSet images = TestImages.Random(500, [1, 28, 28]);
        var batches = new Batches(images, Preprocessing.Standardize.For(images), 64, seed: 7);
        float[] inputs = new float[64 * 784], labels = new float[64];
        int[] ids = new int[64];
        batches.Fill(0, 0, BatchLayout.Lanes, inputs, labels, ids);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint epoch = 0; epoch < 3; epoch++)
        {
            for (int step = 0; step < batches.Steps; step++)
                batches.Fill(epoch, step, BatchLayout.Lanes, inputs, labels, ids);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void RefusesSpansThatAreTooSmall()
    {
        ImageSet images = TestImages.Random(20, [1, 2, 2]);
        var batches = new Batches(images, Preprocessing.Scale.For(images), 20);
        float[] inputs = new float[4 * 20], labels = new float[20];
        int[] ids = new int[20];
        Assert.Throws<ArgumentException>(() => batches.Fill(0, 0, BatchLayout.Lanes, inputs, labels, ids));
        Assert.Equal(20, batches.Fill(0, 0, BatchLayout.Plain, inputs, labels, ids));
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Fill(0, 1, BatchLayout.Plain, inputs, labels, ids));
        Assert.Throws<ArgumentException>(() => batches.Fill(0, 0, BatchLayout.Plain, inputs, labels[..19], ids));
    }

    static int[] Ids(Batches batches, uint epoch) =>
        [.. Enumerable.Range(0, batches.Steps).SelectMany(step => IdsAt(batches, epoch, step))];

    static int[] IdsAt(Batches batches, uint epoch, int step)
    {
        int[] ids = new int[batches.Size];
        float[] inputs = new float[batches.Size * batches.Images.Image.Elements];
        int count = batches.Fill(epoch, step, BatchLayout.Plain, inputs, new float[batches.Size], ids);
        return ids[..count];
    }
}
