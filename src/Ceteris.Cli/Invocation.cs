using System.Text.RegularExpressions;

namespace Ceteris.Cli;

/// <summary>How this program is called, so that a command it shows can be copied.</summary>
static partial class Invocation
{
    const string Name = "ceteris";

    /// <summary><c>ceteris</c> where that is on the path; else the program file, from the present folder.</summary>
    public static string Program { get; } = Find();

    /// <summary>What a command needs so that it means this store: nothing, if it would without a word.</summary>
    public static string Store(string root) =>
        Path.GetFullPath(root) == Path.GetFullPath(SharedOptions.StoreRoot(null)) ? ""
            : $" --store {Quoted(PathHere(root))}";

    /// <summary>A text whose commands, in backquotes, can be copied: they call this program and mean this store.</summary>
    public static string Commands(string text, string root) => CommandInText().Replace(
        text, command => $"`{Program} {command.Groups[1].Value}{Store(root)}`");

    /// <summary>A word for a shell, in quotes if it needs them.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%^".Contains(c)) ? word
            : $"'{word.Replace("'", "'\\''")}'";

    /// <summary>
    /// A path as short as it can be written here; in the root of all folders, where only the slash would go, it stays.
    /// </summary>
    public static string PathHere(string path) => PathFrom(Environment.CurrentDirectory, path);

    /// <summary>The same in another folder.</summary>
    internal static string PathFrom(string here, string path)
    {
        string relative = Path.GetRelativePath(here, path);
        return relative.Length < path.Length && here != Path.GetPathRoot(here) ? relative : path;
    }

    [GeneratedRegex("`ceteris ([^`]+)`")]
    private static partial Regex CommandInText();

    static string Find()
    {
        string folder = AppContext.BaseDirectory;
        string file = Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name);
        string[] paths = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (paths.Any(path => File.Exists(Path.Combine(path, Path.GetFileName(file)))))
            return Name;
        return File.Exists(file) ? Quoted(PathHere(file))
            : $"dotnet {Quoted(PathHere(Path.Combine(folder, Name + ".dll")))}";
    }
}
