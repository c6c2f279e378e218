using System.Diagnostics;
using System.Globalization;
using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Benchmarks;

/// <summary><c>store</c>: how long many runs take to be listed.</summary>
/// <param name="Stamp">When.</param>
/// <param name="Runs">In the store.</param>
/// <param name="RebuildSeconds">To make the index from the certificates.</param>
/// <param name="ColdSeconds">Of a process that lists the newest 50 runs, from its start to its end.</param>
/// <param name="ListSeconds">Of filtered lists in a running process, the best 50 of each.</param>
/// <param name="PeakBytes">Largest resident memory of the process that made the index and the lists.</param>
/// <param name="IndexBytes">Size of index.db.</param>
sealed record StoreReport(
    Stamp Stamp, int Runs, double RebuildSeconds, IReadOnlyList<double> ColdSeconds, IReadOnlyList<double> ListSeconds,
    long PeakBytes, long IndexBytes)
{
    const double MostColdSeconds = 3, MostListSeconds = 0.1;
    const long MostBytes = 500_000_000;
    const int Shown = 50;

    public static StoreReport Measure(BenchmarkOptions options)
    {
        int runs = options.Quick ? 10_000 : 100_000;
        Console.Error.WriteLine($"generating {runs} runs");
        using var generated = new GeneratedStore(runs);
        using var store = RunStore.Open(generated.Root);
        long start = Stopwatch.GetTimestamp();
        long indexed = store.Rebuild();
        double rebuild = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (indexed != runs || store.Count(RunFilter.Parse("state=completed")) != runs)
            throw new InvalidOperationException($"expected {runs} runs in the index, got {indexed}");
        double[] lists = Lists(store, options.Quick ? 50 : 500);
        long size = new FileInfo(Path.Combine(generated.Root, "index.db")).Length, peak = PeakMemory();
        using var ceteris = new PublishedProgram(options);
        string[] list = ["runs", "list", "--store", generated.Root];
        ceteris.Run(list);
        double[] cold =
            [.. Enumerable.Range(0, options.Rounds ?? (options.Quick ? 3 : 7)).Select(_ => ceteris.Run(list).Seconds)];
        return new(Stamp.Now(), runs, rebuild, cold, lists, peak, size);
    }

    /// <summary>Filters of one to three conditions on keys and results, in several orders.</summary>
    static double[] Lists(RunStore store, int count)
    {
        var random = new RandomStream(StreamKey.For(0, "lists"));
        double[] seconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            string[] conditions =
            [
                $"test_accuracy>{(90 + random.Next(10)).ToString(CultureInfo.InvariantCulture)}%",
                random.Next(2) == 0 ? "network=sk" : "network!=base",
                random.Next(2) == 0 ? "lr>0.01" : $"seed={random.Next(100)}",
            ];
            string sort = new[] { "test_accuracy", "finished", "train_seconds", "optimizer" }[random.Next(4)];
            var filter = RunFilter.Parse(conditions.Take(1 + random.Next(3))).SortedBy(sort, descending: true)
                with
            { Limit = Shown };
            long start = Stopwatch.GetTimestamp();
            store.List(filter);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return seconds;
    }

    static long PeakMemory() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>The 95th of 100.</summary>
    double Percentile95 => ListSeconds.Order().ElementAt((int)(0.95 * (ListSeconds.Count - 1)));

    public string ToMarkdown()
    {
        var cold = Spread.Of(ColdSeconds);
        return $"""
            ## Store of runs

            {Stamp}. A store of {Runs.ToString("N0", CultureInfo.InvariantCulture)} generated runs; the files are in the
            system's cache. Cold: `ceteris runs list`, from the start of the process to its end, median [least..greatest]
            of {ColdSeconds.Count}. Lists: {ListSeconds.Count} of them with one to three conditions, in four orders, the
            first {Shown} of each.


            """ + MarkdownTable.Of<(string What, string Figure, string Goal)>(
        [
            ("cold open and list", Quantity.Seconds(cold), Goal(cold.Median <= MostColdSeconds, Quantity.Seconds(MostColdSeconds))),
            ("filtered list, 95 of 100 within", Quantity.Seconds(Percentile95),
                Goal(Percentile95 <= MostListSeconds, Quantity.Seconds(MostListSeconds))),
            ("filtered list, median and range", Quantity.Seconds(Spread.Of(ListSeconds)), ""),
            ("peak memory", Quantity.Bytes(PeakBytes), Goal(PeakBytes <= MostBytes, Quantity.Bytes(MostBytes))),
            ("index made anew", Quantity.Seconds(RebuildSeconds), ""),
            ("size of the index", Quantity.Bytes(IndexBytes), ""),
        ],
        [
            ("what", row => $"{row.What}"),
            ("figure", row => $"{row.Figure}"),
            ("at most", row => $"{row.Goal}"),
        ]);

        static string Goal(bool isMet, string most) => $"{most}{(isMet ? " ✓" : "")}";
    }
}
