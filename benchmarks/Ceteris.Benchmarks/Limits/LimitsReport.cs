using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Fused multiply-adds in registers.</summary>
sealed record FmaRow(int Bits, int Threads, double GigaflopsPerSecond);

/// <summary>Memory that each thread works on, and how fast all of them together do.</summary>
sealed record BandwidthRow(
    string Level, long BytesPerThread, Access Access, int Threads, double GigabytesPerSecond);

/// <summary><c>limits</c>: what the machine can do at most.</summary>
sealed record LimitsReport(Stamp Stamp, IReadOnlyList<FmaRow> Fma, IReadOnlyList<BandwidthRow> Bandwidth)
{
    public static LimitsReport Measure(BenchmarkOptions options)
    {
        var fma = new List<FmaRow>();
        var bandwidth = new List<BandwidthRow>();
        var caches = CacheSizes.OfThisMachine();
        foreach (int threads in options.Threads)
        {
            using var pool = new WorkerPool(threads);
            foreach (int bits in new[] { 512, 256 }.Where(bits => bits <= FmaPeak.Widest))
                fma.Add(new(bits, threads, FmaPeak.GigaflopsPerSecond(pool, bits)));
            foreach (var (level, bytes) in caches.WorkingSets(threads))
            {
                foreach (var access in Enum.GetValues<Access>())
                {
                    double rate = Benchmarks.Bandwidth.GigabytesPerSecond(pool, access, bytes);
                    bandwidth.Add(new(level, bytes, access, threads, rate));
                }
            }
        }
        return new(Stamp.Now(), fma, bandwidth);
    }

    public string ToMarkdown()
    {
        int[] threads = [.. Fma.Select(row => row.Threads).Distinct()];
        string text = $"""
            ## Limits of the machine

            {Stamp}. The best of several samples. Fused multiply-adds: 12 independent chains in registers.


            """;
        text += MarkdownTable.Of(
            Fma.GroupBy(row => row.Bits),
            [("fused multiply-adds", rows => $"vectors of {rows.Key} bits"),
                .. threads.Select(n => MarkdownTable.Column<IGrouping<int, FmaRow>>(
                    $"GFLOP/s, {n} thread(s)",
                    rows => $"{rows.First(row => row.Threads == n).GigaflopsPerSecond:F0}"))]);
        text += "\nGB/s, each thread on memory of its own; a copy counts what it reads and what it writes.\n\n";
        return text + MarkdownTable.Of(
            Bandwidth.GroupBy(row => (row.Level, row.Threads)),
            [("memory", rows => $"{rows.Key.Level}"), ("threads", rows => $"{rows.Key.Threads}"),
                ("of each thread", rows => $"{Quantity.Bytes(rows.First().BytesPerThread)}"),
                .. Enum.GetValues<Access>().Select(access => MarkdownTable.Column<
                    IGrouping<(string Level, int Threads), BandwidthRow>>(
                    Title(access), rows => $"{rows.First(row => row.Access == access).GigabytesPerSecond:F0}"))]);
    }

    static string Title(Access access) =>
        access == Access.NonTemporalWrite ? "non-temporal write" : access.ToString().ToLowerInvariant();
}
