using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    /// <summary>
    /// Error function 2/√π ∫₀ˣ e^−t² dt: x + x·P(x²) for |x| &lt; 1, else 1 − e^Q(|x|) with Q = log erfc.
    /// </summary>
    public static float Erf(float x) => Apply<ErfFunction>(x);

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Erf(V x) => Apply<ErfFunction>(x);
}

readonly struct ErfFunction : IFunction
{
    // From here on erf rounds to 1.
    const float High = 3.95f;

    // erf(x) / x − 1 in x² on [0, 1].
    const float C0 = 0.12837917f, C1 = -0.37612629f, C2 = 0.11283618f, C3 = -0.026855126f, C4 = 0.0051907334f,
        C5 = -0.00080307503f, C6 = 7.9203033e-5f;

    // log(erfc(a)) on [1, 3.95].
    const float D0 = 0.00020436078f, D1 = -1.1296612f, D2 = -0.63303959f, D3 = -0.10863908f, D4 = 0.025373684f,
        D5 = -0.0042824904f, D6 = 0.00046383718f, D7 = -2.5326175e-5f, D8 = 2.5231176e-7f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        T a = T.Lesser(High, T.Abs(x)), x2 = x * x;
        T upper = T.Fma(T.Fma(C6, x2, C5), x2, C4);
        T inner = T.Fma(x, T.Fma(T.Fma(T.Fma(T.Fma(upper, x2, C3), x2, C2), x2, C1), x2, C0), x);
        upper = T.Fma(T.Fma(T.Fma(T.Fma(D8, a, D7), a, D6), a, D5), a, D4);
        T log = T.Fma(T.Fma(T.Fma(T.Fma(upper, a, D3), a, D2), a, D1), a, D0);
        T t = T.Fma(log, Elementary.Log2E, Elementary.PowerRounder), s = T.Power(t);
        T r = T.Fma(t - Elementary.PowerRounder, -Elementary.Ln2, log);
        T outer = 1 - T.Fma(s, T.Fma(r * r, ExpFunction.Tail(r), r), s);
        return T.IfLess(T.Abs(x), 1, inner, T.WithSignOf(outer, x));
    }
}
