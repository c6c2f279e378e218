namespace Ceteris.Tests;

/// <summary>
/// The definition of the bits of pooling, on one image plane, after PyTorch's rules for windows, ties and NaN.
/// </summary>
sealed record ReferencePool(
    (int H, int W) Image, (int Y, int X) Kernel, (int Y, int X) Stride, (int Y, int X) Padding,
    bool CeilMode, bool CountPadding)
{
    public (int H, int W) Output =>
        (Outputs(Image.H, Kernel.Y, Stride.Y, Padding.Y), Outputs(Image.W, Kernel.X, Stride.X, Padding.X));

    int Outputs(int image, int kernel, int stride, int padding)
    {
        int room = image + 2 * padding - kernel;
        int outputs = room / stride + 1;
        if (CeilMode && room % stride != 0 && outputs * stride < image + padding)
            outputs++;
        return outputs;
    }

    IEnumerable<(int Y, int X)> Window(int oy, int ox) =>
        from r in Enumerable.Range(oy * Stride.Y - Padding.Y, Kernel.Y)
        from s in Enumerable.Range(ox * Stride.X - Padding.X, Kernel.X)
        where r >= 0 && r < Image.H && s >= 0 && s < Image.W
        select (r, s);

    /// <summary>The first maximum in scan order; a NaN is greater than all before it.</summary>
    (int Y, int X) Chosen(float[,] x, int oy, int ox)
    {
        (int Y, int X) best = Window(oy, ox).First();
        foreach ((int Y, int X) at in Window(oy, ox))
        {
            if (x[at.Y, at.X] > x[best.Y, best.X] || float.IsNaN(x[at.Y, at.X]))
                best = at;
        }
        return best;
    }

    public float Max(float[,] x, int oy, int ox)
    {
        (int y, int z) = Chosen(x, oy, ox);
        return x[y, z];
    }

    public float[,] MaxGradient(float[,] x, float[,] dy) => Scatter(dy, (oy, ox) => [Chosen(x, oy, ox)], (_, _) => 1);

    int Count(int oy, int ox)
    {
        if (!CountPadding)
            return Window(oy, ox).Count();
        int Span(int o, int kernel, int stride, int padding, int image) =>
            Math.Min(kernel, image + padding - (o * stride - padding));
        return Span(oy, Kernel.Y, Stride.Y, Padding.Y, Image.H) * Span(ox, Kernel.X, Stride.X, Padding.X, Image.W);
    }

    public float Average(float[,] x, int oy, int ox) => Sum(x, Window(oy, ox)) / Count(oy, ox);

    public float[,] AverageGradient(float[,] dy) => Scatter(dy, Window, Count);

    static IEnumerable<(int Y, int X)> AdaptiveWindow((int H, int W) image, (int H, int W) output, int oy, int ox)
    {
        int From(int i, int inputs, int outputs) => i * inputs / outputs;
        int To(int i, int inputs, int outputs) => (int)Math.Ceiling((i + 1.0) * inputs / outputs);
        return from y in Enumerable.Range(0, image.H)
               where y >= From(oy, image.H, output.H) && y < To(oy, image.H, output.H)
               from x in Enumerable.Range(0, image.W)
               where x >= From(ox, image.W, output.W) && x < To(ox, image.W, output.W)
               select (y, x);
    }

    public static float Adaptive(float[,] x, (int H, int W) output, int oy, int ox)
    {
        (int Y, int X)[] window = [.. AdaptiveWindow((x.GetLength(0), x.GetLength(1)), output, oy, ox)];
        return Sum(x, window) / window.Length;
    }

    public float[,] AdaptiveGradient(float[,] dy, (int H, int W) output) => Scatter(dy,
        (oy, ox) => AdaptiveWindow(Image, output, oy, ox), (oy, ox) => AdaptiveWindow(Image, output, oy, ox).Count());

    static float Sum(float[,] x, IEnumerable<(int Y, int X)> window)
    {
        float sum = 0f;
        foreach ((int y, int z) in window)
            sum += x[y, z];
        return sum;
    }

    float[,] Scatter(float[,] dy, Func<int, int, IEnumerable<(int Y, int X)>> targets, Func<int, int, int> count)
    {
        float[,] dx = new float[Image.H, Image.W];
        for (int oy = 0; oy < dy.GetLength(0); oy++)
        {
            for (int ox = 0; ox < dy.GetLength(1); ox++)
            {
                foreach ((int y, int z) in targets(oy, ox))
                    dx[y, z] += dy[oy, ox] / count(oy, ox);
            }
        }
        return dx;
    }
}
