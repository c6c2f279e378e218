using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// A smooth random displacement of the plane around [−1, 1]²: cubic B-splines over a grid of random arrows.
/// </summary>
sealed class Elastic
{
    const int Nodes = 8;
    const double Low = -1.5, Spacing = 3.0 / (Nodes - 3);

    readonly double[] dx = new double[Nodes * Nodes], dy = new double[Nodes * Nodes];

    /// <summary>
    /// Draws new arrows; <paramref name="size"/> is the standard deviation of each of their coordinates.
    /// </summary>
    public void Draw(double size, ref RandomStream random)
    {
        // A B-spline averages its neighbours: 1.5 makes up for what that takes from each axis's deviation.
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] = 1.5 * size * DigitPen.Normal(ref random);
            dy[i] = 1.5 * size * DigitPen.Normal(ref random);
        }
    }

    /// <summary>The displacement of a point.</summary>
    public (double X, double Y) At(double x, double y)
    {
        (int column, double u) = Cell(x);
        (int row, double v) = Cell(y);
        Span<double> weightsX = [Far(1 - u), Near(u), Near(1 - u), Far(u)];
        Span<double> weightsY = [Far(1 - v), Near(v), Near(1 - v), Far(v)];
        (double sumX, double sumY) = (0, 0);
        for (int j = 0; j < 4; j++)
        {
            for (int i = 0; i < 4; i++)
            {
                double weight = weightsX[i] * weightsY[j];
                int node = (row + j) * Nodes + column + i;
                sumX += weight * dx[node];
                sumY += weight * dy[node];
            }
        }
        return (sumX, sumY);
    }

    static (int Index, double Fraction) Cell(double position)
    {
        double scaled = Math.Max(0, Math.Min((position - Low) / Spacing, Nodes - 3 - 1e-9));
        int index = (int)scaled;
        return (index, scaled - index);
    }

    /// <summary>u³/6: the far node's weight (u from the other end).</summary>
    static double Far(double u) => u * u * u / 6;

    /// <summary>(3u³ − 6u² + 4)/6: the near node's weight.</summary>
    static double Near(double u) => (u * u * (3 * u - 6) + 4) / 6;
}
