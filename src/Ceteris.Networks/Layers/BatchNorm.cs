using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015), PyTorch's BatchNorm1d and BatchNorm2d: y = (x − mean) / √(var + ε) ·
/// weight + bias per channel, x [N, C] or [N, C, H, W]. In training, mean and (biased) variance of the batch; they move
/// the running ones by <paramref name="Momentum"/>, the variance unbiased. In evaluation, the running ones. Variables:
/// weight, bias, running_mean, running_var. Training needs more than one value per channel.
/// </summary>
public sealed record BatchNorm(double Momentum = 0.1, double Epsilon = 1e-5, bool Affine = true) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        var over = NormAxes.Of(at, x.Shape);
        var weight = Affine ? at.Param("weight", [over.Channels], Init.Ones) : null;
        var bias = Affine ? at.Param("bias", [over.Channels], Init.Zeros) : null;
        var runningMean = at.Buffer("running_mean", [over.Channels], Init.Zeros);
        var runningVar = at.Buffer("running_var", [over.Channels], Init.Ones);
        if (!at.Training)
        {
            var scale = (runningVar + (float)Epsilon).Rsqrt();
            if (weight is not null)
                scale *= weight;
            var y = (x - runningMean.Reshape(over.Row)) * scale.Reshape(over.Row);
            return bias is null ? y : y + bias.Reshape(over.Row);
        }
        if (over.Count < 2)
            throw at.Expected("more than one value per channel in training", x.Shape);

        var (mean, variance) = Moments(x);
        double unbiased = (double)over.Count / (over.Count - 1);
        at.Assign(runningMean, Moved(runningMean, mean.Reshape([over.Channels]), Momentum));
        at.Assign(runningVar, Moved(runningVar, variance.Reshape([over.Channels]), Momentum * unbiased));
        return Normalised(x, mean, variance, weight, bias, over);
    }

    /// <summary>
    /// Mean and biased variance per channel. Of images by way of each image's own: mean and squares about it are summed
    /// while the image is in a cache, and the variance is the mean of the images' variances plus the variance of their
    /// means (Chan, Golub and LeVeque 1983), as accurate as two passes over all.
    /// </summary>
    static (Tensor Mean, Tensor Variance) Moments(Tensor x)
    {
        if (x.Shape.Rank == 2)
        {
            var mean = x.Mean([0], keepDims: true);
            return (mean, (x - mean).Square().Mean([0], keepDims: true));
        }
        var own = x.Mean([2, 3], keepDims: true);
        var within = (x - own).Square().Mean([2, 3], keepDims: true);
        var all = own.Mean([0], keepDims: true);
        return (all, (within + (own - all).Square()).Mean([0], keepDims: true));
    }

    Tensor Moved(Tensor running, Tensor batch, double by) => ((float)(1 - Momentum) * running) + ((float)by * batch);

    /// <summary>
    /// The gradient in closed form: with c = x − mean, i = 1/√(var + ε) and n values per channel,
    /// dx = i·weight · (dy − Σdy/n − c · i² · Σ(dy·c)/n): two sums in one pass over dy and x, then one pass.
    /// </summary>
    Tensor Normalised(Tensor x, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, NormAxes over)
    {
        var inverse = (variance + (float)Epsilon).Rsqrt();
        var scale = weight is null ? inverse : inverse * weight.Reshape(over.Row);
        var y = (x - mean) * scale;
        if (bias is not null)
            y += bias.Reshape(over.Row);
        Tensor[] inputs = weight is null || bias is null ? [x] : [x, weight, bias];
        return y.WithGradient(inputs, dy =>
        {
            var sum = dy.Sum(over.Axes, keepDims: true);
            var product = (dy * (x - mean)).Sum(over.Axes, keepDims: true);
            float n = over.Count;
            var dx = scale * (dy - (sum / n) - ((x - mean) * (inverse * inverse * product / n)));
            Tensor?[] affine = [(inverse * product).Reshape([over.Channels]), sum.Reshape([over.Channels])];
            return [dx, .. affine[..(inputs.Length - 1)]];
        });
    }
}

/// <summary>What a normalisation per channel sums over: every axis but the channels'.</summary>
readonly struct NormAxes(Shape x)
{
    public static NormAxes Of(Scope at, Shape x) =>
        x.Rank is 2 or 4 ? new(x) : throw at.Expected("[N, C] or [N, C, H, W]", x);

    public int[] Axes { get; } = x.Rank == 2 ? [0] : [0, 2, 3];

    public int Channels { get; } = x[1];

    /// <summary>Values per channel.</summary>
    public int Count { get; } = x.Elements / Math.Max(1, x[1]);

    /// <summary>The shape in which a number per channel broadcasts against x.</summary>
    public Shape Row { get; } = x.Rank == 2 ? [1, x[1]] : [1, x[1], 1, 1];
}
