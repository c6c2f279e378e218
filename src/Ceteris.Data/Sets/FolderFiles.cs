namespace Ceteris.Data;

/// <summary>The files of a folder, found by their names in any case.</summary>
readonly struct FolderFiles
{
    readonly string[] paths;

    /// <summary>There need be no such folder.</summary>
    public FolderFiles(string folder)
    {
        paths = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        Array.Sort(paths, StringComparer.Ordinal);
    }

    /// <summary>The path of the file of this name; null if there is none.</summary>
    public string? this[string name] =>
        Array.Find(paths, path => Path.GetFileName(path).Equals(name, StringComparison.OrdinalIgnoreCase));
}
