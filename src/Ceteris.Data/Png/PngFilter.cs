namespace Ceteris.Data;

/// <summary>
/// The five filters of PNG: each byte less a prediction from the byte a pixel to the left (a), above (b) and above left
/// (c).
/// </summary>
static class PngFilter
{
    public const int Count = 5;

    /// <summary>Undoes a filter in place.</summary>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], c = i < step ? 0 : above[i - step];
            row[i] = (byte)(row[i] + Predict(filter, a, above[i], c));
        }
    }

    /// <summary>
    /// Applies a filter and returns the sum of the magnitudes, a guess at how badly it will compress.
    /// </summary>
    public static int Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        int sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], c = i < step ? 0 : above[i - step];
            filtered[i] = (byte)(row[i] - Predict(filter, a, above[i], c));
            sum += Math.Abs((int)(sbyte)filtered[i]);
        }
        return sum;
    }

    static int Predict(int filter, int a, int b, int c) => filter switch
    {
        0 => 0,
        1 => a,
        2 => b,
        3 => (a + b) / 2,
        _ => Paeth(a, b, c),
    };

    static int Paeth(int a, int b, int c)
    {
        int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
