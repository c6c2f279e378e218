namespace Ceteris.Studies;

/// <summary>
/// How thoroughly a run or a study is verified; each level includes those before it, but for
/// <see cref="Epochs"/>, which <see cref="Replay"/> makes superfluous.
/// </summary>
public enum VerificationLevel
{
    /// <summary>
    /// Hashes: the files are those that the certificate speaks of, and it does not contradict itself. Needs no data;
    /// where files of the data are found, they are those that were trained on.
    /// </summary>
    Hashes = 0,

    /// <summary>Predictions and counts are computed again from the weights.</summary>
    Predictions = 1,

    /// <summary>
    /// Runs of a study are trained again from their initial values up to a random epoch, which is compared.
    /// </summary>
    Epochs = 2,

    /// <summary>The whole training is repeated, and every recorded epoch compared.</summary>
    Replay = 3,

    /// <summary>The report of a study is made again from its runs, byte for byte.</summary>
    Report = 4,
}

/// <summary>One thing looked at.</summary>
/// <param name="Level">To which it belongs.</param>
/// <param name="Name">What: <c>predictions.bin</c>, <c>weights after epoch 3</c>.</param>
/// <param name="Expected">According to the certificate.</param>
/// <param name="Got">What was found.</param>
public sealed record VerificationCheck(VerificationLevel Level, string Name, string Expected, string Got)
{
    public bool Passed => Expected == Got;

    /// <summary>What was compared, in a few words; null where the values themselves are short.</summary>
    public string? Brief { get; init; }

    public override string ToString() =>
        $"L{(int)Level} {Name}: {(Passed ? Got : $"expected {Expected}, got {Got}")}";
}

/// <summary>All that was looked at, in order.</summary>
public sealed record VerificationReport(string Folder, VerificationLevel Level, IReadOnlyList<VerificationCheck> Checks)
{
    /// <summary>Files and folders in the folder of a run that are not the run's: nothing is said of them.</summary>
    public IReadOnlyList<string> Foreign { get; init; } = [];

    public bool Passed => Checks.Count > 0 && Checks.All(check => check.Passed);
}
