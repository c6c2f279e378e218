namespace Ceteris.Studies;

/// <summary>Something that is wrong with a run of a store.</summary>
public sealed record StoreFault(string RunId, string What);

/// <summary>
/// What a look at every run of a store found: level L0 of verification for each (<see cref="RunVerifier"/>), that it is
/// the run of its folder's name, and that none has gone that the index still knows.
/// </summary>
/// <param name="Runs">Number of runs.</param>
/// <param name="Faults">What is wrong, by run.</param>
/// <param name="AtWork">Runs in progress or interrupted.</param>
/// <param name="Leftovers">Temporary folders, of writers that crashed or are writing.</param>
public sealed record StoreCheck(long Runs, IReadOnlyList<StoreFault> Faults, int AtWork, int Leftovers)
{
    internal static StoreCheck Of(RunStore store, Action<long>? each)
    {
        StoreLayout layout = store.Layout;
        string[] ids = [.. layout.Ids()];
        List<StoreFault> faults =
        [
            .. store.Index.Known().Except(ids)
                .Select(id => new StoreFault(id, $"{layout.FolderOf(id)}: expected a run, got no such folder")),
        ];
        for (int i = 0; i < ids.Length; i++)
        {
            faults.AddRange(FaultsOf(store, ids[i]).Select(what => new StoreFault(ids[i], what)));
            each?.Invoke(i + 1);
        }
        return new(ids.Length, faults, layout.IdsAtWork().Count(), layout.Temporaries().Count());
    }

    /// <summary>What is wrong with a run; nothing, as a rule.</summary>
    internal static IReadOnlyList<string> FaultsOf(RunStore store, string runId)
    {
        try
        {
            StoredRun? run = store.Find(runId);
            string folder = store.Layout.FolderOf(runId);
            if (run is null)
                return [$"{folder}: expected a run, got a folder without {RunCertificate.FileName}"];
            return
            [
                .. RunVerifier.Verify(folder, VerificationLevel.Hashes, _ => throw new NotSupportedException()).Checks
                    .Where(check => !check.Passed).Select(check => $"{folder}: {check}"),
            ];
        }
        catch (Exception e) when (e is InvalidDataException or StorageException or RunFolderException)
        {
            return [e.Message];
        }
    }
}
