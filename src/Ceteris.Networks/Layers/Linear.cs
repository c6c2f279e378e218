using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>y = x Wᵀ + b.   x [N, I], W [Units, I], b [Units] → y [N, Units]. Variables: weight, bias.</summary>
public sealed record Linear(int Units, bool Bias = true, Init? WeightInit = null, Init? BiasInit = null) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        if (x.Shape.Rank != 2 || Units < 1)
            throw at.Expected($"[N, I] for a linear layer of {Units} ≥ 1 units", x.Shape);
        int fanIn = x.Shape[1];
        var y = x.MatMul(at.Weight([Units, fanIn], WeightInit), transposeB: true);
        return Bias ? y + at.Bias(Units, fanIn, BiasInit) : y;
    }
}
