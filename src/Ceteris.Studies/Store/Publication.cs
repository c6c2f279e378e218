namespace Ceteris.Studies;

/// <summary>
/// How a run that has ended becomes part of a store, under the lease of its work folder: its files are gathered and
/// flushed in a temporary folder beside the place where it belongs, whose name is then changed. So the run is there
/// whole or not at all, whatever ends the process.
/// </summary>
static class Publication
{
    static readonly string[] always = [MetricsCsv.FileName, Predictions.FileName];

    /// <summary>Publishes a run; if it is in the store already, nothing happens.</summary>
    /// <param name="layout">Of the store.</param>
    /// <param name="owned">The run's work folder.</param>
    /// <param name="source">The folder with the files, often the same.</param>
    /// <param name="certificate">Of the run, which has ended.</param>
    /// <param name="keepWeights">Whether weights that there are become part of it.</param>
    /// <exception cref="StorageException">A file operation failed; the store is as it was.</exception>
    /// <exception cref="LeaseException">Another process has taken the run over.</exception>
    /// <exception cref="InvalidDataException">A file is not the one that the certificate speaks of.</exception>
    public static void Publish(
        StoreLayout layout, RunFolder owned, string source, RunCertificate certificate, bool keepWeights)
    {
        string runId = certificate.RunId, target = layout.FolderOf(runId), shard = Path.GetDirectoryName(target)!;
        if (layout.Contains(runId))
            return;
        layout.Create(layout.Runs);
        layout.Create(shard);
        string temporary = layout.TemporaryFor(target);
        try
        {
            Gather(layout, temporary, source, certificate, keepWeights);
            owned.Verify();
            if (layout.IdsIn(StoreLayout.ShardOf(runId)).Contains(runId))
                layout.Remove(target); // a folder without certificate is no run, but what is left of one
            layout.Move(temporary, target);
        }
        catch
        {
            layout.Discard(temporary);
            throw;
        }
        layout.Flush(shard);
    }

    static void Gather(
        StoreLayout layout, string temporary, string source, RunCertificate certificate, bool keepWeights)
    {
        DataFile[] chosen = [.. certificate.Outputs
            .Where(file => always.Contains(file.Name) || (keepWeights && file.Name == RunOutputs.WeightsFile))];
        layout.Create(temporary);
        foreach (DataFile file in chosen)
        {
            byte[] bytes = layout.Read(Path.Combine(source, file.Name));
            if (Sha256Text.Of(bytes) is var hash && hash != file.Sha256)
            {
                throw new InvalidDataException(
                    $"{Path.Combine(source, file.Name)}: expected SHA-256 {file.Sha256}, got {hash}");
            }
            Write(file.Name, bytes);
        }
        Write(RunCertificate.FileName, (certificate with { Outputs = chosen }).ToBytes());

        void Write(string name, byte[] bytes) =>
            AtomicFile.Write(layout.Files, Path.Combine(temporary, name), stream => stream.Write(bytes));
    }
}
