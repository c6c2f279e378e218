using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ceteris.Benchmarks;

/// <summary>All that a run of <c>compare-pytorch</c> found, as a table for people and as JSON.</summary>
sealed record CompareReport(CompareMachine Machine, PyTorchVersion PyTorch, int Rounds, double SampleSeconds, IReadOnlyList<CompareRow> Rows)
{
    static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    static readonly (string Title, Func<CompareRow, FormattableString> Cell)[] columns =
    [
        ("network", r => $"{r.Title}"),
        ("work", r => $"{r.Work}, {r.Images:N0} images"),
        ("threads", r => $"{r.Threads}"),
        ("Ceteris", r => $"{Time(r.Ceteris)}"),
        ("PyTorch, faster way", r => $"{Time(r.Faster)} ({r.Faster.Name})"),
        ("PyTorch, ordinary", r => $"{Time(r.Ordinary)}"),
        ("ratio to faster", r => $"**{r.Ratio.Median:F2}×** [{r.Ratio.Min:F2}..{r.Ratio.Max:F2}]"),
        ("goal", r => $"{r.Goal:F1}×{(r.Ratio.Median >= r.Goal ? " ✓" : "")}"),
        ("ratio to ordinary", r => $"{r.RatioToOrdinary.Median:F2}× [{r.RatioToOrdinary.Min:F2}..{r.RatioToOrdinary.Max:F2}]"),
        ("ratio of processor time", r => $"{r.CpuRatio:F2}×"),
        ("images/s", r => $"{r.ImagesPerSecond:N0}"),
        ("GFLOP/s", r => $"{r.GflopPerSecond:F1}"),
        ("of peak", r => $"{r.GflopPerSecond / r.Peak:P0}"),
        ("PyTorch GFLOP/s", r => $"{r.PyTorchGflopPerSecond:F1}"),
        ("of peak", r => $"{r.PyTorchGflopPerSecond / r.Peak:P0}"),
        ("cores used", r => $"{r.Ceteris.Cores:F2} / {r.Faster.Cores:F2}"),
        ("bytes allocated per step", r => $"{r.AllocatedPerStep:N0}"),
        ("arena", r => $"{Megabytes(r.ArenaBytes)}"),
        ("peak memory, Ceteris / PyTorch", r => $"{Megabytes(r.PeakBytes)} / {Megabytes(r.PyTorchPeakBytes)}"),
        ("noisy", r => $"{r.NoisySamples} of {r.Ceteris.Samples.Count + r.Faster.Samples.Count}"),
    ];

    /// <summary>A row in one line, for reading while the run goes on.</summary>
    public static string Line(CompareRow r) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Title,-20} {r.Work,-14} {r.Threads} thr  Ceteris {Time(r.Ceteris),9}  PyTorch {Time(r.Faster),9} ({r.Faster.Name}), {Time(r.Ordinary),9} (ordinary)  "
        + $"ratio {r.Ratio.Median:F2} [{r.Ratio.Min:F2}..{r.Ratio.Max:F2}], {r.RatioToOrdinary.Median:F2} to ordinary, {r.CpuRatio:F2} in processor time  {r.GflopPerSecond:F1} GFLOP/s "
        + $"({r.GflopPerSecond / r.Peak:P0} of peak)  {r.AllocatedPerStep:N0} B/step{(r.NoisySamples > 0 ? $"  {r.NoisySamples} noisy" : "")}");

    /// <summary>What was measured with what.</summary>
    public IEnumerable<string> Heading()
    {
        yield return $"{Machine.Processor}; {Machine.Processors} processors; {Machine.Vectors}; {Machine.System}";
        yield return $"Ceteris on {Machine.Runtime}";
        yield return $"PyTorch {PyTorch.PyTorch} (Python {PyTorch.Python}, oneDNN {PyTorch.OneDnn}, kernels of its own for {PyTorch.Capability}, "
            + $"matrix products by {PyTorch.Blas})";
        if (PyTorch.Handicap is { } handicap)
            yield return $"WARNING: {handicap}";
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Ceteris and PyTorch in alternation\n\n");
        foreach (string line in Heading())
            text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        foreach (var peak in Rows.GroupBy(r => r.Threads))
            text.Append(CultureInfo.InvariantCulture, $"- Fused multiply-adds in registers, {peak.Key} thread(s): {peak.Max(r => r.Peak):F0} GFLOP/s\n");
        text.Append(CultureInfo.InvariantCulture, $"""

            Medians of {Rounds} rounds (an epoch: see its samples in the JSON file); each round takes a sample of at least {SampleSeconds} s of every
            contender, one after another, every other round backwards. fp32, the same initial weights (the losses of the first steps are compared before
            anything is timed), random images and labels, SGD. *Ratio*: PyTorch's time divided by Ceteris' in the same round, median [least..greatest].
            *Faster way*: slices of one tensor in file order, gradients set to None, nothing read back, NCHW or channels_last, whichever is faster;
            *ordinary*: a shuffling DataLoader and `.item()` in each step. Ceteris shuffles, converts bytes and reads the loss in each step.
            GFLOP: direct multiply-adds of products and convolutions, times 2. *Noisy*: samples during which other processes used more than
            {Sample.ForeignLimit:P0} of a core, after {Comparison.Repeats} repetitions.


            """);
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns.Select(c => c.Title))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}\n");
        foreach (var row in Rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns.Select(c => c.Cell(row).ToString(CultureInfo.InvariantCulture)))} |\n");
        return text.ToString();
    }

    /// <summary>Writes the Markdown file and the JSON file beside it.</summary>
    public void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, ToMarkdown());
        File.WriteAllText(Path.ChangeExtension(path, ".json"), JsonSerializer.Serialize(this, json) + "\n");
    }

    static string Time(Measured measured) => measured.Seconds.Median < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{measured.Seconds.Median * 1e3:F2} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{measured.Seconds.Median:F2} s");

    static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}
