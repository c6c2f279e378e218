using System.Globalization;

namespace Ceteris.Studies;

/// <summary>What a tensor's numbers are like.</summary>
/// <param name="Count">How many.</param>
/// <param name="NaN">Of them not a number.</param>
/// <param name="Infinite">Of them infinite.</param>
/// <param name="Min">Least finite one.</param>
/// <param name="Max">Greatest finite one.</param>
public readonly record struct TensorStatistics(int Count, int NaN, int Infinite, float Min, float Max)
{
    public static TensorStatistics Of(ReadOnlySpan<float> values)
    {
        (int nan, int infinite, float min, float max) = (0, 0, float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in values)
        {
            if (float.IsNaN(value))
                nan++;
            else if (float.IsInfinity(value))
                infinite++;
            else
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }
        return new(values.Length, nan, infinite, min, max);
    }

    public bool IsFinite => NaN + Infinite == 0;

    /// <summary>
    /// True if every value is finite. A finite number minus itself is 0, any other NaN, which no sum loses.
    /// </summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
            sum += value - value;
        return sum == 0;
    }

    public override string ToString()
    {
        string bad = (NaN, Infinite) switch
        {
            (0, 0) => "",
            (_, 0) => $"{NaN} NaN",
            (0, _) => $"{Infinite} infinite",
            _ => $"{NaN} NaN and {Infinite} infinite",
        };
        string finite = NaN + Infinite == Count ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{Min:R} to {Max:R}");
        string all = string.Create(CultureInfo.InvariantCulture, $"{Count}");
        return bad.Length == 0 ? finite
            : finite.Length == 0 ? $"{bad} of {all}"
            : $"{bad} of {all}, the others {finite}";
    }
}
