namespace Ceteris.Statistics;

/// <summary>
/// err = c + a (N/1000)^−b: a power law above a floor c that more images do not lower. Least squares, an error of size
/// e weighing 1/e, as the variance of a count grows with it. The floor is mostly ill determined: look at its standard
/// error before at its value.
/// </summary>
/// <param name="A">Error above the floor at 1,000 images.</param>
/// <param name="B">Exponent.</param>
/// <param name="C">Floor.</param>
/// <param name="CStandardError">Of the floor, by the linearised model.</param>
/// <param name="WeightedSquares">Σ (err − fit)² / err at the solution.</param>
public sealed record PowerLawWithFloor(double A, double B, double C, double CStandardError, double WeightedSquares)
{
    public const int LeastSizes = 6;

    /// <summary>Two decades.</summary>
    public const double LeastRange = 100;

    /// <exception cref="ArgumentException">
    /// Fewer than six sizes, less than two decades, or a curve that has no such law.
    /// </exception>
    public static PowerLawWithFloor Of(IReadOnlyList<double> sizes, IReadOnlyList<double> errors)
    {
        PowerLaw.CheckCurve(sizes, errors, LeastSizes);
        double range = sizes.Max() / sizes.Min();
        Check.That(range >= LeastRange, nameof(sizes), "sizes over two decades or more", range);
        double[] logs = [.. sizes.Select(size => StableMath.Log(size / 1000))];
        double b = LeastExponent(logs, errors);
        Line line = Line.Through(logs, errors, b);
        int n = sizes.Count;
        double sigma = line.Squares / (n - 3);
        return new(line.A, b, line.C, Math.Sqrt(sigma * FloorVariance(logs, errors, line.A, b)), line.Squares);
    }

    /// <summary>
    /// For each b the best a and c are a least-squares line, so one number is searched: where the derivative by b of
    /// the squares that are left, 2 Σ w r a u ln(N/1000), changes its sign.
    /// </summary>
    static double LeastExponent(double[] logs, IReadOnlyList<double> errors)
    {
        const double Step = 0.05, Largest = 5;
        double best = 0, least = double.PositiveInfinity;
        for (int i = 1; i * Step <= Largest; i++)
        {
            double squares = Line.Through(logs, errors, i * Step).Squares;
            if (squares < least)
                (best, least) = (i * Step, squares);
        }
        bool inside = best > Step && best + Step < Largest;
        if (!inside || Slope(best - Step) >= 0 || Slope(best + Step) <= 0)
            throw Check.Wrong(
                nameof(errors), "errors that fall along a power law towards a floor", "a curve without one");
        return Root.Find(Slope, best - Step, best + Step);

        double Slope(double b)
        {
            Line line = Line.Through(logs, errors, b);
            double sum = 0;
            for (int i = 0; i < logs.Length; i++)
            {
                double power = StableMath.Exp(-b * logs[i]);
                sum += (errors[i] - line.A * power - line.C) * line.A * power * logs[i] / errors[i];
            }
            return sum;
        }
    }

    /// <summary>The entry for c of (JᵀWJ)⁻¹, J the derivatives of the model by a, b and c.</summary>
    static double FloorVariance(double[] logs, IReadOnlyList<double> errors, double a, double b)
    {
        double aa = 0, ab = 0, ac = 0, bb = 0, bc = 0, cc = 0;
        for (int i = 0; i < logs.Length; i++)
        {
            double weight = 1 / errors[i], byA = StableMath.Exp(-b * logs[i]), byB = -a * byA * logs[i];
            aa += weight * byA * byA;
            ab += weight * byA * byB;
            ac += weight * byA;
            bb += weight * byB * byB;
            bc += weight * byB;
            cc += weight;
        }
        double minor = aa * bb - ab * ab;
        double determinant = cc * minor - bc * (aa * bc - ab * ac) + ac * (ab * bc - bb * ac);
        return minor / determinant;
    }

    /// <summary>The weighted least-squares line err = A u + C, u = (N/1000)^−b.</summary>
    readonly record struct Line(double A, double C, double Squares)
    {
        public static Line Through(double[] logs, IReadOnlyList<double> errors, double b)
        {
            double[] u = [.. logs.Select(log => StableMath.Exp(-b * log))];
            double total = 0, meanU = 0, meanE = 0, uu = 0, ue = 0, squares = 0;
            for (int i = 0; i < u.Length; i++)
            {
                total += 1 / errors[i];
                meanU += u[i] / errors[i];
                meanE += 1;
            }
            (meanU, meanE) = (meanU / total, meanE / total);
            for (int i = 0; i < u.Length; i++)
            {
                uu += (u[i] - meanU) * (u[i] - meanU) / errors[i];
                ue += (u[i] - meanU) * (errors[i] - meanE) / errors[i];
            }
            double a = ue / uu, c = meanE - a * meanU;
            for (int i = 0; i < u.Length; i++)
            {
                double rest = errors[i] - a * u[i] - c;
                squares += rest * rest / errors[i];
            }
            return new(a, c, squares);
        }
    }
}
