using System.Globalization;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// The images <c>Start..End</c> of a set (End exclusive; null: to its end): in the order of the set, or with a seed of
/// one random permutation of it. Random subsets of one seed are therefore nested if one range is within the other, and
/// disjoint if the ranges are. The selected images keep the order of the set. Written <c>10000</c> (the first),
/// <c>100..200</c>, <c>100..</c>, <c>..200</c>; with a seed <c>10000@7</c>, <c>100..200@7</c>.
/// </summary>
public sealed record Subset(int Start, int? End, ulong? Seed = null)
{
    const string Expected = "expected N (the first N images), A..B (A inclusive, B exclusive), A.. or ..B, and @SEED "
        + "behind it for images drawn at random, for example 10000, 0..10000 or 10000@7";

    public static Subset First(int count) => new(0, count);

    public static Subset Random(int count, ulong seed) => new(0, count, seed);

    /// <summary>Errors: <see cref="DataException"/> with what was expected.</summary>
    public static Subset Parse(string text)
    {
        (string range, string? seedText) = text.Split('@') switch
        {
            [string all] => (all, null),
            [string before, string after] => (before, after),
            _ => throw new DataException($"{Expected}, got '{text}'"),
        };
        ulong? seed = null;
        if (seedText is not null)
        {
            if (!ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
                throw new DataException($"expected a seed (a whole number) behind '@', got '{text}'");
            seed = value;
        }
        int dots = range.IndexOf("..", StringComparison.Ordinal);
        int start = dots <= 0 ? 0 : ParseIndex(range[..dots], text);
        string endText = dots < 0 ? range : range[(dots + 2)..];
        int? end = dots >= 0 && endText.Length == 0 ? null : ParseIndex(endText, text);
        if (end <= start)
            throw new DataException($"expected a range with at least one image, got '{text}'");
        return new(start, end, seed);
    }

    /// <summary>
    /// Where the range ends in a set of so many images. Errors: <see cref="DataException"/> if these are too few.
    /// </summary>
    public int EndIn(int images, string name) => (End ?? images) is var end && end <= images && Start < end ? end
        : throw new DataException($"expected a range within the {images} images of {name}, got {this}");

    /// <summary>The images of this subset. Errors: <see cref="DataException"/> if the set has too few.</summary>
    public ImageSet Of(ImageSet images)
    {
        int end = EndIn(images.Count, images.Name);
        int[] order = Seed is { } seed
            ? KeyedOrder.Of(StreamKey.For(seed, "subset"), 0, images.Ids)
            : [.. Enumerable.Range(0, images.Count)];
        int[] selected = order[Start..end];
        Array.Sort(selected);
        return images.Select($"{images.Name}[{this}]", selected);
    }

    /// <summary>The shortest text that parses to this value.</summary>
    public override string ToString()
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"{Start}..{End}");
        if (Start == 0 && End is { } count)
            range = count.ToString(CultureInfo.InvariantCulture);
        return Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"{range}@{seed}") : range;
    }

    static int ParseIndex(string text, string whole) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new DataException($"{Expected}, got '{whole}'");
}
