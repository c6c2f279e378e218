namespace Ceteris.Tests;

/// <summary>
/// The golden files of a kind: those of the project, and those below the folder that CETERIS_GOLDEN_DIR names. What a file holds is told
/// by its tensors.
/// </summary>
static class GoldenFiles
{
    public const string FolderVariable = "CETERIS_GOLDEN_DIR";

    static readonly string[] excluded = ["schedules"];

    public static IEnumerable<string> Operations => Where(f => f.Has("out") || f.Has("new_running_mean"));

    public static IEnumerable<string> Networks => Where(f => f.Has("losses"));

    public static IEnumerable<string> Architectures => Where(f => f.Has("logits"));

    public static IEnumerable<string> Optimisers => Where(f => f.Has("trajectory"));

    public static IEnumerable<string> Schedules => All(Folders()).Where(path => excluded.Contains(Path.GetFileNameWithoutExtension(path)));

    /// <summary>Every golden file below some folders.</summary>
    public static IEnumerable<string> All(IEnumerable<string> folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal));

    public static IEnumerable<string> Folders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "golden");
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"{FolderVariable}: expected a folder, got {folder}");
            yield return folder;
        }
    }

    static IEnumerable<string> Where(Func<GoldenFile, bool> condition) => All(Folders()).Where(path => condition(GoldenFile.Read(path)));
}

/// <summary>Distance between numbers and their reference.</summary>
static class Agreement
{
    /// <summary>‖ours − reference‖ / ‖reference‖; NaN, which no bound holds, when a number is NaN.</summary>
    public static double RelativeError(ReadOnlySpan<float> ours, ReadOnlySpan<double> reference)
    {
        Assert.Equal(reference.Length, ours.Length);
        double difference = 0, norm = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            difference += (ours[i] - reference[i]) * (ours[i] - reference[i]);
            norm += reference[i] * reference[i];
        }
        return difference == 0 ? 0 : Math.Sqrt(difference / norm);
    }

    public static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>Collects errors against bounds, so that a failure shows all of them and not the first.</summary>
    public sealed class Report
    {
        readonly List<(string What, double Error, double Bound)> entries = [];

        public bool Holds => entries.TrueForAll(e => e.Error <= e.Bound);

        public void Add(string what, double error, double bound) => entries.Add((what, error, bound));

        /// <summary>Writes the worst error per bound for the record and fails if any exceeds its bound.</summary>
        public void Check(string name)
        {
            Assert.NotEmpty(entries);
            foreach (var group in entries.GroupBy(e => e.Bound).OrderBy(g => g.Key))
            {
                var (what, error, bound) = group.MaxBy(e => e.Error);
                TestContext.Current.SendDiagnosticMessage($"{name}: worst of {group.Count()} within {bound:0.0e0}: {error:0.00e0} ({what})");
            }
            var over = entries.Where(e => !(e.Error <= e.Bound)).ToArray();
            Assert.True(over.Length == 0, $"{name}: {string.Join("; ", over.Select(e => $"{e.What} {e.Error:0.00e0} > {e.Bound:0.0e0}"))}");
        }
    }
}
