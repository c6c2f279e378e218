using System.Globalization;
using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// Where things lie in a store, and the few steps that change it. A run that has ended is
/// <c>runs/ab/ID</c>, one in progress <c>work/ID</c>; a folder whose name ends in <c>.tmp</c> is not there yet, or no
/// more.
/// </summary>
sealed class StoreLayout(IFileSystem files, string root)
{
    public const string FormatFile = "format.json", IndexFile = "index.db", RunsFolder = "runs", WorkFolder = "work",
        StudiesFolder = "studies", Temporary = ".tmp";

    const int Format = 1, LimitBytes = 1 << 30, ShardLetters = 2, IdLetters = 64;

    static int counter;

    public IFileSystem Files => files;

    public string Root => root;

    public string Runs { get; } = Path.Combine(root, RunsFolder);

    public string Work { get; } = Path.Combine(root, WorkFolder);

    public string ShardFolder(string shard) => Path.Combine(Runs, shard);

    public static string ShardOf(string runId) => runId[..ShardLetters];

    /// <summary>Of a run that has ended.</summary>
    public string FolderOf(string runId) => Path.Combine(ShardFolder(ShardOf(runId)), runId);

    /// <summary>Of a run in progress.</summary>
    public string WorkOf(string runId) => Path.Combine(Work, runId);

    public IEnumerable<string> Shards() => Folders(Runs)
        .Where(name => name.Length == ShardLetters && name.All(char.IsAsciiHexDigitLower));

    /// <summary>The runs of a shard, whole or damaged.</summary>
    public IEnumerable<string> IdsIn(string shard) => Folders(ShardFolder(shard))
        .Where(name => Sha256Text.IsValid(name) && name.StartsWith(shard, StringComparison.Ordinal));

    public IEnumerable<string> Ids() => Shards().SelectMany(IdsIn);

    public IEnumerable<string> IdsAtWork() => Folders(Work).Where(Sha256Text.IsValid);

    /// <summary>Folders that were being filled or cleared, with the run that they belong to.</summary>
    public IEnumerable<(string Folder, string RunId)> Temporaries() => Shards().Select(ShardFolder).Append(Work)
        .SelectMany(parent => Folders(parent).Select(name => (Path.Combine(parent, name), name)))
        .Where(found => found.name.EndsWith(Temporary, StringComparison.Ordinal) && found.name.Length > IdLetters
            && Sha256Text.IsValid(found.name[..IdLetters]))
        .Select(found => (found.Item1, found.name[..IdLetters]));

    public bool Contains(string runId) => Has(FolderOf(runId), RunCertificate.FileName);

    public bool Has(string folder, string file) => List(folder).Contains(file);

    public IReadOnlyList<string> List(string folder) =>
        StorageException.During("list", folder, () => files.List(folder));

    public byte[] Read(string path) => StorageException.During("read", path, () => files.Read(path, LimitBytes));

    public void Create(string folder)
    {
        StorageException.During("create the folder", folder, () => files.CreateFolder(folder));
        Flush(Path.GetDirectoryName(folder)!);
    }

    public void Flush(string folder) =>
        StorageException.During("flush the folder", folder, () => files.FlushFolder(folder));

    public void Move(string source, string target) =>
        StorageException.During("move the folder", source, () => files.MoveFolder(source, target));

    /// <summary>A name beside <paramref name="folder"/> that nothing has.</summary>
    public string TemporaryFor(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!, name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(folder)}.{Environment.ProcessId}-{Interlocked.Increment(ref counter)}{Temporary}");
        }
        while (Folders(parent).Contains(name));
        return Path.Combine(parent, name);
    }

    /// <summary>
    /// Deletes a folder so that nobody ever sees a part of it: under another name. What a failure leaves is deleted by
    /// the next cleaning.
    /// </summary>
    public void Remove(string folder)
    {
        string temporary = TemporaryFor(folder);
        Move(folder, temporary);
        StorageException.During("delete the folder", temporary, () => files.DeleteFolder(temporary));
    }

    /// <summary>Deletes a temporary folder, if it can: more than cleanliness does not depend on it.</summary>
    public void Discard(string temporary)
    {
        try
        {
            files.DeleteFolder(temporary);
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            // The first failure is the one to report.
        }
    }

    /// <summary>Whether a folder is a store of any format.</summary>
    public static bool IsStore(string folder) => File.Exists(Path.Combine(folder, FormatFile));

    /// <summary>Makes the store if there is none.</summary>
    /// <exception cref="InvalidDataException">The folder has other things in it, or a store of another
    /// format.</exception>
    public void Claim()
    {
        StorageException.During("create the folder", root, () => files.CreateFolder(root));
        string path = Path.Combine(root, FormatFile);
        if (!Has(root, FormatFile))
        {
            string? stranger = List(root).Concat(Folders(root)).FirstOrDefault(IsForeign);
            if (stranger is not null)
                throw new InvalidDataException($"{root}: expected a store or an empty folder, got one with {stranger}");
            AtomicFile.Write(files, path, stream =>
                stream.Write(CanonicalJson.Bytes(new JsonObject { ["format"] = Format })));
        }
        int format = JsonFields.Of(CanonicalJson.Parse(Read(path), path), path).Int32("format");
        if (format != Format)
        {
            throw new InvalidDataException(
                $"{path}: expected a store of format {Format}, got format {format}, of another version of ceteris");
        }
    }

    static bool IsForeign(string name) => name is not (RunsFolder or WorkFolder or StudiesFolder)
        && !name.StartsWith(IndexFile, StringComparison.Ordinal)
        && !(name.StartsWith(FormatFile, StringComparison.Ordinal)
            && name.EndsWith(Temporary, StringComparison.Ordinal));

    IReadOnlyList<string> Folders(string parent) =>
        StorageException.During("list", parent, () => files.ListFolders(parent));
}
