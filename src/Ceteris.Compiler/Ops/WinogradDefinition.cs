using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// The scalar definition of convolutions by <see cref="Winograd"/>, which has the matrices: tiles of 4 × 4 outputs from
/// patches of 6 × 6 pixels, zeros outside the image. Each transform goes along the columns, then along the rows.
/// </summary>
static class WinogradDefinition
{
    const int Side = 4, Patch = 6, Elements = Patch * Patch;

    /// <summary>
    /// y[m] = Σ_t source[t] ∗ window(m, t) for the samples named; target (p, q) meets source (p + r + origin, …). Per
    /// element one chain of fused multiply-adds over t in order from +0, + 0; then the transform to outputs. The
    /// windows come transformed, [m][t][36].
    /// </summary>
    public static void Correlate(
        ReadOnlySpan<float> source, Shape sourceShape, Span<float> target, Shape targetShape, Pair origin,
        ReadOnlySpan<float> windows, int from, int to)
    {
        int terms = sourceShape[1], rows = targetShape[1];
        var patches = new float[terms * Elements];
        Span<float> sums = stackalloc float[Elements], outputs = stackalloc float[Side * Side];
        for (int n = from; n < to; n++)
        {
            for (int tile = 0; tile < Tiles(targetShape); tile++)
            {
                var (y, x) = Corner(targetShape, tile);
                for (int t = 0; t < terms; t++)
                {
                    var patch = patches.AsSpan(t * Elements, Elements);
                    PatchOf(source, sourceShape, n, t, y + origin.H, x + origin.W, patch);
                }
                for (int m = 0; m < rows; m++)
                {
                    sums.Clear();
                    for (int t = 0; t < terms; t++)
                    {
                        var window = windows.Slice(((m * terms) + t) * Elements, Elements);
                        for (int e = 0; e < Elements; e++)
                            sums[e] = MathF.FusedMultiplyAdd(window[e], patches[(t * Elements) + e], sums[e]);
                    }
                    foreach (ref float sum in sums)
                        sum += 0f;
                    Square(sums, Patch, outputs, Side, OfOutput);
                    for (int p = y; p < Math.Min(y + Side, targetShape[2]); p++)
                    {
                        for (int q = x; q < Math.Min(x + Side, targetShape[3]); q++)
                            target[Index(targetShape, n, m, p, q)] = outputs[((p - y) * Side) + q - x];
                    }
                }
            }
        }
    }

    /// <summary>
    /// Σ over samples, tiles and images of the products of patches of x and tiles of dy, for the groups named: per
    /// element one chain of fused multiply-adds over (group, tile, lane) in order from +0, + 0; then the transform to a
    /// window, + 0.
    /// </summary>
    public static void WindowGradient(
        ReadOnlySpan<float> x, Shape xShape, ReadOnlySpan<float> dy, Shape dyShape, Pair origin, int k, int c,
        int groupFrom, int groupTo, Span<float> window)
    {
        Span<float> sums = stackalloc float[Elements], patch = stackalloc float[Elements];
        Span<float> outputs = stackalloc float[Side * Side], gradient = stackalloc float[Elements];
        sums.Clear();
        for (int group = groupFrom; group < groupTo; group++)
        {
            for (int tile = 0; tile < Tiles(dyShape); tile++)
            {
                var (p, q) = Corner(dyShape, tile);
                for (int n = group * 16; n < Math.Min((group + 1) * 16, xShape[0]); n++)
                {
                    PatchOf(x, xShape, n, c, p + origin.H, q + origin.W, patch);
                    Cut(dy, dyShape, n, k, p, q, outputs, Side);
                    Square(outputs, Side, gradient, Patch, OfOutputGradient);
                    for (int e = 0; e < Elements; e++)
                        sums[e] = MathF.FusedMultiplyAdd(patch[e], gradient[e], sums[e]);
                }
            }
        }
        foreach (ref float sum in sums)
            sum += 0f;
        Square(sums, Patch, window, 3, OfWindowGradient);
        foreach (ref float value in window)
            value += 0f;
    }

    /// <summary>U of all windows of w [K, C, 3, 3], [k][c][36]; turned by half a turn, [c][k][36].</summary>
    public static float[] Windows(ReadOnlySpan<float> w, Shape shape, bool turned)
    {
        int filters = shape[0], channels = shape[1];
        var windows = new float[filters * channels * Elements];
        Span<float> window = stackalloc float[9];
        for (int k = 0; k < filters; k++)
        {
            for (int c = 0; c < channels; c++)
            {
                w.Slice(((k * channels) + c) * 9, 9).CopyTo(window);
                if (turned)
                    window.Reverse();
                int at = turned ? (c * filters) + k : (k * channels) + c;
                Square(window, 3, windows.AsSpan(at * Elements, Elements), Patch, OfWindow);
            }
        }
        return windows;
    }

    static int Parts(int extent) => (extent + Side - 1) / Side;

    static int Tiles(Shape target) => Parts(target[2]) * Parts(target[3]);

    static (int Y, int X) Corner(Shape target, int tile) =>
        (tile / Parts(target[3]) * Side, tile % Parts(target[3]) * Side);

    static int Index(Shape shape, int n, int c, int h, int w) =>
        (((((n * shape[1]) + c) * shape[2]) + h) * shape[3]) + w;

    static void PatchOf(ReadOnlySpan<float> source, Shape shape, int n, int c, int top, int left, Span<float> patch)
    {
        Span<float> pixels = stackalloc float[Elements];
        Cut(source, shape, n, c, top, left, pixels, Patch);
        Square(pixels, Patch, patch, Patch, OfPatch);
    }

    /// <summary>A square of an image, zero outside.</summary>
    static void Cut(
        ReadOnlySpan<float> image, Shape shape, int n, int c, int top, int left, Span<float> square, int side)
    {
        for (int i = 0; i < side * side; i++)
        {
            int h = top + (i / side), w = left + (i % side);
            bool inside = (uint)h < (uint)shape[2] && (uint)w < (uint)shape[3];
            square[i] = inside ? image[Index(shape, n, c, h, w)] : 0f;
        }
    }

    delegate void Transform(ReadOnlySpan<float> from, Span<float> to);

    /// <summary>Applies a transform to the columns of a square, then to the rows.</summary>
    static void Square(ReadOnlySpan<float> from, int fromSide, Span<float> to, int toSide, Transform transform)
    {
        Span<float> half = stackalloc float[Elements];
        Span<float> input = stackalloc float[fromSide], output = stackalloc float[toSide];
        for (int j = 0; j < fromSide; j++)
        {
            for (int i = 0; i < fromSide; i++)
                input[i] = from[(i * fromSide) + j];
            transform(input, output);
            for (int i = 0; i < toSide; i++)
                half[(i * fromSide) + j] = output[i];
        }
        for (int i = 0; i < toSide; i++)
            transform(half.Slice(i * fromSide, fromSide), to.Slice(i * toSide, toSide));
    }

    const float P = 5f / 8, Q = 3f / 2, P2 = P * P, Q2 = Q * Q, P3 = P * P2, Q3 = Q * Q2;

    static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>Bᵀ</summary>
    static void OfPatch(ReadOnlySpan<float> d, Span<float> v)
    {
        v[0] = Fma(P2 * Q2, d[0], Fma(-P2 - Q2, d[2], d[4]));
        float even = Fma(-Q2, d[2], d[4]), odd = Fma(-Q2, d[1], d[3]);
        v[1] = Fma(P, odd, even);
        v[2] = Fma(-P, odd, even);
        even = Fma(-P2, d[2], d[4]);
        odd = Fma(-P2, d[1], d[3]);
        v[3] = Fma(Q, odd, even);
        v[4] = Fma(-Q, odd, even);
        v[5] = Fma(P2 * Q2, d[1], Fma(-P2 - Q2, d[3], d[5]));
    }

    /// <summary>G</summary>
    static void OfWindow(ReadOnlySpan<float> g, Span<float> u)
    {
        const float overP = 1 / (2 * P2 * (P2 - Q2)), overQ = 1 / (2 * Q2 * (Q2 - P2));
        u[0] = 1 / (P2 * Q2) * g[0];
        u[1] = overP * Fma(P, g[1], Fma(P2, g[2], g[0]));
        u[2] = overP * Fma(-P, g[1], Fma(P2, g[2], g[0]));
        u[3] = overQ * Fma(Q, g[1], Fma(Q2, g[2], g[0]));
        u[4] = overQ * Fma(-Q, g[1], Fma(Q2, g[2], g[0]));
        u[5] = g[2];
    }

    /// <summary>Aᵀ</summary>
    static void OfOutput(ReadOnlySpan<float> m, Span<float> y)
    {
        float sum = m[1] + m[2], difference = m[1] - m[2], sum2 = m[3] + m[4], difference2 = m[3] - m[4];
        y[0] = m[0] + sum + sum2;
        y[1] = Fma(Q, difference2, P * difference);
        y[2] = Fma(Q2, sum2, P2 * sum);
        y[3] = Fma(Q3, difference2, Fma(P3, difference, m[5]));
    }

    /// <summary>A</summary>
    static void OfOutputGradient(ReadOnlySpan<float> y, Span<float> m)
    {
        m[0] = y[0];
        m[1] = Fma(P, Fma(P2, y[3], y[1]), Fma(P2, y[2], y[0]));
        m[2] = Fma(-P, Fma(P2, y[3], y[1]), Fma(P2, y[2], y[0]));
        m[3] = Fma(Q, Fma(Q2, y[3], y[1]), Fma(Q2, y[2], y[0]));
        m[4] = Fma(-Q, Fma(Q2, y[3], y[1]), Fma(Q2, y[2], y[0]));
        m[5] = y[3];
    }

    /// <summary>Gᵀ</summary>
    static void OfWindowGradient(ReadOnlySpan<float> u, Span<float> g)
    {
        const float overP = 1 / (2 * P2 * (P2 - Q2)), overQ = 1 / (2 * Q2 * (Q2 - P2));
        float sum = u[1] + u[2], sum2 = u[3] + u[4];
        g[0] = Fma(overQ, sum2, Fma(overP, sum, 1 / (P2 * Q2) * u[0]));
        g[1] = Fma(overQ * Q, u[3] - u[4], overP * P * (u[1] - u[2]));
        g[2] = Fma(overQ * Q2, sum2, Fma(overP * P2, sum, u[5]));
    }
}
