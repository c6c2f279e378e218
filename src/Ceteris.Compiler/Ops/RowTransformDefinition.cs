namespace Ceteris.Compiler;

/// <summary>The scalar definition of the transforms of <see cref="RowWinogradDefinition"/>, 8 numbers at a time.</summary>
static class RowTransformDefinition
{
    /// <summary>The points ±½, ±1, ±2 and the divisors of their polynomials; those of 0 and ∞ are 1.</summary>
    static readonly (float X, float Over)[] points = [(0.5f, 32f / 45), (1, -2f / 9), (2, 1f / 90)];

    /// <summary>Bᵀ</summary>
    public static void OfPatch(ReadOnlySpan<float> d, Span<float> v)
    {
        v[0] = Fma(5.25f, d[4] - d[2], d[0] - d[6]);
        Two(0.5f, Fma(4, d[2], Fma(-5, d[4], d[6])), Fma(4, d[1], Fma(-5, d[3], d[5])), v[1..]);
        Two(1, Fma(-4.25f, d[4], d[2] + d[6]), Fma(-4.25f, d[3], d[1] + d[5]), v[3..]);
        Two(2, Fma(0.25f, d[2], Fma(-1.25f, d[4], d[6])), Fma(0.25f, d[1], Fma(-1.25f, d[3], d[5])), v[5..]);
        v[7] = Fma(5.25f, d[3] - d[5], d[7] - d[1]);
    }

    /// <summary>B</summary>
    public static void OfPatchGradient(ReadOnlySpan<float> m, Span<float> d)
    {
        float sum1 = m[1] + m[2], sum2 = m[3] + m[4], sum3 = m[5] + m[6];
        float one = 0.5f * (m[1] - m[2]), two = m[3] - m[4], three = 2 * (m[5] - m[6]);
        d[0] = m[0];
        d[1] = Fma(0.25f, three, Fma(4, one, two - m[7]));
        d[2] = Fma(0.25f, sum3, Fma(4, sum1, Fma(-5.25f, m[0], sum2)));
        d[3] = Fma(-1.25f, three, Fma(-5, one, Fma(-4.25f, two, 5.25f * m[7])));
        d[4] = Fma(-1.25f, sum3, Fma(-5, sum1, Fma(-4.25f, sum2, 5.25f * m[0])));
        d[5] = Fma(-5.25f, m[7], one + two + three);
        d[6] = sum1 + sum2 + (sum3 - m[0]);
        d[7] = m[7];
    }

    /// <summary>The polynomial with these coefficients at the points: A, or scaled G.</summary>
    public static void Evaluate(ReadOnlySpan<float> coefficients, Span<float> values, bool scaled)
    {
        int last = coefficients.Length - 1;
        values[0] = coefficients[0];
        values[7] = coefficients[last];
        for (int i = 0; i < points.Length; i++)
        {
            float x = points[i].X;
            Two(x, Horner(coefficients, last - (last % 2), x * x), Horner(coefficients, last - 1 + (last % 2), x * x),
                values[(1 + (2 * i))..]);
            if (!scaled)
                continue;
            values[1 + (2 * i)] *= points[i].Over;
            values[2 + (2 * i)] *= points[i].Over;
        }
    }

    /// <summary>Every second coefficient, from the one named down.</summary>
    static float Horner(ReadOnlySpan<float> coefficients, int from, float x2)
    {
        float sum = coefficients[from];
        for (int i = from - 2; i >= 0; i -= 2)
            sum = Fma(x2, sum, coefficients[i]);
        return sum;
    }

    /// <summary>even ± x · odd</summary>
    static void Two(float x, float even, float odd, Span<float> to)
    {
        to[0] = Fma(x, odd, even);
        to[1] = Fma(-x, odd, even);
    }

    /// <summary>The transpose: Aᵀ, or scaled Gᵀ.</summary>
    public static void Interpolate(ReadOnlySpan<float> values, Span<float> coefficients, bool scaled)
    {
        Span<float> sums = stackalloc float[3], differences = stackalloc float[3];
        for (int i = 0; i < points.Length; i++)
        {
            float over = scaled ? points[i].Over : 1, plus = values[1 + (2 * i)], minus = values[2 + (2 * i)];
            (sums[i], differences[i]) = (over * (plus + minus), over * (plus - minus));
        }
        coefficients[0] = sums[0] + (sums[1] + values[0]) + sums[2];
        float power = 2;
        for (int i = 1; i < coefficients.Length; i++, power *= 2)
        {
            var terms = i % 2 == 0 ? sums : differences;
            float middle = i == coefficients.Length - 1 ? terms[1] + values[7] : terms[1];
            coefficients[i] = Fma(power, terms[2], Fma(1 / power, terms[0], middle));
        }
    }

    static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
}
