using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>
/// Batch normalisation written out of tensor operations, its gradient derived: the from-scratch version of the field's
/// textbooks. Means over the batch [N, C] or over batch, height and width [N, C, H, W]. Unlike <see cref="BatchNorm"/>
/// the moving variance is biased. Variables: gamma, beta, moving_mean, moving_var.
/// </summary>
public sealed record ScratchBatchNorm(double Momentum = 0.1, double Epsilon = 1e-5) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        var over = NormAxes.Of(at, x.Shape);
        var gamma = at.Param("gamma", over.Row, Init.Ones);
        var beta = at.Param("beta", over.Row, Init.Zeros);
        var movingMean = at.Buffer("moving_mean", over.Row, Init.Zeros);
        var movingVar = at.Buffer("moving_var", over.Row, Init.Ones);
        if (!at.Training)
            return (gamma * ((x - movingMean) * (movingVar + (float)Epsilon).Rsqrt())) + beta;
        var mean = x.Mean(over.Axes, keepDims: true);
        var centred = x - mean;
        var variance = centred.Square().Mean(over.Axes, keepDims: true);
        at.Assign(movingMean, ((float)(1 - Momentum) * movingMean) + ((float)Momentum * mean));
        at.Assign(movingVar, ((float)(1 - Momentum) * movingVar) + ((float)Momentum * variance));
        return (gamma * (centred * (variance + (float)Epsilon).Rsqrt())) + beta;
    }
}

/// <summary>
/// Layer normalisation (Ba et al. 2016) over the last <paramref name="Axes"/> axes of each sample: y = (x − mean) /
/// √(var + ε) · weight + bias. Variables: weight, bias of the shape of those axes.
/// </summary>
public sealed record LayerNorm(int Axes = 1, double Epsilon = 1e-5, bool Affine = true) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        int rank = x.Shape.Rank;
        if (Axes < 1 || Axes >= rank)
            throw at.Expected($"{Axes} ≥ 1 axes to normalise behind the batch", x.Shape);
        var y = Standardised.Of(x, [.. Enumerable.Range(rank - Axes, Axes)], Epsilon);
        var shape = x.Shape[(rank - Axes)..];
        return Affine ? (y * at.Param("weight", shape, Init.Ones)) + at.Param("bias", shape, Init.Zeros) : y;
    }
}

/// <summary>
/// Group normalisation (Wu and He 2018): each sample's channels in <paramref name="Groups"/> groups, each standardised
/// over its channels and the image, then scaled and shifted per channel.   x [N, C, …]. Variables: weight, bias [C].
/// </summary>
public sealed record GroupNorm(int Groups, double Epsilon = 1e-5, bool Affine = true) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        var shape = x.Shape;
        if (shape.Rank < 2 || Groups < 1 || shape[1] % Groups != 0)
            throw at.Expected($"[N, C, …] with C a multiple of {Groups} ≥ 1 groups", shape);
        var grouped = x.Reshape([shape[0], Groups, shape.ElementsFrom(1) / Groups]);
        var y = Standardised.Of(grouped, [2], Epsilon).Reshape(shape);
        if (!Affine)
            return y;
        Shape row = [shape[1], .. Enumerable.Repeat(1, shape.Rank - 2)];
        var weight = at.Param("weight", [shape[1]], Init.Ones);
        var bias = at.Param("bias", [shape[1]], Init.Zeros);
        return (y * weight.Reshape(row)) + bias.Reshape(row);
    }
}

static class Standardised
{
    /// <summary>
    /// y = (x − mean) · i with i = 1/√(var + ε) over some axes; dx = i · (dy − mean(dy) − y · mean(dy · y)).
    /// </summary>
    public static Tensor Of(Tensor x, int[] axes, double epsilon)
    {
        var mean = x.Mean(axes, keepDims: true);
        var inverse = ((x - mean).Square().Mean(axes, keepDims: true) + (float)epsilon).Rsqrt();
        var y = (x - mean) * inverse;
        return y.WithGradient([x], dy =>
            [inverse * (dy - dy.Mean(axes, keepDims: true) - (y * (dy * y).Mean(axes, keepDims: true)))]);
    }
}
