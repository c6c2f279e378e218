namespace Ceteris.Benchmarks;

/// <summary>The <c>ceteris</c> program as users have it: published for this platform, compiled ahead of time.</summary>
sealed class PublishedProgram : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ceteris-published-");

    /// <summary>Takes the program that is given, or publishes it.</summary>
    /// <exception cref="PeerException">That fails.</exception>
    public PublishedProgram(BenchmarkOptions options)
    {
        Environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = Path.Combine(folder.FullName, "cache") };
        if (options.Ceteris is { } given)
        {
            Executable = given;
            return;
        }
        Executable = Path.Combine(folder.FullName, "program", "ceteris");
        string project = Path.Combine(Results.SourceFolder(), "src", "Ceteris.Cli");
        // A lock file of its own: that of the source names no platform.
        ProcessRun.Of("dotnet",
        [
            "publish", project, "-c", "Release", "-o", Path.GetDirectoryName(Executable)!,
            "-p:NuGetLockFilePath=obj/publish.lock.json",
        ]);
    }

    public string Executable { get; }

    /// <summary>A folder for the run that comes next; it is not there.</summary>
    public string RunFolder
    {
        get
        {
            string path = Path.Combine(folder.FullName, "run");
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            return path;
        }
    }

    /// <summary>A cache of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public ProcessRun Run(IEnumerable<string> arguments, string? until = null) =>
        ProcessRun.Of(Executable, arguments, Environment, until);

    public void Dispose() => folder.Delete(recursive: true);
}
