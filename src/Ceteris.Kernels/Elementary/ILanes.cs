namespace Ceteris.Kernels;

/// <summary>
/// The operations that elementary functions are made of, on one float or on several side by side. Each gives the same
/// bits in every form, except for the payload of a NaN, so a function written once is the same function in every width.
/// </summary>
interface ILanes<T>
    where T : struct, ILanes<T>
{
    /// <summary>How many floats.</summary>
    static abstract int Count { get; }

    static abstract unsafe T Load(float* from);

    static abstract unsafe void Store(T a, float* to);

    static abstract implicit operator T(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract T Fma(T a, T b, T c);

    static abstract T Abs(T a);

    /// <summary>a with the sign of b, for a not negative.</summary>
    static abstract T WithSignOf(T a, T b);

    /// <summary>
    /// a &lt; b ? a : b, so that a NaN in b stays: the minimum of x86, one instruction there, where Vector512.Min needs
    /// several.
    /// </summary>
    static abstract T Lesser(T a, T b);

    /// <summary>a &gt; b ? a : b, so that a NaN in b stays.</summary>
    static abstract T Greater(T a, T b);

    /// <summary>a &lt; b ? then : otherwise.</summary>
    static abstract T IfLess(T a, T b, T then, T otherwise);

    /// <summary>a == b ? then : otherwise.</summary>
    static abstract T IfEqual(T a, T b, T then, T otherwise);

    /// <summary>
    /// p·2ⁿ, rounded once, where t = <see cref="Elementary.ScaleRounder"/> + n, −254 &lt; n &lt; 256 and 1 ≤ |p| &lt; 4
    /// or so. AVX-512 has an instruction; elsewhere there are two factors, of which the first leaves p normal and so is
    /// exact.
    /// </summary>
    static abstract T Scale(T p, T t);

    /// <summary>2ⁿ where t = <see cref="Elementary.PowerRounder"/> + n, −127 &lt; n &lt; 128.</summary>
    static abstract T Power(T t);

    /// <summary>The m in [√½, √2) and the integer with x = m·2^power, for a normal positive x.</summary>
    static abstract T Split(T x, out T power);
}
