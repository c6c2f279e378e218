using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// What a cleaning did. It never touches a run that has ended and is whole, nor one that a living process owns; a run
/// that had ended in its work folder, whose process was killed before it was published, it publishes.
/// </summary>
/// <param name="Deleted">Folders and files that were deleted.</param>
/// <param name="Published">Ids of runs that were published.</param>
/// <param name="Resumable">Ids of interrupted runs that were kept.</param>
/// <param name="Owned">Ids of runs that a process is at.</param>
public sealed record StoreCleaning(
    IReadOnlyList<string> Deleted, IReadOnlyList<string> Published, IReadOnlyList<string> Resumable,
    IReadOnlyList<string> Owned)
{
    internal static StoreCleaning Of(RunStore store, bool interrupted, bool damaged)
    {
        var cleaner = new Cleaner(store);

        // Names first, owners second: a temporary folder that is seen belongs to an owner who can be seen, or to
        // nobody.
        foreach ((string folder, string runId) in store.Layout.Temporaries().ToArray())
            cleaner.ClearTemporary(folder, runId);
        foreach (string runId in store.Layout.IdsAtWork().ToArray())
            cleaner.ClearWork(runId, interrupted);
        if (damaged)
        {
            foreach (string runId in store.Layout.Ids().Where(id => StoreCheck.FaultsOf(store, id).Count > 0).ToArray())
                cleaner.ClearDamaged(runId);

            // What has gone is no loss any more.
            store.Count(RunFilter.All);
        }
        cleaner.ClearFiles();
        return new(cleaner.Deleted, cleaner.Published, cleaner.Resumable, cleaner.Owned);
    }

    sealed class Cleaner(RunStore store)
    {
        readonly StoreLayout layout = store.Layout;

        public List<string> Deleted { get; } = [];

        public List<string> Published { get; } = [];

        public List<string> Resumable { get; } = [];

        public List<string> Owned { get; } = [];

        public void ClearTemporary(string folder, string runId)
        {
            if (RunLease.HolderIn(layout.Files, layout.WorkOf(runId)) is not null)
                return;
            StorageException.During("delete the folder", folder, () => layout.Files.DeleteFolder(folder));
            Deleted.Add(folder);
        }

        public void ClearWork(string runId, bool interrupted)
        {
            bool isKept = !interrupted && IsResumable(runId) && !store.Contains(runId);
            if (RunLease.HolderIn(layout.Files, layout.WorkOf(runId)) is not null)
                Owned.Add(runId);
            else if (isKept)
                Resumable.Add(runId);
            else
                Owning(runId, work => ClearOwned(runId, work, interrupted));
        }

        public void ClearDamaged(string runId) => Owning(runId, _ =>
        {
            layout.Remove(layout.FolderOf(runId));
            Deleted.Add(layout.FolderOf(runId));
            layout.Remove(layout.WorkOf(runId));
        });

        /// <summary>Files that crashed writers left beside the index.</summary>
        public void ClearFiles()
        {
            foreach (string name in layout.List(layout.Root))
            {
                if (!name.EndsWith(StoreLayout.Temporary, StringComparison.Ordinal) || IsAlive(name))
                    continue;
                string path = Path.Combine(layout.Root, name);
                StorageException.During("delete", path, () => layout.Files.Delete(path));
                Deleted.Add(path);
            }
        }

        void ClearOwned(string runId, RunFolder work, bool interrupted)
        {
            if (!store.Contains(runId)
                && CertificateOf(runId) is { Status.State: not RunState.Interrupted } certificate)
            {
                store.Publish(work, work.Location, certificate, keepWeights: true);
                Published.Add(runId);
            }
            else if (store.Contains(runId) || interrupted || !IsResumable(runId))
            {
                layout.Remove(work.Location);
                Deleted.Add(work.Location);
            }
            else
            {
                Resumable.Add(runId);
            }
        }

        /// <summary>Saved, and neither ended nor damaged.</summary>
        bool IsResumable(string runId)
        {
            IReadOnlyList<string> names = layout.List(layout.WorkOf(runId));
            return names.Any(CheckpointStore.IsCheckpoint) && (!names.Contains(RunCertificate.FileName)
                || CertificateOf(runId) is { Status.State: RunState.Interrupted });
        }

        /// <summary>
        /// Of a run in its work folder that was interrupted or has ended; null if there is no good one.
        /// </summary>
        RunCertificate? CertificateOf(string runId)
        {
            string folder = layout.WorkOf(runId), path = Path.Combine(folder, RunCertificate.FileName);
            try
            {
                return layout.Has(folder, RunCertificate.FileName)
                    ? RunCertificate.Parse(layout.Read(path), path) : null;
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }

        void Owning(string runId, Action<RunFolder> action)
        {
            try
            {
                using RunFolder work = RunFolder.Open(layout.WorkOf(runId), layout.Files);
                action(work);
            }
            catch (LeaseException)
            {
                Owned.Add(runId);
            }
        }

        /// <summary>Whether the process that made a temporary file, FILE.PID-N.tmp, may still write it.</summary>
        static bool IsAlive(string name)
        {
            string[] parts = name.Split('.');
            return parts.Length < 3 || !int.TryParse(parts[^2].Split('-')[0], NumberStyles.None,
                CultureInfo.InvariantCulture, out int pid) || Processes.StartOf(pid) is not null;
        }
    }
}
