using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// In training, zeroes each element with probability P and divides the rest by 1 − P (Srivastava et al. 2014); the
/// identity in evaluation. The mask depends on seed, layer path, epoch and sample alone.
/// </summary>
public sealed record Dropout(double P = 0.5) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        if (!(P >= 0 && P < 1))
            throw new ShapeException($"{at.Path}: expected a dropout probability from 0 to below 1, got {P}");
        return at.Training && P > 0 ? x * at.Bernoulli((float)(1 - P), x.Shape) * (float)(1 / (1 - P)) : x;
    }
}
