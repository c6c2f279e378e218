using System.Globalization;
using System.Text.Json;

namespace Ceteris.Tests;

/// <summary>
/// Numbers computed by R, and by scipy and statsmodels where they can. A number here equals one there to 1e-9
/// relative, or to the last digit written there.
/// </summary>
static class Vectors
{
    static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Statistics", "vectors.json"))).RootElement;

    /// <summary>The element at a path such as <c>V1_paired.welch.t</c> or <c>V1_paired.ci95.0</c>.</summary>
    public static JsonElement At(string path)
    {
        JsonElement at = Root;
        foreach (string part in path.Split('.'))
        {
            at = at.ValueKind != JsonValueKind.Array ? at.GetProperty(part)
                : at[int.Parse(part, CultureInfo.InvariantCulture)];
        }
        return at;
    }

    public static double[] Numbers(string path) => [.. At(path).EnumerateArray().Select(e => e.GetDouble())];

    public static int[] Integers(string path) => [.. At(path).EnumerateArray().Select(e => e.GetInt32())];

    public static int[][] Table(string path) =>
        [.. At(path).EnumerateArray().Select(row => row.EnumerateArray().Select(e => e.GetInt32()).ToArray())];

    public static void Equal(string path, double actual, double relative = 1e-9) =>
        Equal(At(path), actual, relative, path);

    public static void Equal(JsonElement element, double actual, double relative, string path)
    {
        double expected = element.GetDouble();
        double tolerance = Math.Max(relative * Math.Abs(expected), LastDigit(element.GetRawText()) / 2 * 1.0001);
        Assert.True(
            Math.Abs(actual - expected) <= tolerance,
            string.Create(CultureInfo.InvariantCulture, $"{path}: expected {expected:r}, got {actual:r}"));
    }

    public static void Equal(string path, Ceteris.Statistics.Interval actual)
    {
        Equal(path + ".0", actual.Low);
        Equal(path + ".1", actual.High);
    }

    /// <summary>The value of a unit in the last place written; 0 of a whole number, which is exact.</summary>
    static double LastDigit(string text)
    {
        int exponentAt = text.IndexOfAny(['e', 'E']), point = text.IndexOf('.');
        string mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        if (point < 0)
            return exponentAt < 0 ? 0 : Math.Pow(10, exponent);
        return Math.Pow(10, exponent - (mantissa.Length - point - 1));
    }
}
