namespace Ceteris.Statistics;

/// <summary>
/// An interval that covers the true value in the share <paramref name="Confidence"/> of all studies like this one.
/// </summary>
public readonly record struct Interval(double Low, double High, double Confidence)
{
    /// <summary>Whether the value is inside, bounds included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Whether a value that may be off by <paramref name="rounding"/> may be inside.</summary>
    public bool Reaches(double value, double rounding) => value + rounding >= Low && value - rounding <= High;

    /// <summary>Whether the whole interval lies strictly between −margin and +margin.</summary>
    public bool IsWithin(double margin) => Low > -margin && High < margin;

    public double HalfWidth => (High - Low) / 2;

    /// <summary>The same interval for another unit or after a rising function, such as the exponential.</summary>
    public Interval Map(Func<double, double> rising) => new(rising(Low), rising(High), Confidence);
}
