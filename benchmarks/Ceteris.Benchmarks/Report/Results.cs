using System.Text;

namespace Ceteris.Benchmarks;

/// <summary>All that is known of a machine: a part for each mode, null until it has been measured.</summary>
sealed record Results(Machine Machine)
{
    const string Solution = "Ceteris.slnx";

    public LimitsReport? Limits { get; init; }

    public ComparisonReport? Comparison { get; init; }

    public AccuracyReport? TimeToAccuracy { get; init; }

    public StartupReport? Startup { get; init; }

    public ScalingReport? Scaling { get; init; }

    public StoreReport? Store { get; init; }

    public StudiesReport? Studies { get; init; }

    public KernelReport? Kernels { get; init; }

    /// <summary>The page: the only way from figures to words.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder($"""
            # {Machine.Processor}

            {Machine.Processors} processors, {Machine.Vectors}; {Machine.System}. How each was measured, and how to do
            it again: [benchmarks](../README.md). Every sample is in the JSON file beside this page.

            """.ReplaceLineEndings("\n"));
        string?[] parts =
        [
            Comparison?.ToMarkdown(), TimeToAccuracy?.ToMarkdown(), Startup?.ToMarkdown(), Scaling?.ToMarkdown(),
            Store?.ToMarkdown(), Studies?.ToMarkdown(), Limits?.ToMarkdown(), Kernels?.ToMarkdown(),
        ];
        foreach (string part in parts.OfType<string>())
            text.Append('\n').Append(part);
        return text.ToString();
    }

    /// <summary>
    /// What is known already, from the JSON file; nothing if there is none, or one of another machine.
    /// </summary>
    public static Results Load(string path, Machine machine)
    {
        var known = File.Exists(path) ? JsonText.Parse<Results>(File.ReadAllText(path)) : new(machine);
        return known.Machine.Slug() == machine.Slug() ? known with { Machine = machine } : new(machine);
    }

    /// <summary>Writes the JSON file and the Markdown page beside it.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonText.Of(this));
        File.WriteAllText(Path.ChangeExtension(path, ".md"), ToMarkdown());
    }

    /// <summary>The root of the source. Errors: <see cref="IOException"/> outside of it.</summary>
    public static string SourceFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }
        throw new IOException($"expected {Solution} above {AppContext.BaseDirectory}");
    }

    /// <summary>Where results are kept.</summary>
    public static string Folder() => Path.Combine(SourceFolder(), "benchmarks", "results");
}
