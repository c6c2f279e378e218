using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class TransposeTests
{
    public static TheoryData<int, int> Extents => new(
        from n in new[] { 1, 15, 16, 17, 48, 77 }
        from f in new[] { 1, 3, 16, 31, 64, 100 }
        select (n, f));

    [Theory, MemberData(nameof(Extents))]
    public void ToLanesAndBack(int samples, int features)
    {
        KernelData data = new((uint)(samples * 1000 + features));
        int groups = (samples + 15) / 16;
        Floats plain = data.Random(samples * features), back = data.Poisoned(samples * features);
        Floats lanes = data.Poisoned(groups * features * 16);
        foreach ((int from, int to) in data.Cuts(groups))
            Transposition.ToLanes(plain, lanes, samples, features, from, to);
        float[] expected = new float[groups * features * 16];
        for (int n = 0; n < samples; n++)
        {
            for (int f = 0; f < features; f++)
                expected[(n / 16 * features + f) * 16 + n % 16] = plain.Span[n * features + f];
        }
        KernelData.Same(expected, lanes.Span, "to lanes");

        foreach ((int from, int to) in data.Cuts(groups))
            Transposition.FromLanes(lanes, back, samples, features, from, to);
        KernelData.Same(plain.Span, back.Span, "from lanes");
        data.CheckCanaries();
    }

    [Theory, MemberData(nameof(Extents))]
    public void Plain(int rows, int columns)
    {
        KernelData data = new((uint)(rows * 1000 + columns));
        Floats from = data.Random(rows * columns), to = data.Poisoned(rows * columns);
        foreach ((int rowFrom, int rowTo) in data.Cuts(rows))
            Transposition.Plain(from, to, rows, columns, rowFrom, rowTo);
        float[] expected = new float[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                expected[c * rows + r] = from.Span[r * columns + c];
        }
        KernelData.Same(expected, to.Span, "transpose");
        data.CheckCanaries();
    }

    [Fact]
    public void EveryBitPatternSurvives()
    {
        KernelData data = new(5);
        Floats plain = data.Floats(256, () => BitConverter.UInt32BitsToSingle(0x7F800000 | data.Next()));
        Floats lanes = data.Poisoned(256);
        Transposition.ToLanes(plain, lanes, 16, 16, 0, 1);
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(
                BitConverter.SingleToUInt32Bits(plain.Span[i]),
                BitConverter.SingleToUInt32Bits(lanes.Span[i % 16 * 16 + i / 16]));
        }
        data.CheckCanaries();
    }

    public static TheoryData<int[], int[]> Permutations => new()
    {
        { [], [] },
        { [7], [0] },
        { [5, 40], [1, 0] },
        { [5, 40], [0, 1] },
        { [4, 3, 17], [2, 0, 1] },
        { [20, 3, 18], [2, 1, 0] },
        { [2, 3, 4, 5], [0, 2, 3, 1] },
        { [2, 3, 4, 5], [3, 1, 2, 0] },
        { [2, 1, 3, 4, 2, 5], [5, 3, 1, 0, 4, 2] },
        { [2, 1, 3, 4, 2, 5], [0, 1, 2, 3, 4, 5] },
        { [3, 0, 2], [2, 1, 0] },
    };

    [Theory, MemberData(nameof(Permutations))]
    public void Permute(int[] extents, int[] axes)
    {
        KernelData data = new(3);
        Shape shape = Shape.Of(extents), result = Shape.Of([.. axes.Select(axis => extents[axis])]);
        Floats from = data.Random(shape.Elements), to = data.Poisoned(shape.Elements);
        foreach ((int sliceFrom, int sliceTo) in data.Cuts(result.Rank == 0 ? 1 : result[0]))
            Permutation.Run(shape, axes, from, to, sliceFrom, sliceTo);
        for (int i = 0; i < shape.Elements; i++)
        {
            int rest = i, source = 0;
            for (int j = axes.Length - 1; j >= 0; j--)
            {
                source += rest % result[j] * shape.ElementsFrom(axes[j] + 1);
                rest /= result[j];
            }
            KernelData.Same([from.Span[source]], [to.Span[i]], $"{shape} by {string.Join(", ", axes)} at {i}");
        }
        data.CheckCanaries();
    }

    [Fact]
    public void WrongLengthsAndAxesAreRefused()
    {
        KernelData data = new(1);
        Floats six = data.Random(6), lanes = data.Random(48);
        Assert.Throws<ArgumentException>(() => Transposition.ToLanes(lanes, lanes, 2, 3, 0, 1));
        Assert.Throws<ArgumentException>(() => Transposition.FromLanes(six, six, 2, 3, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transposition.ToLanes(six, lanes, 2, 3, 0, 2));
        Assert.Throws<ArgumentException>(() => Transposition.Plain(six, lanes, 2, 3, 0, 2));
        Assert.Throws<ArgumentException>(() => Permutation.Run([2, 3], [0], six, six, 0, 2));
        Assert.Throws<ArgumentException>(() => Permutation.Run([2, 3], [0, 0], six, six, 0, 2));
        Assert.Throws<ArgumentException>(() => Permutation.Run([2, 3], [0, 2], six, six, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Permutation.Run([2, 3], [1, 0], six, six, 0, 4));
        data.CheckCanaries();
    }
}
