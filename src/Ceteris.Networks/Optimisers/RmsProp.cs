using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// RMSprop (Hinton 2012): v ← αv + (1 − α)g²; b ← μb + g / (√v + ε); w ← w − ηb. Centred, v is reduced by the square of
/// the moving average of g. Weight decay is L2. States: square_avg, momentum_buffer, grad_avg.
/// </summary>
public sealed record RmsProp(double Alpha = 0.99, double Momentum = 0, bool Centred = false, double Epsilon = 1e-8,
    double WeightDecay = 0) : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate)
    {
        if (WeightDecay != 0)
            g += (float)WeightDecay * w;
        var v = Averaged("square_avg", g.Square());
        if (Centred)
            v -= Averaged("grad_avg", g).Square();
        var step = g / (v.Sqrt() + (float)Epsilon);
        if (Momentum != 0)
        {
            var old = at.State("momentum_buffer", w.Shape, Init.Zeros);
            step = at.Assign(old, ((float)Momentum * old) + step);
        }
        return w - (rate * step);

        Tensor Averaged(string name, Tensor next)
        {
            var old = at.State(name, w.Shape, Init.Zeros);
            return at.Assign(old, ((float)Alpha * old) + ((float)(1 - Alpha) * next));
        }
    }
}

/// <summary>Adagrad (Duchi et al. 2011): s ← s + g²; w ← w − η g / (√s + ε). Weight decay is L2. State: sum.</summary>
public sealed record Adagrad(double Epsilon = 1e-10, double WeightDecay = 0) : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate)
    {
        if (WeightDecay != 0)
            g += (float)WeightDecay * w;
        var old = at.State("sum", w.Shape, Init.Zeros);
        var sum = at.Assign(old, old + g.Square());
        return w - (rate * (g / (sum.Sqrt() + (float)Epsilon)));
    }
}
