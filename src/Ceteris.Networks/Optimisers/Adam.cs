using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// Adam (Kingma and Ba 2014): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// w ← w − η/c₁ · m / (√(v/c₂) + ε), where cᵢ = 1 − βᵢᵗ corrects for starting at 0.
/// Weight decay is L2: g ← g + λw.
/// States: exp_avg, exp_avg_sq; shared: correction1, correction2.
/// </summary>
public sealed record Adam(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0)
    : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate) =>
        Step(at, w, WeightDecay == 0 ? g : g + ((float)WeightDecay * w), rate, Beta1, Beta2, Epsilon);

    internal static Tensor Step(Scope at, Tensor w, Tensor g, Tensor rate, double beta1, double beta2, double epsilon)
    {
        var m = MovingAverage(at.State("exp_avg", w.Shape, Init.Zeros), g, beta1);
        var v = MovingAverage(at.State("exp_avg_sq", w.Shape, Init.Zeros), g.Square(), beta2);

        // 1 − βᵗ as the moving average of ones: no cancellation, no power.
        var correction1 = at.Shared("correction1", Init.Zeros, old => Average(old, 1f, beta1));
        var correction2 = at.Shared("correction2", Init.Zeros, old => Average(old, 1f, beta2));
        return w - (rate / correction1 * (m / ((v.Sqrt() * correction2.Rsqrt()) + (float)epsilon)));

        Tensor MovingAverage(Tensor old, Tensor next, double beta) => at.Assign(old, Average(old, next, beta));

        static Tensor Average(Tensor old, Tensor next, double beta) => ((float)beta * old) + ((float)(1 - beta) * next);
    }
}

/// <summary>
/// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2017): w ← w − ηλw, then Adam's step without
/// L2.
/// </summary>
public sealed record AdamW(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 1e-2)
    : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate) =>
        Adam.Step(at, w - (rate * (float)WeightDecay * w), g, rate, Beta1, Beta2, Epsilon);
}
