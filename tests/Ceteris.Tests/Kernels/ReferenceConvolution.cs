using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>
/// The definition of the bits of a convolution and its gradients, on logical indices; zero padding is multiplied like
/// any pixel. Images are indexed [n][channel][y][x].
/// </summary>
sealed class ReferenceConvolution(
    ConvShape shape, (int Y, int X) stride, (int Y, int X) padding, (int Y, int X) dilation)
{
    /// <summary>w[k, c, r, s] with c counted within the conv group.</summary>
    float Weight(ReadOnlySpan<float> w, int k, int c, int r, int s) =>
        w[((k * (shape.Channels / shape.Groups) + c) * shape.KernelHeight + r) * shape.KernelWidth + s];

    /// <summary>One chain over (c, r, s).</summary>
    public float Forward(Func<int, int, int, float> x, ReadOnlySpan<float> w, int k, int oy, int ox, float start)
    {
        int channels = shape.Channels / shape.Groups, first = k / (shape.Filters / shape.Groups) * channels;
        float sum = start;
        for (int c = 0; c < channels; c++)
        {
            for (int r = 0; r < shape.KernelHeight; r++)
            {
                for (int s = 0; s < shape.KernelWidth; s++)
                {
                    int y = oy * stride.Y - padding.Y + r * dilation.Y, z = ox * stride.X - padding.X + s * dilation.X;
                    bool inside = y >= 0 && y < shape.Height && z >= 0 && z < shape.Width;
                    sum = MathF.FusedMultiplyAdd(Weight(w, k, c, r, s), inside ? x(first + c, y, z) : 0f, sum);
                }
            }
        }
        return sum + 0f;
    }

    /// <summary>One chain over (k, r, s) of the conv group.</summary>
    public float InputGradient(Func<int, int, int, float> dy, ReadOnlySpan<float> w, int c, int y, int x, float start)
    {
        int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups;
        int first = c / channels * filters;
        float sum = start;
        for (int k = first; k < first + filters; k++)
        {
            for (int r = 0; r < shape.KernelHeight; r++)
            {
                for (int s = 0; s < shape.KernelWidth; s++)
                {
                    int up = y + padding.Y - r * dilation.Y, left = x + padding.X - s * dilation.X;
                    bool meets = up >= 0 && up % stride.Y == 0 && up / stride.Y < shape.OutputHeight
                        && left >= 0 && left % stride.X == 0 && left / stride.X < shape.OutputWidth;
                    float pixel = meets ? dy(k, up / stride.Y, left / stride.X) : 0f;
                    sum = MathF.FusedMultiplyAdd(Weight(w, k, c % channels, r, s), pixel, sum);
                }
            }
        }
        return sum + 0f;
    }

    /// <summary>
    /// Per lane (sample mod 16) one chain over (group of samples, oy, ox); then lanes i and i + 8, + 4, + 2, + 1.
    /// </summary>
    public float WeightGradient(
        Func<int, int, int, int, float> x, Func<int, int, int, int, float> dy, int groupFrom, int groupTo,
        int k, int c, int r, int s)
    {
        int channel = k / (shape.Filters / shape.Groups) * (shape.Channels / shape.Groups) + c;
        float[] lanes = new float[16];
        for (int lane = 0; lane < 16; lane++)
        {
            for (int group = groupFrom; group < groupTo; group++)
            {
                for (int oy = 0; oy < shape.OutputHeight; oy++)
                {
                    for (int ox = 0; ox < shape.OutputWidth; ox++)
                    {
                        int y = oy * stride.Y - padding.Y + r * dilation.Y;
                        int z = ox * stride.X - padding.X + s * dilation.X;
                        bool inside = y >= 0 && y < shape.Height && z >= 0 && z < shape.Width;
                        float pixel = inside ? x(group * 16 + lane, channel, y, z) : 0f;
                        lanes[lane] = MathF.FusedMultiplyAdd(dy(group * 16 + lane, k, oy, ox), pixel, lanes[lane]);
                    }
                }
            }
        }
        for (int half = 8; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] += lanes[i + half];
        }
        return lanes[0] + 0f;
    }
}
