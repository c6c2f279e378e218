using System.Globalization;

using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>How pixels become numbers.</summary>
public enum PreprocessingKind
{
    /// <summary>x / 255</summary>
    Scale,

    /// <summary>(x − 127.5) / 255</summary>
    Center,

    /// <summary>(x / 255 − mean) / std, with given constants for each channel.</summary>
    Standardize,

    /// <summary>
    /// (x / 255 − mean) / std, with mean and standard deviation of each channel of the training images.
    /// </summary>
    StandardizeTrain,
}

/// <summary>
/// The preprocessing of a recipe. Written <c>scale</c>, <c>center</c>, <c>standardize</c> (MNIST's constants),
/// <c>standardize=0.1307/0.3081</c>, <c>standardize=0.49,0.48,0.45/0.2,0.2,0.2</c> (three channels),
/// <c>standardize=train</c>. Equal if written the same and with the same permutation of the pixels.
/// </summary>
public sealed record Preprocessing(
    PreprocessingKind Kind, IReadOnlyList<float> Mean, IReadOnlyList<float> StandardDeviation)
{
    /// <summary>
    /// The seed of one permutation that is applied to the pixels of every image, channel by channel: what a network
    /// can learn from the values alone stays, what it learns from their neighbourhood goes. Null for none.
    /// </summary>
    public ulong? Permutation { get; init; }

    public static Preprocessing Scale { get; } = new(PreprocessingKind.Scale, [], []);

    public static Preprocessing Center { get; } = new(PreprocessingKind.Center, [], []);

    /// <summary>By MNIST's mean and standard deviation, 0.1307 and 0.3081.</summary>
    public static Preprocessing Standardize { get; } = new(PreprocessingKind.Standardize, [0.1307f], [0.3081f]);

    public static Preprocessing StandardizeTrain { get; } = new(PreprocessingKind.StandardizeTrain, [], []);

    /// <summary>Errors: <see cref="DataException"/> with what was expected.</summary>
    public static Preprocessing Parse(string text)
    {
        string[] parts = text.Split('=');
        return parts switch
        {
            ["scale"] => Scale,
            ["center"] => Center,
            ["standardize"] => Standardize,
            ["standardize", "train"] => StandardizeTrain,
            ["standardize", string constants] when constants.Split('/') is [string mean, string deviation]
                && ParseNumbers(mean) is { } means && ParseNumbers(deviation) is { } deviations
                && means.Length == deviations.Length && deviations.All(d => d > 0)
                => new(PreprocessingKind.Standardize, means, deviations),
            _ => throw new DataException("expected scale, center, standardize, standardize=train or "
                + $"standardize=MEAN/STD (STD above 0; one of each per channel, separated by commas), got '{text}'"),
        };
    }

    /// <summary>
    /// The table of values for images of this kind. <paramref name="train"/> are the training images, the only ones
    /// that constants may be computed from. Errors: <see cref="DataException"/> if the number of channels is another.
    /// </summary>
    public Normalisation For(ImageSet train)
    {
        int channels = train.Image[0];
        (IReadOnlyList<float> mean, IReadOnlyList<float> deviation) = (Mean, StandardDeviation);
        if (Kind == PreprocessingKind.StandardizeTrain)
        {
            ImageStatistics statistics = train.Statistics;
            mean = [.. statistics.Mean.Select(m => (float)m)];
            deviation = [.. statistics.StandardDeviation.Select(d => (float)d)];
            if (deviation.Any(d => d == 0))
                throw new DataException($"cannot standardize {train.Name}: all pixels of a channel are the same");
        }
        if (Kind is PreprocessingKind.Standardize or PreprocessingKind.StandardizeTrain && mean.Count != channels)
        {
            throw new DataException(
                $"expected means and deviations of {channels} channels, got {mean.Count} in '{this}'");
        }
        float[] table = new float[channels * 256];
        for (int i = 0; i < table.Length; i++)
            table[i] = ValueOf(i % 256, mean, deviation, i / 256);
        int[]? order = Permutation is { } seed
            ? KeyedOrder.Of(
                StreamKey.For(seed, "permute"), 0, [.. Enumerable.Range(0, train.Image.ElementsFrom(1))])
            : null;
        return new(train.Image, table, order);
    }

    /// <summary>The shortest text that parses to this value, but for the permutation.</summary>
    public override string ToString() => Kind switch
    {
        PreprocessingKind.Scale => "scale",
        PreprocessingKind.Center => "center",
        PreprocessingKind.StandardizeTrain => "standardize=train",
        _ => $"standardize={Join(Mean)}/{Join(StandardDeviation)}",
    };

    public bool Equals(Preprocessing? other) => other is not null && ToString() == other.ToString()
        && Permutation == other.Permutation;

    public override int GetHashCode() => (int)Kind;

    // In float32, in this order: PyTorch's ToTensor and Normalize give the same bits.
    float ValueOf(int x, IReadOnlyList<float> mean, IReadOnlyList<float> deviation, int channel) => Kind switch
    {
        PreprocessingKind.Scale => x / 255f,
        PreprocessingKind.Center => (x - 127.5f) / 255f,
        _ => (x / 255f - mean[channel]) / deviation[channel],
    };

    static string Join(IEnumerable<float> values) =>
        string.Join(",", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    static float[]? ParseNumbers(string text)
    {
        string[] parts = text.Split(',');
        float[] numbers = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !float.IsFinite(numbers[i]))
            {
                return null;
            }
        }
        return numbers;
    }
}
