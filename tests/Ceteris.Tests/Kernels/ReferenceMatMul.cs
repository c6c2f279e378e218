namespace Ceteris.Tests;

/// <summary>
/// The definition of the bits of a matrix product: one chain per element over k in index order, +0 instead of −0.
/// </summary>
static class ReferenceMatMul
{
    /// <summary>c[m, n] = start(m, n) + Σₖ a(m, k) · b(k, n)</summary>
    public static float[,] Run(
        int rows, int columns, int contraction,
        Func<int, int, float> a, Func<int, int, float> b, Func<int, int, float>? start = null)
    {
        float[,] c = new float[rows, columns];
        for (int m = 0; m < rows; m++)
        {
            for (int n = 0; n < columns; n++)
            {
                float sum = start?.Invoke(m, n) ?? 0f;
                for (int k = 0; k < contraction; k++)
                    sum = MathF.FusedMultiplyAdd(a(m, k), b(k, n), sum);
                c[m, n] = sum + 0f;
            }
        }
        return c;
    }
}
