using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>
/// Whatever ends a process or an operation while a run goes into a store, the run is whole or not there.
/// </summary>
public sealed class PublicationTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly TrainingJob job = TinyRuns.Job();
    readonly Lazy<string> identity;

    public PublicationTests() => identity = new(() => Stores.IdentityOf(job));

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// A store in which the run has ended, but was not published: the process was killed just before.
    /// </summary>
    string Template()
    {
        string root = folder["template"];
        int last = Ended(root + "-log");
        using (var store = RunStore.Open(root, new WatchedDisk { FaultAt = last }))
            Assert.Throws<CrashedException>(() => store.Train(job, Stores.Options, keepWeights: true));
        Stores.Bury(root);
        Assert.True(File.Exists(Path.Combine(root, "work", job.RunId, "run.json")));
        Assert.False(Directory.Exists(Path.Combine(root, "runs")));
        return root;
    }

    /// <summary>The first operation after the trainer is done.</summary>
    int Ended(string root)
    {
        var disk = new WatchedDisk();
        using var store = RunStore.Open(root, disk);
        store.Train(job, Stores.Options, keepWeights: true);
        return disk.Log.FindIndex(entry => entry.Kind == "create folder" && entry.Path == Path.Combine(root, "runs"));
    }

    WatchedDisk Publish(string root, int at = -1, Exception? fault = null)
    {
        var disk = new WatchedDisk { FaultAt = at, Fault = fault };
        try
        {
            using var store = RunStore.Open(root, disk);
            Assert.Equal(RunState.Completed, store.Train(job, Stores.Options, keepWeights: true).State);
        }
        catch (Exception e) when (
            e is CrashedException || (fault is not null && e is StorageException or LeaseException))
        {
        }
        return disk;
    }

    [Fact]
    public void AKillBetweenAnyTwoOperationsLosesNothing()
    {
        string template = Template();
        int operations = int.MaxValue, published = 0;
        for (int at = 0; at < operations; at++)
        {
            string root = folder[$"kill-{at}"];
            Stores.Copy(template, root);
            operations = Math.Min(operations, Publish(root, at).Log.Count < at + 1 ? at : int.MaxValue);
            Stores.Bury(root);
            using var store = RunStore.Open(root);
            published += CheckWhole(store) ? 1 : 0;
            if (at % 2 == 0)
                store.Clean();
            var observer = new ProbeObserver();
            RunSummary run = store.Train(job, Stores.Options with { Observer = observer }, keepWeights: true);
            Assert.Null(observer.Start);
            Assert.Equal(identity.Value, store.Find(job.RunId)!.Certificate.IdentitySha256);
            Assert.True(File.Exists(Path.Combine(run.Run, "weights.safetensors")));
            store.Clean();
            Stores.AssertClean(store, 1);
            Assert.Equal(job.RunId, Assert.Single(store.List(RunFilter.All)).RunId);
            Directory.Delete(root, recursive: true);
        }
        Assert.InRange(operations, 40, 1000);
        Assert.InRange(published, 1, operations - 1);
    }

    [Fact]
    public void AFullDiskAtAnyOperationLosesNothing()
    {
        string template = Template();
        for (int at = 0; ; at++)
        {
            string root = folder[$"full-{at}"];
            Stores.Copy(template, root);
            bool isOver = Publish(root, at, new IOException("No space left on device", 28)).Log.Count <= at;
            using var store = RunStore.Open(root);
            CheckWhole(store);

            // A lease that could not be given back is that of a living process: of this one.
            Stores.Bury(root);
            store.Train(job, Stores.Options, keepWeights: true);
            Assert.Equal(identity.Value, store.Find(job.RunId)!.Certificate.IdentitySha256);
            store.Clean();
            Stores.AssertClean(store, 1);
            Directory.Delete(root, recursive: true);
            if (isOver)
                break;
        }
    }

    /// <summary>What a power cut could reorder is flushed before the next step builds upon it.</summary>
    [Fact]
    public void ContentIsOnTheDiskBeforeNamesAndNamesBeforeTheWorkFolderGoes()
    {
        string root = folder["order"];
        Stores.Copy(Template(), root);
        List<(string Kind, string Path)> log = Publish(root).Log;
        string final = Path.Combine(root, "runs", job.RunId[..2], job.RunId), shard = Path.GetDirectoryName(final)!;
        int moved = log.FindIndex(entry => entry == ("move folder", final));
        int cleared = log.FindIndex(entry => entry.Kind == "move folder"
            && entry.Path.StartsWith(Path.Combine(root, "work"), StringComparison.Ordinal));
        Assert.InRange(moved, 1, cleared);
        Assert.Contains(("flush folder", shard), log[moved..cleared]);
        string[] created =
        [
            .. log[..moved]
                .Where(entry => entry.Kind == "create" && entry.Path.StartsWith(final, StringComparison.Ordinal))
                .Select(entry => entry.Path),
        ];
        Assert.Equal(4, created.Length);
        foreach (string path in created)
        {
            int flushed = log.IndexOf(("flush", path));
            Assert.InRange(flushed, log.LastIndexOf(("write", path), moved), moved);
            string parent = Path.GetDirectoryName(path)!;
            Assert.InRange(log.FindIndex(flushed, entry => entry == ("flush folder", parent)), flushed, moved);
        }
        Assert.DoesNotContain(log[moved..], entry => entry.Kind is "create" or "write"
            && entry.Path.StartsWith(final, StringComparison.Ordinal));
    }

    /// <summary>Who lost the lease publishes nothing.</summary>
    [Fact]
    public void AStaleOwnerDoesNotPublish()
    {
        string root = folder["stale"];
        Stores.Copy(Template(), root);
        var layout = new StoreLayout(DiskFileSystem.Instance, root);
        RunFolder stale = RunFolder.Open(layout.WorkOf(job.RunId));
        Stores.Bury(root);
        using RunFolder owner = RunFolder.Open(layout.WorkOf(job.RunId));
        RunCertificate certificate = RunReader.Open(owner.Location).Certificate!;
        Assert.True(Assert.Throws<LeaseException>(
            () => Publication.Publish(layout, stale, stale.Location, certificate, true)).Lost);
        Assert.False(layout.Contains(job.RunId));
        Assert.Empty(layout.Temporaries());
        Publication.Publish(layout, owner, owner.Location, certificate, true);
        Assert.True(layout.Contains(job.RunId));
    }

    /// <summary>If the run is there, it is whole.</summary>
    bool CheckWhole(RunStore store)
    {
        if (!store.Contains(job.RunId))
            return false;
        Assert.Empty(store.Check().Faults);
        Assert.Equal(identity.Value, store.Find(job.RunId)!.Certificate.IdentitySha256);
        return true;
    }
}
