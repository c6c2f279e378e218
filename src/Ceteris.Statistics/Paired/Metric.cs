namespace Ceteris.Statistics;

/// <summary>What is measured in every block, and in which unit differences of it are told.</summary>
/// <param name="Name">In words: <c>test accuracy</c>.</param>
/// <param name="Unit">Of a difference: <c>points</c> (percentage points), <c>seconds</c>.</param>
/// <param name="HigherIsBetter">Whether more of it is better.</param>
/// <param name="Images">
/// Where the value is a count of correct images: out of how many. A difference of counts is exact; it is told as
/// 100 / Images points. 0 for every other value.
/// </param>
public sealed record Metric(string Name, string Unit, bool HigherIsBetter = true, int Images = 0)
{
    /// <summary>Correct images out of <paramref name="images"/>, told in percentage points.</summary>
    public static Metric Accuracy(int images, string name = "test accuracy")
    {
        Check.That(images > 0, nameof(images), "one image or more", images);
        return new(name, "points", true, images);
    }

    public bool IsCount => Images > 0;

    /// <summary>From the value to the unit.</summary>
    public double Scale => IsCount ? 100.0 / Images : 1;

    /// <summary>
    /// What should become small, for ratios: wrong images, or the value itself where lower is better; none otherwise.
    /// </summary>
    public double? Error(double value) => IsCount ? Images - value : HigherIsBetter ? null : value;

    internal void Accept(double value, string arm, long block)
    {
        bool fits = double.IsFinite(value) && (
            !IsCount || (value >= 0 && value <= Images && value == Math.Floor(value)));
        if (!fits)
        {
            string expected = IsCount ? FormattableString.Invariant($"a count of 0 to {Images} correct images")
                : "a finite value";
            throw Check.Wrong(
                nameof(value), expected, FormattableString.Invariant($"{value} (arm '{arm}', seed {block})"));
        }
    }
}
