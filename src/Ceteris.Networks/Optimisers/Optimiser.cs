using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>How a weight follows its gradient. The formulas are PyTorch's.</summary>
public abstract record Optimiser
{
    /// <summary>
    /// The new value of <paramref name="w"/>, given its gradient and the learning rate (a scalar); memory in <paramref
    /// name="at"/>.
    /// </summary>
    public abstract Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate);
}

/// <summary>
/// Stochastic gradient descent: g ← g + λw; v ← μv + g; w ← w − η v, or with Nesterov's look-ahead w ← w − η (g + μv).
/// State: momentum_buffer.
/// </summary>
public sealed record Sgd(double Momentum = 0, double WeightDecay = 0, bool Nesterov = false) : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate)
    {
        if (WeightDecay != 0)
            g += (float)WeightDecay * w;
        if (Momentum != 0)
        {
            var old = at.State("momentum_buffer", w.Shape, Init.Zeros);
            var v = at.Assign(old, ((float)Momentum * old) + g);
            g = Nesterov ? g + ((float)Momentum * v) : v;
        }
        return w - (rate * g);
    }
}
