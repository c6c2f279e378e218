using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static partial class Elementary
{
    // From here on erf rounds to 1.
    const float ErfHigh = 3.95f;

    // erf(x) / x − 1 in x² on [0, 1].
    const float F0 = 0.12837917f, F1 = -0.37612629f, F2 = 0.11283618f, F3 = -0.026855126f, F4 = 0.0051907334f,
        F5 = -0.00080307503f, F6 = 7.9203033e-5f;

    // log(erfc(a)) on [1, 3.95].
    const float G0 = 0.00020436078f, G1 = -1.1296612f, G2 = -0.63303959f, G3 = -0.10863908f, G4 = 0.025373684f,
        G5 = -0.0042824904f, G6 = 0.00046383718f, G7 = -2.5326175e-5f, G8 = 2.5231176e-7f;

    /// <summary>
    /// Error function 2/√π ∫₀ˣ e^−t² dt. x + x·P(x²) for |x| &lt; 1, else 1 − e^Q(|x|) with Q = log erfc.
    /// </summary>
    public static float Erf(float x)
    {
        float a = Lesser(ErfHigh, MathF.Abs(x)), x2 = x * x;
        float inner = Fma(x, Fma(Fma(Fma(Fma(Fma(Fma(F6, x2, F5), x2, F4), x2, F3), x2, F2), x2, F1), x2, F0), x);
        float log = Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(G8, a, G7), a, G6), a, G5), a, G4), a, G3), a, G2), a, G1), a, G0);
        float t = Fma(log, Log2E, PowerRounder), n = t - PowerRounder;
        float r = Fma(n, -Ln2, log), s = FromBits(Bits(t) << 23);
        float outer = 1 - Fma(s, Fma(r * r, ExpTail(r), r), s);
        return MathF.Abs(x) < 1 ? inner : FromBits(Bits(outer) | (Bits(x) & int.MinValue));
    }

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf(V x)
    {
        V a = Lesser(ErfHigh, Vector512.Abs(x)), x2 = x * x;
        V inner = Fma(x, Fma(Fma(Fma(Fma(Fma(Fma(x2, F6, F5), x2, F4), x2, F3), x2, F2), x2, F1), x2, F0), x);
        V log = Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(a, G8, G7), a, G6), a, G5), a, G4), a, G3), a, G2), a, G1), a, G0);
        V t = Fma(log, Log2E, PowerRounder), n = t - Create(PowerRounder);
        V r = Fma(n, -Ln2, log), s = (t.AsInt32() << 23).AsSingle();
        V outer = V.One - Fma(s, Fma(r * r, ExpTail(r), r), s);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), V.One), inner, outer | (x & Create(-0f)));
    }
}
