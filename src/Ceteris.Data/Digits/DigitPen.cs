using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Draws one digit: a template's points jittered, joined by curves, bent, slanted, turned, pressed more or less, scaled
/// and centred as MNIST's were (the ink within 20×20 pixels, its centre of mass in the middle), drawn with soft edges.
/// Only + − × ÷ √ in double precision, so the bytes are the same everywhere. One pen for each thread.
/// </summary>
sealed class DigitPen
{
    public const int Side = 28;
    const double Box = 20;
    const int PointsPerSpan = 6, MaxPoints = 512;

    readonly double[] xs = new double[MaxPoints], ys = new double[MaxPoints], radii = new double[MaxPoints];
    readonly bool[] starts = new bool[MaxPoints];
    readonly double[] ink = new double[Side * Side];
    readonly Elastic elastic = new();
    int count;

    /// <summary>
    /// Draws a digit with the draws of <paramref name="random"/> into 28×28 bytes, 0 paper and 255 ink.
    /// </summary>
    public void Draw(int digit, ref RandomStream random, Span<byte> image)
    {
        // Most people write neatly, some do not: haste scales every deviation.
        double u = random.NextDouble();
        double haste = 0.56 + 0.63 * u + 0.95 * u * u * u * u;
        DigitTemplate template = Choose(DigitTemplates.All[digit], ref random);
        count = 0;
        foreach (TemplateStroke stroke in template.Strokes)
            AddStroke(stroke, haste, ref random);
        Deform(haste, ref random);
        Press(haste, ref random);
        Place(ref random);
        Ink(ref random, image);
    }

    static DigitTemplate Choose(IReadOnlyList<DigitTemplate> ways, ref RandomStream random)
    {
        int left = random.Next(ways.Sum(way => way.Weight));
        int i = 0;
        for (; left >= ways[i].Weight; i++)
            left -= ways[i].Weight;
        return ways[i];
    }

    /// <summary>A curve through the jittered points: Catmull–Rom splines from corner to corner.</summary>
    void AddStroke(TemplateStroke stroke, double haste, ref RandomStream random)
    {
        int n = stroke.X.Length;
        Span<double> x = stackalloc double[n], y = stackalloc double[n];
        double jitter = 0.06 * haste;
        (double moveX, double moveY) = (0.04 * haste * Normal(ref random), 0.04 * haste * Normal(ref random));
        double size = 1 + 0.05 * haste * Normal(ref random);
        for (int i = 0; i < n; i++)
        {
            x[i] = jitter * Normal(ref random);
            y[i] = jitter * Normal(ref random);
        }
        Smooth(x, stroke.Corner);
        Smooth(y, stroke.Corner);
        for (int i = 0; i < n; i++)
        {
            x[i] += stroke.X[i] * size + moveX;
            y[i] += stroke.Y[i] * size + moveY;
        }
        Overshoot(x, y, haste, ref random);
        int first = count;
        for (int i = 0; i + 1 < n; i++)
        {
            int before = i == 0 || stroke.Corner[i] ? i : i - 1;
            int after = i + 2 >= n || stroke.Corner[i + 1] ? i + 1 : i + 2;
            for (int k = 0; k < PointsPerSpan; k++)
            {
                double t = (double)k / PointsPerSpan;
                AddPoint(
                    Spline(x[before], x[i], x[i + 1], x[after], t), Spline(y[before], y[i], y[i + 1], y[after], t));
            }
        }
        AddPoint(x[n - 1], y[n - 1]);
        starts[first] = true;
    }

    /// <summary>A hand strays slowly: the deviations between corners are averaged with their neighbours.</summary>
    static void Smooth(Span<double> deviation, bool[] corner)
    {
        double before = deviation[0];
        for (int i = 1; i + 1 < deviation.Length; i++)
        {
            double own = deviation[i];
            if (!corner[i])
                deviation[i] = (before + 2 * own + deviation[i + 1]) / 4;
            before = own;
        }
    }

    /// <summary>The first and the last point come early or late along the stroke.</summary>
    static void Overshoot(Span<double> x, Span<double> y, double haste, ref RandomStream random)
    {
        int n = x.Length;
        double start = 0.14 * haste * Normal(ref random), end = 0.14 * haste * Normal(ref random);
        x[0] += start * (x[0] - x[1]);
        y[0] += start * (y[0] - y[1]);
        x[n - 1] += end * (x[n - 1] - x[n - 2]);
        y[n - 1] += end * (y[n - 1] - y[n - 2]);
    }

    void AddPoint(double x, double y)
    {
        (xs[count], ys[count], starts[count]) = (x, y, false);
        count++;
    }

    static double Spline(double p0, double p1, double p2, double p3, double t) =>
        p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));

    /// <summary>Bends, tapers and stretches the whole digit, then slants and turns it.</summary>
    void Deform(double haste, ref RandomStream random)
    {
        double bow = 0.07 * haste * Normal(ref random), taper = 0.10 * haste * Normal(ref random);
        double middle = 0.09 * haste * Normal(ref random), sag = 0.06 * haste * Normal(ref random);
        double aspect = ExpLike(0.20 * Normal(ref random) + 0.05);
        double slant = 0.20 + 0.22 * Normal(ref random);
        // Rational rotation: tan of half the angle.
        double half = 0.06 * haste * Normal(ref random);
        double cos = (1 - half * half) / (1 + half * half), sin = 2 * half / (1 + half * half);
        elastic.Draw(0.065 * haste, ref random);
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = (xs[i], ys[i]);
            (double dx, double dy) = elastic.At(x, y);
            x += dx;
            y += dy;
            y += middle * (1 - y * y) + sag * x * x;
            x = (x * (1 + taper * y) + bow * (y * y - 0.4)) * aspect - slant * y;
            xs[i] = x * cos - y * sin;
            ys[i] = x * sin + y * cos;
        }
    }

    /// <summary>
    /// Half the width of the pen at each point, relative to its mean: slow changes of pressure, thinner ends.
    /// </summary>
    void Press(double haste, ref RandomStream random)
    {
        double previous = Normal(ref random), next = Normal(ref random), amount = 0.10 * haste;
        double ends = 0.45 * random.NextDouble() * random.NextDouble();
        const int Knot = 12;
        for (int i = 0; i < count; i++)
        {
            int k = i % Knot;
            if (k == 0)
                (previous, next) = (next, Normal(ref random));
            double t = (double)k / Knot, smooth = t * t * (3 - 2 * t);
            radii[i] = Math.Max(0.45, 1 + amount * (previous + (next - previous) * smooth));
            if (starts[i] || i + 1 == count || starts[i + 1])
                radii[i] *= 1 - ends;
        }
    }

    /// <summary>
    /// Scales the ink into the box, keeping its proportions, and moves its centre of mass to the middle.
    /// </summary>
    void Place(ref RandomStream random)
    {
        double z = Normal(ref random);
        double radius = 1.28 * ExpLike(0.27 * z);
        (double left, double right, double top, double bottom) = (xs[0], xs[0], ys[0], ys[0]);
        for (int i = 1; i < count; i++)
        {
            (left, right) = (Math.Min(left, xs[i]), Math.Max(right, xs[i]));
            (top, bottom) = (Math.Min(top, ys[i]), Math.Max(bottom, ys[i]));
        }
        double scale = (Box - 2 * radius) / Math.Max(right - left, bottom - top);
        (double mass, double massX, double massY) = (0, 0, 0);
        for (int i = 0; i < count; i++)
        {
            radii[i] *= radius;
            if (i == 0 || starts[i])
                continue;
            (double dx, double dy) = (xs[i] - xs[i - 1], ys[i] - ys[i - 1]);
            double m = Math.Sqrt(dx * dx + dy * dy) * (radii[i] + radii[i - 1]) + 1e-9;
            mass += m;
            massX += m * (xs[i] + xs[i - 1]) / 2;
            massY += m * (ys[i] + ys[i - 1]) / 2;
        }
        double offsetX = Side / 2.0 + random.NextDouble() - 0.5 - massX / mass * scale;
        double offsetY = Side / 2.0 + random.NextDouble() - 0.5 - massY / mass * scale;
        for (int i = 0; i < count; i++)
        {
            xs[i] = xs[i] * scale + offsetX;
            ys[i] = ys[i] * scale + offsetY;
        }
    }

    /// <summary>
    /// Ink of a pixel: how far its centre is inside the stroke, over a soft edge; a little uneven, as ink on paper is.
    /// </summary>
    void Ink(ref RandomStream random, Span<byte> image)
    {
        double edge = 0.9 + 0.5 * random.NextDouble(), grain = 0.15 * random.NextDouble() * random.NextDouble();
        double depth = 255 * (1.06 - 0.14 * random.NextDouble() * random.NextDouble());
        Array.Clear(ink);
        for (int i = 1; i < count; i++)
        {
            if (!starts[i])
                InkSegment(i - 1, i, edge);
        }
        for (int p = 0; p < ink.Length; p++)
        {
            if (ink[p] <= 0)
            {
                image[p] = 0;
                continue;
            }
            double value = depth * Math.Min(1, ink[p]) * (1 - grain * random.NextDouble());
            image[p] = (byte)Math.Min(255, value + 0.5);
        }
    }

    void InkSegment(int a, int b, double edge)
    {
        (double ax, double ay, double dx, double dy) = (xs[a], ys[a], xs[b] - xs[a], ys[b] - ys[a]);
        double reach = Math.Max(radii[a], radii[b]) + edge / 2, length = dx * dx + dy * dy + 1e-12;
        int left = Math.Max(0, (int)(Math.Min(ax, xs[b]) - reach));
        int right = Math.Min(Side - 1, (int)(Math.Max(ax, xs[b]) + reach));
        int top = Math.Max(0, (int)(Math.Min(ay, ys[b]) - reach));
        int bottom = Math.Min(Side - 1, (int)(Math.Max(ay, ys[b]) + reach));
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                (double px, double py) = (x + 0.5 - ax, y + 0.5 - ay);
                double t = Math.Max(0, Math.Min(1, (px * dx + py * dy) / length));
                (double ex, double ey) = (px - t * dx, py - t * dy);
                double inside = radii[a] + t * (radii[b] - radii[a]) - Math.Sqrt(ex * ex + ey * ey);
                ref double cell = ref ink[y * Side + x];
                cell = Math.Max(cell, 0.5 + inside / edge);
            }
        }
    }

    /// <summary>Mean 0, variance 1, within ±3, nearly normal: the sum of three uniform numbers.</summary>
    public static double Normal(ref RandomStream random) =>
        2 * ((double)random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5);

    /// <summary>(1 + x/8)⁸, near eˣ.</summary>
    static double ExpLike(double x)
    {
        double y = 1 + x / 8;
        y *= y;
        y *= y;
        return y * y;
    }
}
