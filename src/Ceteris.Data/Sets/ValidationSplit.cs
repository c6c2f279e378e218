using System.Globalization;

namespace Ceteris.Data;

/// <summary>
/// Training images put aside for validation: a number or a share of them, from the end or with a seed at random.
/// Written <c>5000</c>, <c>10%</c>, <c>5000@7</c>, <c>10%@7</c>.
/// </summary>
public sealed record ValidationSplit(double Amount, bool Percent, ulong? Seed = null)
{
    /// <summary>Errors: <see cref="DataException"/> with what was expected.</summary>
    public static ValidationSplit Parse(string text)
    {
        string[] parts = text.Split('@');
        bool percent = parts[0].EndsWith('%');
        NumberStyles style = percent ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
        ulong seed = 0;
        if (!double.TryParse(parts[0].TrimEnd('%'), style, CultureInfo.InvariantCulture, out double amount)
            || !(amount > 0 && amount < (percent ? 100 : int.MaxValue))
            || parts.Length > 2
            || (parts.Length == 2
                && !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out seed)))
        {
            throw new DataException("expected images for validation as a number or a percentage between 0 and 100, and "
                + $"@SEED behind it to draw them at random, for example 5000, 10% or 10%@7; got '{text}'");
        }
        return new(amount, percent, parts.Length == 2 ? seed : null);
    }

    /// <summary>What remains for training, and what is put aside (at least one image each).</summary>
    public (ImageSet Train, ImageSet Validation) Of(ImageSet images)
    {
        int count = Percent ? Math.Max(1, (int)(images.Count * Amount / 100)) : (int)Amount;
        if (count >= images.Count)
        {
            throw new DataException(
                $"expected fewer validation images than the {images.Count} of {images.Name}, got {this}");
        }
        int rest = images.Count - count;
        ImageSet train = new Subset(0, rest, Seed).Of(images), validation = new Subset(rest, null, Seed).Of(images);
        return (train, validation);
    }

    public override string ToString()
    {
        string amount = Amount.ToString("R", CultureInfo.InvariantCulture) + (Percent ? "%" : "");
        return Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"{amount}@{seed}") : amount;
    }
}
