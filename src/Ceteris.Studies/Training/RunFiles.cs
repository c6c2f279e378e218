using System.Security.Cryptography;

namespace Ceteris.Studies;

/// <summary>
/// A run folder as the trainer sees it: <c>recipe.json</c> from the beginning, so that a run that ended abruptly can go
/// on; checkpoints while it trains; results, and last of all <c>run.json</c>, at the end.
/// </summary>
sealed class RunFiles : IDisposable
{
    public const string RecipeFile = "recipe.json";

    const int LimitBytes = 1 << 30;

    readonly RunFolder folder;
    readonly CheckpointStore checkpoints;
    readonly List<DataFile> outputs = [];

    RunFiles(RunFolder folder, string runId) =>
        (this.folder, checkpoints) = (folder, folder.Checkpoints(runId, NumericsVersion.Current));

    public string Location => folder.Location;

    /// <summary>Whether the run was begun earlier, and is to be gone on with.</summary>
    public bool WasBegun { get; private set; }

    /// <summary>The folder with its lease.</summary>
    public RunFolder Folder => folder;

    /// <summary>
    /// Takes a folder for a run, made if it is not there. A folder of the same run is gone on with, one of another run
    /// is refused, unless <paramref name="force"/> clears it.
    /// </summary>
    /// <exception cref="RunFolderException">There is another run in it, or something else.</exception>
    /// <exception cref="LeaseException">Another process is at it.</exception>
    /// <exception cref="StorageException">A file operation failed.</exception>
    public static RunFiles Open(string location, TrainingJob job, IFileSystem files, bool force)
    {
        RunFolder folder = RunFolder.Open(location, files);
        try
        {
            var run = new RunFiles(folder, job.RunId);
            run.Claim(RunClaim.Of(job), force);
            return run;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The certificate of a run that has ended, however.</summary>
    public RunCertificate? Certificate() => !folder.List().Contains(RunCertificate.FileName) ? null
        : RunCertificate.Parse(folder.Read(RunCertificate.FileName, LimitBytes),
            Path.Combine(Location, RunCertificate.FileName));

    public CheckpointLoad LoadCheckpoint() => checkpoints.LoadNewest();

    public string Save(CheckpointData data) => checkpoints.Save(data);

    public void DeleteCheckpoints() => checkpoints.DeleteAll();

    /// <summary>Writes a result, and remembers its hash for the certificate.</summary>
    public void Write(string name, byte[] bytes)
    {
        folder.Write(name, bytes);
        Remember(name, bytes);
    }

    public void Write(RunCertificate certificate) => folder.Write(RunCertificate.FileName, (certificate with
    {
        Outputs = [.. outputs.OrderBy(file => file.Name, StringComparer.Ordinal)],
    }).ToBytes());

    public void Dispose() => folder.Dispose();

    void Remember(string name, byte[] bytes)
    {
        outputs.RemoveAll(file => file.Name == name);
        outputs.Add(new(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }

    void Claim(RunClaim claim, bool force)
    {
        string[] present = [.. folder.List().Where(name => !RunLease.IsLease(name))];
        if (force)
        {
            // The certificate first and the claim last: at no moment does a certificate speak of files that are gone,
            // or a file lie in a folder of nobody.
            foreach (string name in present.Where(RunReader.IsRunFile).OrderBy(DeletionOrder))
                folder.Delete(name);
        }
        else if (present.Contains(RecipeFile))
        {
            Compare(claim);
            WasBegun = true;
            return;
        }
        else if (present.Concat(folder.ListFolders()).FirstOrDefault() is { } other)
        {
            throw new RunFolderException(Location, $"expected a run folder or an empty one, got one with '{other}'");
        }
        Write(RecipeFile, claim.ToBytes());
    }

    static int DeletionOrder(string name) => name switch { RunCertificate.FileName => 0, RecipeFile => 2, _ => 1 };

    void Compare(RunClaim claim)
    {
        byte[] bytes = folder.Read(RecipeFile, LimitBytes);
        if (RunClaim.Parse(bytes, Path.Combine(Location, RecipeFile)).DifferenceFrom(claim) is { } difference)
            throw new RunFolderException(Location, difference);
        Remember(RecipeFile, bytes);
    }
}
