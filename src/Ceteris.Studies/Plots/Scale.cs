using System.Globalization;

namespace Ceteris.Studies;

/// <summary>A mark on an axis.</summary>
readonly record struct Tick(double Value, string Label);

/// <summary>
/// Maps values [<paramref name="Low"/>, <paramref name="High"/>] to pixels [<paramref name="From"/>,
/// <paramref name="To"/>].
/// </summary>
sealed record Scale(double Low, double High, double From, double To, bool Logarithmic = false)
{
    public double this[double value] => From + (To - From) * (Place(value) - Place(Low)) / (Place(High) - Place(Low));

    /// <summary>
    /// Round values inside the domain: multiples of 1, 2, 2.5 or 5 times a power of ten, about <paramref name="count"/>
    /// of them; on a logarithmic scale powers of ten, with 2 and 5 times these if there is room.
    /// </summary>
    public IReadOnlyList<Tick> Ticks(int count, bool whole = false) =>
        Logarithmic ? LogarithmicTicks(count) : LinearTicks(count, whole);

    /// <summary>The next round step that gives at most <paramref name="count"/> steps over a span.</summary>
    public static double RoundStep(double span, int count)
    {
        double raw = span / count, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        foreach (double factor in new[] { 1, 2, 2.5, 5 })
        {
            if (raw <= factor * power * (1 + 1e-9))
                return factor * power;
        }
        return 10 * power;
    }

    double Place(double value) => Logarithmic ? Math.Log10(value) : value;

    Tick[] LinearTicks(int count, bool whole)
    {
        double step = RoundStep(High - Low, count);
        if (whole)
            step = Math.Max(1, Math.Round(step, MidpointRounding.ToNegativeInfinity));
        int decimals = Enumerable.Range(0, 10).First(d => d == 9 || IsWhole(step * Math.Pow(10, d)));
        bool isFar = Math.Max(Math.Abs(Low), Math.Abs(High)) is >= 1e9 or < 1e-7;
        double slack = 1e-9 * (High - Low);
        long first = (long)Math.Ceiling((Low - slack) / step), last = (long)Math.Floor((High + slack) / step);
        return
        [
            .. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)
                .Select(value => Math.Abs(value) < step / 2 ? 0 : value)
                .Select(value => new Tick(value, isFar && value != 0 ? Power(value) : Text(value, decimals))),
        ];
    }

    IReadOnlyList<Tick> LogarithmicTicks(int count)
    {
        // the finest set that fits; few decades need the finer ones
        double[][] sets = [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];
        foreach (double[] factors in sets)
        {
            var values = Decades(1).SelectMany(power => factors.Select(factor => factor * power));
            Tick[] ticks = [.. values.Where(Inside).Select(Mark)];
            if (ticks.Length <= count)
                return ticks;
        }
        int decades = (int)Math.Ceiling(Math.Log10(High / Low) / count);
        return [.. Decades(decades).Where(Inside).Select(Mark)];
    }

    IEnumerable<double> Decades(int step)
    {
        int first = (int)Math.Floor(Math.Log10(Low)), last = (int)Math.Ceiling(Math.Log10(High));
        for (int exponent = first - (first % step + step) % step; exponent <= last; exponent += step)
            yield return Math.Pow(10, exponent);
    }

    bool Inside(double value) => value >= Low * (1 - 1e-9) && value <= High * (1 + 1e-9);

    static Tick Mark(double value) => new(value, value is >= 1e-4 and < 1e6
        ? value.ToString("0.######", CultureInfo.InvariantCulture)
        : Power(value));

    /// <summary>As the terminal writes what is very great or small.</summary>
    static string Power(double value) =>
        value.ToString("0.######E+0", CultureInfo.InvariantCulture).Replace('-', '−');

    static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-6;

    static string Text(double value, int decimals) =>
        value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .Replace('-', '−');
}
