namespace Ceteris.Kernels;

/// <summary>
/// Standard normal numbers, by inversion: one random word each, no rejection, no state between draws.
/// </summary>
public static class Normal
{
    // z / q in w = −log(1 − 4q²): in w for w < 6, beyond in √w − 3, up to the w of the rarest word.
    const float C0 = 2.5066280f, C1 = 0.65624171f, C2 = 0.032623950f, C3 = -0.0065199048f, C4 = -0.00044339628f,
        C5 = 0.00017228827f, C6 = -3.7832431e-6f, C7 = -2.7510389e-6f, C8 = 3.3741171e-7f, C9 = -1.2743387e-8f;
    const float D0 = 8.0128679f, D1 = 2.8331697f, D2 = 0.026728228f, D3 = -0.021697300f, D4 = 0.016038438f,
        D5 = -0.0096693076f, D6 = 0.0039278558f, D7 = -0.00090195180f, D8 = 8.5378946e-5f;

    /// <summary>
    /// The quantile Φ⁻¹((word + ½)·2⁻³²), between −6.34 and 6.34, symmetric and increasing up to rounding. z = q·P(w)
    /// with q = p − ½ and w = −log(4p(1 − p)), the variable of M. Giles, "Approximating the erfinv function" (2012).
    /// </summary>
    public static float Quantile(uint word)
    {
        bool upper = word >= 1u << 31;
        double tail = ((upper ? ~word : word) + 0.5) * (1.0 / (1L << 32));
        float q = (float)(0.5 - tail), w = -Elementary.Log((float)(4 * tail * (1 - tail)));
        float ratio = w < 6 ? Central(w) : Tail(MathF.Sqrt(w) - 3);
        return upper ? q * ratio : -(q * ratio);
    }

    static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    static float Central(float w) =>
        Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(C9, w, C8), w, C7), w, C6), w, C5), w, C4), w, C3), w, C2), w, C1), w, C0);

    static float Tail(float s) =>
        Fma(Fma(Fma(Fma(Fma(Fma(Fma(Fma(D8, s, D7), s, D6), s, D5), s, D4), s, D3), s, D2), s, D1), s, D0);
}
