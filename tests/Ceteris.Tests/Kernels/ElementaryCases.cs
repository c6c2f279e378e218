using System.Runtime.Intrinsics;
using Ceteris.Kernels;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace Ceteris.Tests;

/// <summary>A function of one variable: on a float, on 16 floats, and its true value in double precision.</summary>
public interface IUnaryFunction
{
    static abstract float Of(float x);

    static abstract Vector512<float> Of(Vector512<float> x);

    static abstract Doubles True(Doubles x);
}

public readonly struct ExpCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Exp(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Exp(x);

    public static Doubles True(Doubles x) => References.Exp(x);
}

public readonly struct Expm1Case : IUnaryFunction
{
    public static float Of(float x) => Elementary.Expm1(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Expm1(x);

    public static Doubles True(Doubles x) => References.Expm1(x);
}

public readonly struct LogCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Log(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Log(x);

    public static Doubles True(Doubles x) => Vector512.Log(x);
}

public readonly struct Log1pCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Log1p(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Log1p(x);

    public static Doubles True(Doubles x) => References.Log1p(x);
}

public readonly struct TanhCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Tanh(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Tanh(x);

    public static Doubles True(Doubles x) => References.Tanh(x);
}

public readonly struct SigmoidCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Sigmoid(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Sigmoid(x);

    public static Doubles True(Doubles x) => References.Sigmoid(x);
}

public readonly struct ErfCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Erf(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Erf(x);

    public static Doubles True(Doubles x) => References.Erf(x);
}

public readonly struct SoftplusCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.Softplus(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.Softplus(x);

    public static Doubles True(Doubles x) => References.Softplus(x);
}

public readonly struct NormalCdfCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.NormalCdf(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.NormalCdf(x);

    public static Doubles True(Doubles x) => References.NormalCdf(x);
}

public readonly struct NormalPdfCase : IUnaryFunction
{
    public static float Of(float x) => Elementary.NormalPdf(x);

    public static Vector512<float> Of(Vector512<float> x) => Elementary.NormalPdf(x);

    public static Doubles True(Doubles x) => References.NormalPdf(x);
}
