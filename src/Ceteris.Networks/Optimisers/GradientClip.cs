using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// Keeps gradients small before the optimiser sees them: first each element within ±<paramref name="Value"/>, then all
/// together to at most <paramref name="Norm"/>: g · min(1, Norm / (‖g‖ + 1e-6)), ‖g‖ over all parameters, as PyTorch's
/// clip_grad_value_ and clip_grad_norm_. NaN stays NaN.
/// </summary>
public sealed record GradientClip(double? Norm = null, double? Value = null)
{
    public Tensor[] Apply(IReadOnlyList<Tensor> gradients)
    {
        Tensor[] clipped = Value is { } value ? [.. gradients.Select(g => g.Max((float)-value).Min((float)value))]
            : [.. gradients];
        if (Norm is not { } norm)
            return clipped;
        var factor = ((float)norm / (NormOf(clipped) + 1e-6f)).Min(1f);
        return [.. clipped.Select(g => g * factor)];
    }

    /// <summary>√Σ g² over all elements of all tensors.   → scalar</summary>
    public static Tensor NormOf(IReadOnlyList<Tensor> gradients)
    {
        Tensor? sum = null;
        foreach (var g in gradients)
        {
            var squares = g.Square().Sum();
            sum = sum is null ? squares : sum + squares;
        }
        return (sum ?? 0f).Sqrt();
    }
}
