using System.Globalization;

namespace Ceteris.Statistics;

/// <summary>Refusals that say what was expected and what came.</summary>
static class Check
{
    public static void That(bool holds, string parameter, string expected, double got)
    {
        if (!holds)
            throw Wrong(parameter, expected, got.ToString(CultureInfo.InvariantCulture));
    }

    public static ArgumentException Wrong(string parameter, string expected, string got) =>
        new($"expected {expected}, got {got}", parameter);

    public static double Confidence(double confidence)
    {
        That(confidence is > 0 and < 1, nameof(confidence), "a confidence between 0 and 1, such as 0.95", confidence);
        return confidence;
    }

    public static void Finite(ReadOnlySpan<double> values, string parameter)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw Wrong(
                    parameter, "finite values",
                    string.Create(CultureInfo.InvariantCulture, $"{values[i]} at position {i}"));
            }
        }
    }
}
