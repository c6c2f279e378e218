namespace Ceteris.Statistics;

/// <summary>Roots of functions of one variable.</summary>
static class Root
{
    /// <summary>
    /// Where f is 0 between <paramref name="low"/> and <paramref name="high"/>, at which it has opposite signs: inverse
    /// quadratic interpolation where that is safe, else bisection (T. Chandrupatla, "A new hybrid
    /// quadratic/bisection algorithm", Advances in Engineering Software 28, 1997).
    /// </summary>
    public static double Find(Func<double, double> f, double low, double high)
    {
        double a = low, b = high, fa = f(a), fb = f(b), c = a, fc = fa, at = 0.5;
        if (fa == 0 || fb == 0)
            return fa == 0 ? a : b;
        if (fa > 0 == fb > 0)
        {
            throw new ArithmeticException(FormattableString.Invariant(
                $"expected a change of sign between {low} and {high}, got {fa} and {fb}"));
        }
        for (int i = 0; i < 200; i++)
        {
            double x = a + at * (b - a), fx = f(x);
            if (fx > 0 == fa > 0)
                (c, fc) = (a, fa);
            else
                (c, b, fc, fb) = (b, a, fb, fa);
            (a, fa) = (x, fx);
            (double best, double atBest) = Math.Abs(fa) < Math.Abs(fb) ? (a, fa) : (b, fb);
            double smallest = 4e-16 * Math.Abs(best) / Math.Abs(b - a);
            if (atBest == 0 || smallest > 0.5 || a == b)
                return best;
            double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
            bool interpolates = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
            at = interpolates
                ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
                : 0.5;
            at = Math.Clamp(at, smallest, 1 - smallest);
        }
        return Math.Abs(fa) < Math.Abs(fb) ? a : b;
    }

    /// <summary>Where a falling function meets 0, searched upwards from <paramref name="low"/> by doubling.</summary>
    public static double FindAbove(Func<double, double> falling, double low, double step = 1)
    {
        double high = low + step;
        for (; falling(high) > 0; step *= 2)
            (low, high) = (high, high + 2 * step);
        return Find(falling, low, high);
    }
}
