using System.Text.RegularExpressions;

using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Stores of small runs.</summary>
static partial class Stores
{
    public static readonly TrainingOptions Options = new() { Threads = 1, CheckpointEvery = TimeSpan.MaxValue };

    /// <summary>The identity of a run as the trainer alone makes it.</summary>
    public static string IdentityOf(TrainingJob job) => TinyRuns.Train(job).Certificate.IdentitySha256;

    /// <summary>Names of the files of a run.</summary>
    public static string[] FilesOf(RunStore store, string runId) =>
    [
        .. Directory.GetFileSystemEntries(store.FolderOf(runId)).Select(p => Path.GetFileName(p)!)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Makes the owners of all work folders look dead, as they are when a process was killed: those of a test live on.
    /// </summary>
    public static void Bury(string root)
    {
        foreach (string path in Directory.GetFiles(root, "lease-*.json", SearchOption.AllDirectories))
            File.WriteAllText(path, Started().Replace(File.ReadAllText(path), "\"started\": \"long ago\""));
    }

    public static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (string folder in Directory.GetDirectories(source))
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    /// <summary>Nothing is damaged, in progress or left over.</summary>
    public static void AssertClean(RunStore store, int runs)
    {
        StoreCheck check = store.Check();
        Assert.Empty(check.Faults);
        Assert.Equal((runs, 0, 0), ((int)check.Runs, check.AtWork, check.Leftovers));
    }

    [GeneratedRegex("\"started\": \"[^\"]*\"")]
    internal static partial Regex Started();
}
