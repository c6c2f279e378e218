using System.Runtime.CompilerServices;
using Ceteris.Kernels;

namespace Ceteris.Compiler;

// The transcendental primitives: correctly defined bits from Elementary, gradients from the result where it has them.

/// <summary>eˣ</summary>
public readonly struct Exp : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Exp(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * y;
}

/// <summary>eˣ − 1, exact also near 0</summary>
public readonly struct Expm1 : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Expm1(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (y + 1f);
}

/// <summary>ln x; −∞ at 0, NaN below</summary>
public readonly struct Log : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Log(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy / x;
}

/// <summary>ln(1 + x), exact also near 0</summary>
public readonly struct Log1p : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Log1p(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy / (1f + x);
}

/// <summary>tanh x</summary>
public readonly struct Tanh : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Tanh(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1f - (y * y));
}

/// <summary>σ(x) = 1 / (1 + e⁻ˣ)</summary>
public readonly struct Sigmoid : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Sigmoid(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (y * (1f - y));
}

/// <summary>ln(1 + eˣ), without overflow; its gradient is σ(x), finite everywhere.</summary>
public readonly struct Softplus : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Softplus(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Sigmoid();
}

/// <summary>erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt</summary>
public readonly struct Erf : IUnary
{
    const float TwoOverRootPi = 1.1283791670955126f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Elementary.Erf(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (TwoOverRootPi * (-(x * x)).Exp());
}

/// <summary>
/// aᵇ. Its gradients are finite where the power has one: da = 0 for b = 0; db = 0 for a = 0 and b ≥ 0.
/// </summary>
public readonly struct Pow : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Elementary.Pow(a, b);

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy)
    {
        var da = b.Where(dy * (b * a.Pow(b - 1f)), 0f);
        var isFlat = a.EqualTo(0f) * b.Map<GreaterOrEqual>(0f);
        return (da, isFlat.Where(0f, dy * (y * a.Log())));
    }
}
