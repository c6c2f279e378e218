using System.Text;

namespace Ceteris.Studies;

/// <summary>
/// A study in a store: <c>studies/NAME</c> with study.json, which says what was asked, and the reports. The runs are
/// in the store beside it; all else can be made again from them.
/// </summary>
public sealed class StudyFolder
{
    public const string FileName = "study.json";

    const string Studies = "studies";

    StudyFolder(string location) => Location = location;

    /// <summary>Full path.</summary>
    public string Location { get; }

    public string Name => Path.GetFileName(Location);

    /// <summary>The folder of a study, which may not be there yet.</summary>
    public static StudyFolder Of(RunStore store, string name) => new(Path.Combine(store.Root, Studies, name));

    /// <summary>All studies of a store, by name.</summary>
    public static IReadOnlyList<StudyFolder> List(RunStore store)
    {
        string root = Path.Combine(store.Root, Studies);
        return !Directory.Exists(root) ? [] :
        [
            .. Directory.GetDirectories(root).Order(StringComparer.Ordinal).Select(path => new StudyFolder(path))
                .Where(folder => folder.Exists),
        ];
    }

    public bool Exists => File.Exists(Path.Combine(Location, FileName));

    /// <exception cref="StudyException">There is none, or it is damaged.</exception>
    public Study Read() =>
        StudyReader.ReadFile(Path.Combine(Location, FileName), $"{Studies}/{Name}/{FileName}");

    /// <summary>The study that is here; null if none is, or none that can be read.</summary>
    public Study? Readable()
    {
        try
        {
            return Exists ? Read() : null;
        }
        catch (StudyException)
        {
            return null;
        }
    }

    /// <summary>
    /// How the design of the study that is here differs from that of another one, in words; null if it does not, but
    /// for blocks and texts, or if no study is here that can be read.
    /// </summary>
    public string? DifferenceFrom(Study other) =>
        Readable() is { } here ? StudyDifference.Between(here, other) : null;

    /// <summary>
    /// At how many blocks results were seen before a study got its blocks: what it and the study that is here have
    /// noted and, if the blocks differ and looks were not planned, the report that is here.
    /// </summary>
    public IReadOnlyList<int> SeenBefore(Study study)
    {
        if (Readable() is not { } here || StudyDifference.Between(here, study) is not null
            || !here.Seeds.Intersect(study.Seeds).Any())
            return study.Seen;
        bool isChange = study.Looks.Count == 0 && !here.Seeds.ToHashSet().SetEquals(study.Seeds);
        int now = isChange && Bytes(StudyReport.Json) is { } json ? StudyReport.BlocksOf(json) : 0;
        return [.. study.Seen.Concat(here.Seen).Append(now).Where(blocks => blocks > 0).Distinct().Order()];
    }

    /// <summary>Writes what is asked.</summary>
    /// <exception cref="StorageException">A file operation failed; what was there is as it was.</exception>
    public void Write(Study study) => Write([(FileName, Encoding.UTF8.GetBytes(StudyWriter.Text(study)))]);

    /// <summary>Writes files, each atomically.</summary>
    /// <exception cref="StorageException">A file operation failed; which files were there are as they were.</exception>
    public void Write(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        DiskFileSystem disk = DiskFileSystem.Instance;
        StorageException.During("create the folder", Location, () => disk.CreateFolder(Location));
        AtomicFile.DeleteTemporaries(disk, Location, isShared: true);
        foreach ((string name, byte[] bytes) in files)
            AtomicFile.Write(disk, Path.Combine(Location, name), stream => stream.Write(bytes));
    }

    /// <summary>The bytes of a file; null if it is not there.</summary>
    public byte[]? Bytes(string name) => File.Exists(Path.Combine(Location, name))
        ? File.ReadAllBytes(Path.Combine(Location, name)) : null;
}
