namespace Ceteris.Tests;

/// <summary>
/// The golden files of a kind: those of the project, and those below the folder that CETERIS_GOLDEN_DIR names. What a
/// file holds is told by its tensors.
/// </summary>
static class GoldenFiles
{
    public const string FolderVariable = "CETERIS_GOLDEN_DIR";

    public static IEnumerable<string> Operations => OfKind("operation");

    public static IEnumerable<string> Networks => OfKind("network");

    public static IEnumerable<string> Architectures => OfKind("architecture");

    public static IEnumerable<string> Optimisers => OfKind("optimiser");

    public static IEnumerable<string> Schedules => OfKind("schedules");

    /// <summary>What a file holds.</summary>
    public static string KindOf(string path)
    {
        if (Path.GetFileNameWithoutExtension(path) == "schedules")
            return "schedules";
        var file = GoldenFile.Read(path);
        return file.Has("losses") ? "network"
            : file.Has("logits") ? "architecture"
            : file.Has("trajectory") ? "optimiser"
            : file.Has("out") || file.Has("new_running_mean") ? "operation"
            : throw new InvalidDataException($"expected a known kind of golden file, got {path}");
    }

    /// <summary>The project's folder and, if it is set, the one that the variable names. It must exist.</summary>
    public static IEnumerable<string> Folders(string? extra)
    {
        yield return Path.Combine(AppContext.BaseDirectory, "golden");
        if (extra is { Length: > 0 })
            yield return Directory.Exists(extra) ? extra
                : throw new DirectoryNotFoundException($"{FolderVariable}: expected a folder, got {extra}");
    }

    /// <summary>Every golden file below some folders.</summary>
    public static IEnumerable<string> All(IEnumerable<string> folders) =>
        folders.SelectMany(f => Directory.EnumerateFiles(f, "*.safetensors", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);

    static IEnumerable<string> OfKind(string kind) =>
        All(Folders(Environment.GetEnvironmentVariable(FolderVariable))).Where(path => KindOf(path) == kind);
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
                TestContext.Current.SendDiagnosticMessage(
                    $"{name}: worst of {group.Count()} within {bound:0.0e0}: {error:0.00e0} ({what})");
            }
            var over = entries.Where(e => !(e.Error <= e.Bound)).ToArray();
            Assert.True(over.Length == 0,
                $"{name}: {string.Join("; ", over.Select(e => $"{e.What} {e.Error:0.00e0} > {e.Bound:0.0e0}"))}");
        }
    }
}
