using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary><c>compare-pytorch</c>: Ceteris and PyTorch at the same work, in alternation in one run.</summary>
/// <param name="Stamp">When and of what.</param>
/// <param name="PyTorch">What it is compared with.</param>
/// <param name="Rounds">Alternations.</param>
/// <param name="SampleSeconds">What a sample lasts at least.</param>
/// <param name="Rows">What was measured.</param>
/// <param name="Failures">What could not be measured, and why.</param>
sealed record ComparisonReport(
    Stamp Stamp, PyTorchVersion PyTorch, int Rounds, double SampleSeconds, IReadOnlyList<ComparisonRow> Rows,
    IReadOnlyList<string> Failures)
{
    /// <exception cref="PeerException">There is no PyTorch.</exception>
    public static ComparisonReport Measure(BenchmarkOptions options)
    {
        PyTorchVersion version;
        using (var torch = new PyTorchSide(options.Python))
            version = torch.Version;
        Console.WriteLine(version.Description);
        IReadOnlyList<Workload> works =
            options.Parts.Count == 0 ? Workload.All : [.. options.Parts.Select(Workload.Find)];
        var policy = options.Policy(SamplePolicy.Thorough);
        using var comparison = new Comparison(options);
        List<ComparisonRow> rows = [];
        List<string> failures = [];
        foreach (var (phase, work, threads) in from phase in Enum.GetValues<Phase>()
                                               from work in works
                                               from threads in options.Threads
                                               select (phase, work, threads))
        {
            try
            {
                if (comparison.Run(work, phase, threads) is { } row)
                {
                    rows.Add(row);
                    Console.WriteLine(Line(row));
                }
            }
            catch (Exception e) when (e is PeerException or InvalidOperationException or IOException)
            {
                failures.Add($"{work.Title}, {phase}, {threads} thread(s): {e.Message}");
                Console.Error.WriteLine($"error: {failures[^1]}");
            }
        }
        return new(Stamp.Now(), version, policy.Rounds, policy.SampleSeconds, rows, failures);
    }

    public string ToMarkdown()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            ## Beside PyTorch

            {Stamp}, and {PyTorch.Description}.

            Medians of {Rounds} rounds; each round takes a sample of every contender, one after another, every other
            round backwards; a sample lasts at least {SampleSeconds} s, or is one step if that takes longer. fp32, the same
            initial weights (the losses of the first steps are compared before anything is timed), random images and
            labels, SGD. *PyTorch*: in its faster way: slices of one tensor in file order, gradients set to None,
            nothing read back, NCHW or channels_last, whichever is faster; *ordinary*: a shuffling DataLoader and
            `.item()` in each step. Ceteris shuffles, converts bytes and reads the loss in each step. *Ratio*: PyTorch's time divided by
            Ceteris' in the same round, median [least..greatest]. GFLOP: direct multiply-adds of products and
            convolutions, times 2; *peak*: fused multiply-adds in registers.


            """);
        foreach (var phase in Rows.GroupBy(row => row.Phase))
            text += $"**{(phase.Key == Phase.Train ? "Training step" : "Evaluation of a batch")}**\n\n"
                + $"{MarkdownTable.Of(phase, main)}\n";
        foreach (string failure in Failures)
            text += $"**Failed**: {failure}\n\n";
        return text + string.Create(CultureInfo.InvariantCulture, $"""
            **Details.** *Processor time*: of all threads. *Arena*: memory of intermediate tensors, beside the largest
            set of them alive at once. *Noisy*: samples during which other processes used more than
            {Sample.ForeignLimit:P0} of a core, in spite of repetitions; where most are, the row is marked and meets no
            goal.


            """) + MarkdownTable.Of(Rows, details);
    }

    static readonly (string, Func<ComparisonRow, FormattableString>)[] main =
    [
        ("network, batch", r => $"{r.Title}, {r.Images:N0}"),
        ("threads", r => $"{r.Threads}"),
        ("Ceteris", r => $"{Quantity.Seconds(r.Ceteris.Seconds.Median)}"),
        ("PyTorch", r => $"{Quantity.Seconds(r.Faster.Seconds.Median)}"),
        ("ratio", r => $"**{r.Ratio.Median:F2}×** [{r.Ratio.Min:F2}..{r.Ratio.Max:F2}]{(r.IsNoisy ? " (noisy)" : "")}"),
        ("goal", r => $"{r.Goal:F1}×{(r.MeetsGoal ? " ✓" : "")}"),
        ("ordinary PyTorch", r => $"{r.RatioToOrdinary.Median:F2}×"),
        ("images/s", r => $"{r.ImagesPerSecond:N0}"),
        ("GFLOP/s", r => $"{r.GflopPerSecond:F0} ({r.GflopPerSecond / r.Peak:P0} of peak)"),
    ];

    static readonly (string, Func<ComparisonRow, FormattableString>)[] details =
    [
        ("network", r => $"{r.Title}"),
        ("work", r => $"{(r.Phase == Phase.Train ? "train" : "evaluate")}"),
        ("threads", r => $"{r.Threads}"),
        ("PyTorch's faster way", r => $"{r.Faster.Name}"),
        ("PyTorch's GFLOP/s", r => $"{r.PyTorchGflopPerSecond:F0} ({r.PyTorchGflopPerSecond / r.Peak:P0} of peak)"),
        ("ordinary way", r => $"{Quantity.Seconds(r.Ordinary.Seconds.Median)}, {Quantity.Ratio(r.RatioToOrdinary)}"),
        ("ratio of processor time", r => $"{r.CpuRatio:F2}×"),
        ("cores used", r => $"{r.Ceteris.Cores:F2} / {r.Faster.Cores:F2}"),
        ("bytes allocated per step", r => $"{r.AllocatedPerStep:N0}"),
        ("arena / alive at once", r => $"{Quantity.Bytes(r.ArenaBytes)} / {Quantity.Bytes(r.LargestLiveBytes)}"),
        ("peak memory, Ceteris / PyTorch",
            r => $"{Quantity.Bytes(r.PeakBytes)} / {Quantity.Bytes(r.PyTorchPeakBytes)}"),
        ("noisy", r => $"{r.NoisySamples} of {r.Ceteris.Samples.Count + r.Faster.Samples.Count}"),
    ];

    /// <summary>A row in one line, for reading while the run goes on.</summary>
    static string Line(ComparisonRow r) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Title,-22} {r.Phase,-8} {r.Threads} thr  Ceteris {Quantity.Seconds(r.Ceteris.Seconds.Median),8}  "
        + $"PyTorch {Quantity.Seconds(r.Faster.Seconds.Median),8} ({r.Faster.Name})  ratio {Quantity.Ratio(r.Ratio)}, "
        + $"{r.RatioToOrdinary.Median:F2} to ordinary, {r.CpuRatio:F2} in processor time  "
        + $"{r.GflopPerSecond:F1} GFLOP/s ({r.GflopPerSecond / r.Peak:P0} of peak)  {r.AllocatedPerStep:N0} B/step"
        + $"{(r.NoisySamples > 0 ? $"  {r.NoisySamples} noisy" : "")}");
}
