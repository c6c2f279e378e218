using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ceteris.Kernels;

namespace Ceteris.Compiler;

// Activation functions as PyTorch defines them, element by element. A gradient is taken from the result y where
// possible, so that x need not be kept.

/// <summary>max(x, 0); NaN stays NaN. Its gradient at 0 is 0.</summary>
public readonly struct Relu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Vector512.ConditionalSelect(Vector512.LessThan(x, V.Zero), V.Zero, x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => y.Map<ReluGradient>(dy);
}

/// <summary>y ≤ 0 ? 0 : dy</summary>
public readonly struct ReluGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V y, V dy) => Vector512.ConditionalSelect(Vector512.LessThanOrEqual(y, V.Zero), V.Zero, dy);

    public static (Tensor?, Tensor?) Gradient(Tensor y, Tensor dy, Tensor dx, Tensor ddx) =>
        (null, y.Map<ReluGradient>(ddx));
}

/// <summary>x &gt; 0 ? x : slope · x, slope ≥ 0. Its gradient at 0 is the slope; the slope may be learnt.</summary>
public readonly struct LeakyRelu : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x, V slope) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, V.Zero), x, x * slope);

    public static (Tensor?, Tensor?) Gradient(Tensor x, Tensor slope, Tensor y, Tensor dy) =>
        ((y > 0f).Where(dy, dy * slope), dy * x.Min(0f));
}

/// <summary>x &gt; 0 ? x : α (eˣ − 1), α ≥ 0</summary>
public readonly struct Elu : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x, V alpha) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, V.Zero), x, alpha * Elementary.Expm1(x));

    // Below 0, α eˣ = y + α.
    public static (Tensor?, Tensor?) Gradient(Tensor x, Tensor alpha, Tensor y, Tensor dy) =>
        ((y > 0f).Where(dy, dy * (y + alpha)), dy * x.Min(0f).Map<Expm1>());
}

/// <summary>x · Φ(x) = x/2 · (1 + erf(x/√2)), the exact form (Hendrycks and Gimpel 2016)</summary>
public readonly struct Gelu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => x * Cdf.Eval(x);

    // dy/dx = Φ(x) + x φ(x)
    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (x.Map<Cdf>() + (x * x.Map<Pdf>()));

    /// <summary>Φ(x), the distribution function of the standard normal</summary>
    public readonly struct Cdf : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => Elementary.NormalCdf(x);

        public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Map<Pdf>();
    }

    /// <summary>φ(x), the density of the standard normal</summary>
    public readonly struct Pdf : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => Elementary.NormalPdf(x);

        public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => -(dy * (x * y));
    }
}

/// <summary>x · σ(x), also called swish (Ramachandran et al. 2017)</summary>
public readonly struct Silu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => x * Elementary.Sigmoid(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy)
    {
        var s = x.Sigmoid();
        return dy * (s * (1f + (x * (1f - s))));
    }
}

/// <summary>x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019)</summary>
public readonly struct Hardswish : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) =>
        x * Vector512.Min(Vector512.Max(x + Vector512.Create(3f), V.Zero), Vector512.Create(6f)) / Vector512.Create(6f);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) =>
        (x < -3f).Where(0f, (x > 3f).Where(dy, dy * ((x / 3f) + 0.5f)));
}

/// <summary>Transcendental and activation functions of a tensor by name, PyTorch's where both exist.</summary>
public static class ActivationOps
{
    extension(Tensor x)
    {
        public Tensor Exp() => x.Map<Exp>();

        public Tensor Expm1() => x.Map<Expm1>();

        public Tensor Log() => x.Map<Log>();

        public Tensor Log1p() => x.Map<Log1p>();

        public Tensor Pow(Tensor exponent) => x.Map<Pow>(exponent);

        public Tensor Erf() => x.Map<Erf>();

        public Tensor Tanh() => x.Map<Tanh>();

        public Tensor Sigmoid() => x.Map<Sigmoid>();

        public Tensor Relu() => x.Map<Relu>();

        /// <summary>x &gt; 0 ? x : slope · x</summary>
        public Tensor LeakyRelu(float slope = 0.01f) =>
            x.Map<LeakyRelu>(slope >= 0 ? slope
                : throw new ArgumentOutOfRangeException(nameof(slope), $"expected a slope ≥ 0, got {slope}"));

        /// <summary>x &gt; 0 ? x : α (eˣ − 1)</summary>
        public Tensor Elu(float alpha = 1) =>
            x.Map<Elu>(alpha >= 0 ? alpha
                : throw new ArgumentOutOfRangeException(nameof(alpha), $"expected alpha ≥ 0, got {alpha}"));

        public Tensor Gelu() => x.Map<Gelu>();

        public Tensor Silu() => x.Map<Silu>();

        public Tensor Hardswish() => x.Map<Hardswish>();

        /// <summary>
        /// ln(1 + e^(βx)) / β, and x where βx exceeds the threshold, which changes nothing in binary32 from 20 on.
        /// </summary>
        public Tensor Softplus(float beta = 1, float threshold = 20)
        {
            var z = beta == 1 ? x : beta * x;
            var y = beta == 1 ? z.Map<Softplus>() : z.Map<Softplus>() / beta;
            return threshold >= 20 ? y : (z > threshold).Where(x, y);
        }

        /// <summary>e^x / Σ e^x along an axis, shifted by the maximum; its gradient is y · (dy − Σ y · dy).</summary>
        public Tensor Softmax(int axis)
        {
            var e = (x - x.Amax([axis], keepDims: true)).Exp();
            var y = e / e.Sum([axis], keepDims: true);
            return y.WithGradient([x], dy => [y * (dy - (y * dy).Sum([axis], keepDims: true))]);
        }

        /// <summary>x − ln Σ e^x along an axis, shifted by the maximum; its gradient is dy − e^y · Σ dy.</summary>
        public Tensor LogSoftmax(int axis)
        {
            var shifted = x - x.Amax([axis], keepDims: true);
            var y = shifted - shifted.Exp().Sum([axis], keepDims: true).Log();
            return y.WithGradient([x], dy => [dy - (y.Exp() * dy.Sum([axis], keepDims: true))]);
        }

        /// <summary>
        /// The index of the maximum along the last axis; the first of equal ones, the first NaN if there is one.   x
        /// [N, C] → [N]
        /// </summary>
        public Tensor ArgMax()
        {
            var shape = x.Shape;
            var maximum = x.Amax([-1], keepDims: true);
            var isMaximal = x.EqualTo(x).Where(x.EqualTo(maximum), 1f);
            var index = Tensor.Apply(new Iota(shape[^1]));
            return -isMaximal.Where(-index, float.NegativeInfinity).Amax([-1]);
        }
    }
}
