using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>The two ways to fill a tile of a weight gradient, one after the other in one call.</summary>
public sealed class WeightGradientTileTests
{
    /// <summary>
    /// Four channels are taken tap by tap, fewer in fours of taps and channels where several taps meet the same
    /// pixels, between others of one tap; taps on padding everywhere are left out.
    /// </summary>
    [Theory]
    [InlineData(3, 9, 5, 2, 2), InlineData(6, 5, 5, 2, 2), InlineData(7, 4, 3, 2, 1), InlineData(9, 4, 5, 1, 2)]
    [InlineData(4, 2, 3, 1, 1), InlineData(7, 2, 3, 1, 1), InlineData(23, 1, 3, 1, 1), InlineData(5, 2, 5, 2, 2)]
    [InlineData(6, 12, 3, 1, 1)]
    public void EveryWeightEqualsReference(int channels, int extent, int window, int stride, int padding)
    {
        const int Filters = 7, Groups = 3;
        ConvShape shape =
            new(channels, extent, extent, Filters, (window, window), (stride, stride), (padding, padding));
        ReferenceConvolution reference = new(shape, (stride, stride), (padding, padding), (1, 1));
        KernelData data = new(11);
        Floats x = data.Lanes(16 * Groups - 5, (int)(shape.InputLength / 16), 0f);
        Floats dy = data.Lanes(16 * Groups - 5, (int)(shape.OutputLength / 16), 0f);
        Floats dw = data.Poisoned(shape.WeightLength);
        Floats scratch = data.Poisoned(Convolution.WeightGradientScratch(shape));
        Convolution.WeightGradient(shape, x, dy, dw, 0, Filters, 0, Groups, scratch);

        float Pixel(Floats image, int n, int planes, int plane, int size, int row, int column) =>
            image.Span[((n / 16 * planes + plane) * size * size + row * size + column) * 16 + n % 16];
        for (int i = 0; i < dw.Length; i++)
        {
            int pair = i / (window * window), tap = i % (window * window);
            float expected = reference.WeightGradient(
                (n, c, row, column) => Pixel(x, n, channels, c, extent, row, column),
                (n, k, row, column) => Pixel(dy, n, Filters, k, shape.OutputHeight, row, column),
                0, Groups, pair / channels, pair % channels, tap / window, tap % window);
            KernelData.Same([expected], [dw.Span[i]], $"weight {i}");
        }
        data.CheckCanaries();
    }
}
