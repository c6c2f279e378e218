using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// Runs as values: each is computed once, and then is a folder that never changes, found by the id that recipe, data
/// and numerics give it. Several threads and several processes may use a store at once. See docs/store.md.
/// </summary>
public sealed class RunStore : IDisposable
{
    /// <summary>Where the store is unless something else is said, and the variable that says it.</summary>
    public const string DefaultRoot = "store", Variable = "CETERIS_STORE";

    readonly StoreLayout layout;
    readonly Lazy<StoreIndex> index;

    RunStore(StoreLayout layout)
    {
        this.layout = layout;
        index = new(() => new(layout));
    }

    /// <summary>Full path of the store.</summary>
    public string Root => layout.Root;

    internal StoreLayout Layout => layout;

    internal StoreIndex Index => index.Value;

    /// <summary>Whether there is a store in a folder.</summary>
    public static bool Exists(string root) => StoreLayout.IsStore(root);

    /// <summary>Opens a store, made if it is missing.</summary>
    /// <exception cref="InvalidDataException">There is something else in the folder, or a store of another
    /// format.</exception>
    /// <exception cref="StorageException">A file operation failed.</exception>
    public static RunStore Open(string root, IFileSystem? files = null)
    {
        var layout = new StoreLayout(files ?? DiskFileSystem.Instance, Path.GetFullPath(root));
        layout.Claim();
        return new(layout);
    }

    /// <summary>Whether a run has ended, completed or failed, and is here.</summary>
    public bool Contains(string runId) => layout.Contains(Checked(runId));

    /// <summary>A run that has ended; null if it is not here.</summary>
    /// <exception cref="InvalidDataException">Its certificate is damaged.</exception>
    public StoredRun? Find(string runId)
    {
        if (!Contains(runId))
            return null;
        string folder = layout.FolderOf(runId), path = Path.Combine(folder, RunCertificate.FileName);
        RunCertificate certificate = RunCertificate.Parse(layout.Read(path), path);
        return certificate.RunId == runId ? new(runId, folder, certificate)
            : throw new InvalidDataException($"{path}: expected the run {runId}, got {certificate.RunId}");
    }

    /// <summary>Where a run lies that has ended, if it is here.</summary>
    public string FolderOf(string runId) => layout.FolderOf(Checked(runId));

    /// <summary>The ids of all runs that begin so, in order; from the folders, not from the index.</summary>
    public IReadOnlyList<string> IdsWith(string prefix) =>
    [
        .. layout.Shards()
            .Where(shard => shard.StartsWith(prefix, StringComparison.Ordinal)
                || prefix.StartsWith(shard, StringComparison.Ordinal))
            .SelectMany(layout.IdsIn).Where(id => id.StartsWith(prefix, StringComparison.Ordinal)),
    ];

    /// <summary>
    /// The run of a job: the one that is here, else it is trained now, going on with what a process that ended early
    /// left. A run that is interrupted stays in <c>work</c>, and is returned as such.
    /// </summary>
    /// <param name="job">What to train.</param>
    /// <param name="options">How; folder, files and outputs are the store's business.</param>
    /// <param name="keepWeights">Whether the weights become part of the run, if it is trained now.</param>
    /// <exception cref="LeaseException">Another process, or another thread of this one, is at it: wait and ask
    /// again.</exception>
    /// <exception cref="InvalidDataException">The run is here, but damaged.</exception>
    /// <exception cref="StorageException">A file operation failed; what was saved is whole.</exception>
    public RunSummary Train(TrainingJob job, TrainingOptions options, bool keepWeights)
    {
        string runId = job.RunId;
        if (Find(runId) is { } known)
            return known.Summary with { Repeated = true };
        options = options with { KeepWeights = keepWeights, DrawPictures = false };
        using var model = Model.Of(job, options.Threads);
        var steps = new StepRunner(job, model);
        using RunFiles? work = OpenWork(
            runId, folder => RunFiles.Open(folder, job, layout.Files, force: false));

        // While the lease was waited for, its last owner may have published the run.
        if (Find(runId) is { } published)
        {
            RemoveWork(runId);
            return published.Summary with { Repeated = true };
        }
        RunSummary summary = Trainer.Run(job, options, model, steps, work!);
        if (summary.State == RunState.Interrupted)
            return summary;
        Publish(work!.Folder, work.Location, work.Certificate()!, keepWeights);
        return summary with { Run = layout.FolderOf(runId) };
    }

    /// <summary>
    /// Takes in a run folder of <c>ceteris train</c> that has ended: its files are checked against their hashes and
    /// copied.
    /// </summary>
    /// <exception cref="RunFolderException">There is no run in the folder, or one that has not ended.</exception>
    /// <exception cref="InvalidDataException">It does not agree with its certificate, or the store has the same run
    /// with other results.</exception>
    /// <exception cref="LeaseException">Another process is training this run.</exception>
    /// <exception cref="StorageException">A file operation failed; the store is as it was.</exception>
    public StoredRun Add(string runFolder, bool keepWeights)
    {
        RunReader run = RunReader.Open(runFolder);
        if (run.Certificate is not { Status.State: not RunState.Interrupted } certificate)
            throw new RunFolderException(run.Folder, "expected a run that has ended, got one that can be resumed");
        VerificationReport report = RunVerifier.Verify(
            run.Folder, VerificationLevel.Hashes, _ => throw new NotSupportedException());
        if (report.Checks.FirstOrDefault(check => !check.Passed) is { } bad)
            throw new InvalidDataException($"{run.Folder}: {bad}");
        if (Find(certificate.RunId) is { } known)
            return Same(known, certificate, run.Folder);
        using RunFolder? work = OpenWork(certificate.RunId, folder => RunFolder.Open(folder, layout.Files));
        if (work is not null)
            Publish(work, run.Folder, certificate, keepWeights);
        return Same(Find(certificate.RunId)!, certificate, run.Folder);
    }

    /// <summary>The runs that a filter lets through, from the index, which is brought up to date first.</summary>
    /// <exception cref="StorageException">The index cannot be read, and not be made anew.</exception>
    public IReadOnlyList<RunRow> List(RunFilter filter) => Index.List(filter);

    /// <summary>How many runs a filter lets through; its limit does not count.</summary>
    public long Count(RunFilter filter) => Index.Count(filter);

    /// <summary>
    /// How often the test images of each data set have been read for a result: once by every completed run. Choices
    /// by test accuracy wear a test set out; what was chosen so needs fresh seeds, or fresh images.
    /// </summary>
    public IReadOnlyList<(string TestData, long Runs)> TestReads() => Index.TestReads();

    /// <summary>Makes the index anew from the runs.</summary>
    /// <returns>The number of runs, damaged ones included.</returns>
    public long Rebuild() => Index.Rebuild();

    /// <summary>Looks at every run; see <see cref="StoreCheck"/>.</summary>
    /// <param name="each">Is told the number of runs looked at so far.</param>
    public StoreCheck Check(Action<long>? each = null) => StoreCheck.Of(this, each);

    /// <summary>Clears away what nobody needs; see <see cref="StoreCleaning"/>.</summary>
    /// <param name="interrupted">Also runs that could be resumed.</param>
    /// <param name="damaged">Also damaged runs, so that they can be trained again.</param>
    /// <exception cref="StorageException">A file operation failed; what is not cleared away is as it was.</exception>
    public StoreCleaning Clean(bool interrupted = false, bool damaged = false) =>
        StoreCleaning.Of(this, interrupted, damaged);

    public void Dispose()
    {
        if (index.IsValueCreated)
            index.Value.Dispose();
    }

    /// <summary>
    /// Adds to a run what a repetition with the same bits has seen in its layers, if it has no such record yet. All
    /// else of the run stays as it is.
    /// </summary>
    /// <returns>Whether something was added.</returns>
    /// <exception cref="InvalidDataException">The run is damaged.</exception>
    /// <exception cref="StorageException">A file operation failed; the run is as it was.</exception>
    public bool Enrich(AuditedRun again)
    {
        if (!again.Passed || again.Layers.Count == 0
            || Find(again.RunId) is not { Certificate: { Result: not null, Layers.Count: 0 } certificate } run)
            return false;
        AtomicFile.DeleteTemporaries(layout.Files, run.Folder, isShared: true);
        byte[] bytes = (certificate with { Layers = again.Layers }).ToBytes();
        AtomicFile.Write(layout.Files, Path.Combine(run.Folder, RunCertificate.FileName), stream => stream.Write(bytes));
        return true;
    }

    /// <summary>Publishes a run and clears its work folder away.</summary>
    internal void Publish(RunFolder work, string source, RunCertificate certificate, bool keepWeights)
    {
        Publication.Publish(layout, work, source, certificate, keepWeights);
        Index.TryInsert(certificate.RunId);
        RemoveWork(certificate.RunId);
    }

    /// <summary>Clears the work folder of a run that is published; what remains is left to a cleaning.</summary>
    internal void RemoveWork(string runId)
    {
        try
        {
            layout.Remove(layout.WorkOf(runId));
        }
        catch (StorageException)
        {
            // The run is safe; this is only in the way.
        }
    }

    /// <summary>
    /// Opens the work folder of a run; null if the run has been published meanwhile, when its work folder is cleared
    /// away under our hands.
    /// </summary>
    T? OpenWork<T>(string runId, Func<string, T> open) where T : class
    {
        try
        {
            return open(layout.WorkOf(runId));
        }
        catch (StorageException e) when (e.Fault == StorageFault.Missing)
        {
            return Contains(runId) ? null : open(layout.WorkOf(runId));
        }
    }

    static StoredRun Same(StoredRun known, RunCertificate certificate, string folder) =>
        known.Certificate.IdentitySha256 == certificate.IdentitySha256 ? known
            : throw new InvalidDataException($"{folder}: expected the results that the store has for this run, "
                + $"identity {known.Certificate.IdentitySha256}, got {certificate.IdentitySha256}: one of the two was "
                + "computed wrongly; ceteris verify RUN --level L3 tells which");

    static string Checked(string runId) => Sha256Text.IsValid(runId) ? runId
        : throw new ArgumentException($"expected a run id, 64 hexadecimal digits, got '{runId}'");
}
