namespace Ceteris.Data;

/// <summary>One channel of a picture, in numbers from 0 to 255.</summary>
sealed class PicturePlane(int width, int height)
{
    public int Width => width;

    public int Height => height;

    /// <summary>[Height, Width]</summary>
    public double[] Values { get; } = new double[width * height];

    public ref double this[int x, int y] => ref Values[y * width + x];

    /// <summary>Whether all of it is equal.</summary>
    public bool IsBlank => !Values.AsSpan().ContainsAnyExcept(Values[0]);

    public double BorderMean()
    {
        (double sum, int count) = (0, 0);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : Math.Max(1, width - 1))
                (sum, count) = (sum + this[x, y], count + 1);
        }
        return sum / count;
    }

    public PicturePlane Inverted()
    {
        var result = new PicturePlane(width, height);
        for (int i = 0; i < Values.Length; i++)
            result.Values[i] = 255 - Values[i];
        return result;
    }

    /// <summary>The rectangle around all that is brighter; empty (left &gt; right) if nothing is.</summary>
    public (int Left, int Top, int Right, int Bottom) Bounds(double above)
    {
        (int left, int top, int right, int bottom) = (width, height, -1, -1);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (this[x, y] > above)
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), y);
            }
        }
        return (left, top, right, bottom);
    }

    /// <summary>In pixels from the left and upper edge; the middle if everything is 0.</summary>
    public (double X, double Y) CentreOfMass()
    {
        (double mass, double x, double y) = (0, 0, 0);
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double value = this[column, row];
                (mass, x, y) = (mass + value, x + value * (column + 0.5), y + value * (row + 0.5));
            }
        }
        return mass == 0 ? (width / 2.0, height / 2.0) : (x / mass, y / mass);
    }

    /// <summary>A rectangle in another size: each new pixel is the mean of what it covers.</summary>
    public PicturePlane Resampled(int left, int top, int fromWidth, int fromHeight, int toWidth, int toHeight)
    {
        var rows = new PicturePlane(toWidth, fromHeight);
        for (int y = 0; y < fromHeight; y++)
        {
            for (int x = 0; x < toWidth; x++)
                rows[x, y] = Mean(x, toWidth, fromWidth, i => this[left + i, top + y]);
        }
        var result = new PicturePlane(toWidth, toHeight);
        for (int y = 0; y < toHeight; y++)
        {
            for (int x = 0; x < toWidth; x++)
                result[x, y] = Mean(y, toHeight, fromHeight, i => rows[x, i]);
        }
        return result;
    }

    /// <summary>On black of another size, which it must fit in.</summary>
    public PicturePlane Placed(int toWidth, int toHeight, int left, int top)
    {
        var result = new PicturePlane(toWidth, toHeight);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                result[left + x, top + y] = this[x, y];
        }
        return result;
    }

    /// <summary>
    /// The mean of what pixel <paramref name="index"/> of a line of <paramref name="to"/> covers of one of <paramref
    /// name="from"/>.
    /// </summary>
    static double Mean(int index, int to, int from, Func<int, double> at)
    {
        (double start, double end) = ((double)index * from / to, (index + 1.0) * from / to);
        double sum = 0;
        for (int i = (int)start; i < Math.Min(from, Math.Ceiling(end)); i++)
            sum += at(i) * (Math.Min(end, i + 1) - Math.Max(start, i));
        return sum / (end - start);
    }
}
