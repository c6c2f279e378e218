namespace Ceteris.Studies;

/// <summary>A folder is not one of this run; nothing in it was changed.</summary>
public sealed class RunFolderException(string folder, string problem) : Exception($"{folder}: {problem}")
{
    public string Folder { get; } = folder;
}
