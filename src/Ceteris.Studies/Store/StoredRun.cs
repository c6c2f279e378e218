namespace Ceteris.Studies;

/// <summary>A run that has ended, in a store; it never changes.</summary>
/// <param name="RunId">See <see cref="RunCertificate.RunIdOf"/>.</param>
/// <param name="Folder">Full path.</param>
/// <param name="Certificate">What it came to.</param>
public sealed record StoredRun(string RunId, string Folder, RunCertificate Certificate)
{
    /// <summary>The certificate in one line.</summary>
    public RunSummary Summary => RunReader.Summarise(Folder, Certificate);

    /// <summary>The weights in safetensors; null if they were not kept, or the run failed.</summary>
    public string? WeightsFile => Certificate.HasWeights ? Path.Combine(Folder, RunOutputs.WeightsFile) : null;

    /// <summary>What it said about each test image; read anew each time.</summary>
    /// <exception cref="RunFolderException">The run failed.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public Predictions Predictions() => RunReader.Open(Folder).Predictions();

    /// <summary>The rows of metrics.csv; read anew each time.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public IReadOnlyList<MetricRow> Metrics() => RunReader.Open(Folder).Metrics();
}
