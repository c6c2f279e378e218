namespace Ceteris.Data;

/// <summary>
/// Where data sets are looked for, in this order: the folder given by the user, the folders named by the environment
/// variable <c>CETERIS_DATA</c> (several as in PATH), the per-user cache, which is also where fetched and made sets are
/// stored.
/// </summary>
public sealed record DataFolders(string? Given, IReadOnlyList<string> Environment, string Cache)
{
    public const string Variable = "CETERIS_DATA";

    const string GivenReason = "--data-dir";

    /// <summary>Where torchvision puts the files, below the folder of a set.</summary>
    const string RawFolder = "raw";

    /// <summary>
    /// The folders of this process: <paramref name="given"/>, CETERIS_DATA, and the user's cache folder.
    /// </summary>
    public static DataFolders OfUser(string? given = null)
    {
        string? variable = System.Environment.GetEnvironmentVariable(Variable);
        string[] folders = (variable ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(string.IsNullOrEmpty(given) ? null : given, folders, UserCache());
    }

    /// <summary>The folder where a set of this name is stored.</summary>
    public string CacheOf(string name) => Path.Combine(Cache, name);

    /// <summary>
    /// The folders that may hold a set, each with how it came to be looked at: below a given folder those named like
    /// the set go first, so that one folder can hold many sets whose files have the same names. Such a name may be
    /// written in any case and without its dashes; the very name goes before others, and those are in ordinal order. A
    /// folder is followed by its folder <c>raw</c>, if it has one.
    /// </summary>
    public IEnumerable<(string Folder, string Reason)> Candidates(string name)
    {
        IEnumerable<(string Folder, string Reason)> roots =
            [
                .. Given is null ? [] : new[] { (Given, GivenReason) },
                .. Environment.Select(folder => (folder, Variable)),
            ];
        foreach ((string folder, string reason) in roots)
        {
            foreach (string candidate in Named(folder, name).Append(folder).SelectMany(WithRaw))
                yield return (candidate, reason);
        }
        foreach (string candidate in Named(Cache, name).SelectMany(WithRaw))
            yield return (candidate, "cache");
    }

    /// <summary>The folders below another that are named like a set; if there are none, where one would be.</summary>
    static IEnumerable<string> Named(string root, string name)
    {
        string usual = Path.Combine(root, name);
        string[] present = !Directory.Exists(root) ? [] :
        [
            .. Directory.EnumerateDirectories(root, "*", new EnumerationOptions())
                .Where(folder => Bare(Path.GetFileName(folder)).Equals(Bare(name), StringComparison.OrdinalIgnoreCase))
                .OrderBy(folder => Path.GetFileName(folder) != name).ThenBy(folder => folder, StringComparer.Ordinal),
        ];
        return present.Length == 0 ? [usual] : present;

        static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal);
    }

    static IEnumerable<string> WithRaw(string folder) =>
        Path.Combine(folder, RawFolder) is var raw && Directory.Exists(raw) ? [folder, raw] : [folder];

    /// <summary>A sentence for each folder that CETERIS_DATA names in vain.</summary>
    public IEnumerable<string> Missing => Environment.Where(folder => !Directory.Exists(folder)).Select(
        folder => $"{Variable} names '{folder}', which {(File.Exists(folder) ? "is a file" : "does not exist")}");

    /// <summary>
    /// What whoever named folders should know of a set that was found in this one: that others named first do not have
    /// it, or do not exist.
    /// </summary>
    public IEnumerable<string> Remarks(string name, string found)
    {
        (string Folder, string Reason)[] all = [.. Candidates(name)];
        string first = all[0].Reason, reason = all.First(candidate => candidate.Folder == found).Reason;
        if (reason != GivenReason)
        {
            foreach (string missing in Missing)
                yield return missing;
        }
        if (reason != first)
        {
            string wanted = Given ?? string.Join(", ", Environment);
            yield return $"{name} is not in {wanted} ({first}): taken from {found} ({reason})";
        }
    }

    /// <summary>
    /// Where a <see cref="SourceFile"/> of this name lies: in the first folder that has it; null if none has.
    /// </summary>
    public string? Find(string sourceName)
    {
        string[] parts = sourceName.Split('/');
        return parts.Length != 2 || parts.Any(part => part is "" or "." or ".." || part.Contains('\\')) ? null
            : Candidates(parts[0]).Select(c => Path.Combine(c.Folder, parts[1])).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// $XDG_CACHE_HOME/ceteris/data where that is set; else the platform's folder for a user's local data.
    /// </summary>
    static string UserCache()
    {
        string? root = System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(root) || !Path.IsPathFullyQualified(root))
        {
            const System.Environment.SpecialFolderOption Raw = System.Environment.SpecialFolderOption.DoNotVerify;
            root = OperatingSystem.IsLinux()
                ? Path.Combine(
                    System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile, Raw), ".cache")
                : System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, Raw);
        }
        return Path.Combine(root, "ceteris", "data");
    }
}
