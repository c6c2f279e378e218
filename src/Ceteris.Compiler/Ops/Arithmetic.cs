using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Compiler;

// The arithmetic primitives. IEEE-754 binary32, round to nearest; comparisons give 1 or 0.

/// <summary>a + b</summary>
public readonly struct Add : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => a + b;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (dy, dy);
}

/// <summary>a − b</summary>
public readonly struct Subtract : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => a - b;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (dy, -dy);
}

/// <summary>a · b</summary>
public readonly struct Multiply : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => a * b;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (dy * b, dy * a);
}

/// <summary>a / b</summary>
public readonly struct Divide : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => a / b;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy)
    {
        var da = dy / b;
        return (da, -(da * y));
    }
}

/// <summary>−x</summary>
public readonly struct Negate : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => -x;

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => -dy;
}

/// <summary>max(a, b); NaN if either is NaN; max(+0, −0) = +0. Equal arguments share the gradient.</summary>
public readonly struct Maximum : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Vector512.Max(a, b);

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy)
    {
        var half = dy * (0.5f * a.Map<Equal>(b));
        return (dy * (a > b) + half, dy * (b > a) + half);
    }
}

/// <summary>min(a, b); NaN if either is NaN; min(+0, −0) = −0. Equal arguments share the gradient.</summary>
public readonly struct Minimum : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Vector512.Min(a, b);

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy)
    {
        var half = dy * (0.5f * a.Map<Equal>(b));
        return (dy * (b > a) + half, dy * (a > b) + half);
    }
}

/// <summary>1 where a &gt; b, else 0 (also for NaN). No gradient.</summary>
public readonly struct Greater : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Vector512.GreaterThan(a, b) & V.One;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (null, null);
}

/// <summary>1 where a ≥ b, else 0 (also for NaN). No gradient.</summary>
public readonly struct GreaterOrEqual : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Vector512.GreaterThanOrEqual(a, b) & V.One;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (null, null);
}

/// <summary>1 where a = b, else 0 (also for NaN). No gradient.</summary>
public readonly struct Equal : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V a, V b) => Vector512.Equals(a, b) & V.One;

    public static (Tensor?, Tensor?) Gradient(Tensor a, Tensor b, Tensor y, Tensor dy) => (null, null);
}

/// <summary>condition ≠ 0 ? a : b. The branch not taken never reaches the result, not even as NaN.</summary>
public readonly struct Where : ITernary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V condition, V a, V b) =>
        Vector512.ConditionalSelect(Vector512.Equals(condition, V.Zero), b, a);

    public static (Tensor?, Tensor?, Tensor?) Gradient(Tensor condition, Tensor a, Tensor b, Tensor y, Tensor dy) =>
        (null, condition.Map<Where>(dy, 0f), condition.Map<Where>(0f, dy));
}

/// <summary>x²</summary>
public readonly struct Square : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => x * x;

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (2f * x);
}

/// <summary>|x|; its gradient at 0 is 0.</summary>
public readonly struct Abs : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Vector512.Abs(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * ((x > 0f) - (x < 0f));
}

/// <summary>√x</summary>
public readonly struct Sqrt : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => Vector512.Sqrt(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * 0.5f / y;
}

/// <summary>1 / √x, from an exact root and an exact quotient</summary>
public readonly struct Rsqrt : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => V.One / Vector512.Sqrt(x);

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy * (-0.5f * (y * y * y));
}
