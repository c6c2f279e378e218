using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// 2-d convolution (cross-correlation, as everywhere in the field).   x [N, C, H, W], weight [K, C/G, R, S], bias [K] →
/// y [N, K, OH, OW], OH = ⌊(H + 2·padding − dilation·(R − 1) − 1) / stride⌋ + 1. Variables: weight, bias.
/// </summary>
public sealed record Conv2d(
    int Channels, Pair Window, Pair? Stride = null, Pair Padding = default, Pair? Dilation = null, int Groups = 1,
    bool Bias = true, Init? WeightInit = null, Init? BiasInit = null) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        if (x.Shape.Rank != 4)
            throw at.Expected("[N, C, H, W]", x.Shape);
        if (Groups < 1 || Channels < 1 || x.Shape[1] % Groups != 0 || Channels % Groups != 0)
            throw at.Expected($"input channels and {Channels} output channels to be multiples of {Groups} groups ≥ 1",
                x.Shape);
        int channels = x.Shape[1] / Groups;
        var weight = at.Weight([Channels, channels, Window.H, Window.W], WeightInit);
        var y = x.Conv2d(weight, Stride ?? 1, Padding, Dilation ?? 1, Groups);
        if (!Bias)
            return y;
        var bias = at.Bias(Channels, channels * Window.H * Window.W, BiasInit);
        return y + bias.Reshape([Channels, 1, 1]);
    }
}
