using System.Reflection;

using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>The studies that come with Ceteris: the files of the folder <c>studies</c>, inside this assembly.</summary>
public static class ShippedStudies
{
    const string Prefix = "studies/", Suffix = ".yaml";

    static Assembly Home => typeof(ShippedStudies).Assembly;

    /// <summary>Their names, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of one; null if there is none of this name.</summary>
    public static string? Text(string name)
    {
        using Stream? stream = Home.GetManifestResourceStream(Prefix + name + Suffix);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }

    /// <summary>The study of a file, or the shipped one of a name.</summary>
    /// <exception cref="StudyException">There is neither, or it cannot be.</exception>
    public static Study Find(string fileOrName)
    {
        if (File.Exists(fileOrName))
            return StudyReader.ReadFile(fileOrName);
        if (Text(fileOrName) is { } text)
            return StudyReader.Read(text, fileOrName + Suffix);
        throw IsPath(fileOrName) ? new StudyException($"expected a study file, got '{fileOrName}', which "
                + (Directory.Exists(fileOrName) ? "is a folder" : "does not exist")
                + Nearest.Hint(Path.GetFileNameWithoutExtension(fileOrName), Names))
            : new StudyException($"expected a study file or the name of a shipped study, got '{fileOrName}'"
                + Nearest.Hint(fileOrName, Names) + $"; shipped are {string.Join(", ", Names)}");
    }

    static bool IsPath(string text) => Directory.Exists(text) || text.Contains('/')
        || text.Contains(Path.DirectorySeparatorChar) || Path.GetExtension(text) is Suffix or ".yml" or ".json";
}
