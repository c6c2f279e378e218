using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Ceteris.Kernels;
using Perfolizer.Horology;

namespace Ceteris.Benchmarks;

/// <summary>A kernel on a shape: the time of a call, and how many operations or bytes that is.</summary>
sealed record KernelRow(string Kernel, string Shape, Spread Seconds, double Amount, string Unit)
{
    public double Rate => Amount / Seconds.Median / 1e9;
}

/// <summary><c>kernels</c>: single kernels on one thread, timed by BenchmarkDotNet in this process.</summary>
/// <param name="Stamp">When and of what.</param>
/// <param name="Peak">GFLOP/s of multiply-adds in registers on a thread.</param>
/// <param name="Rows">What was measured.</param>
sealed record KernelReport(Stamp Stamp, double Peak, IReadOnlyList<KernelRow> Rows)
{
    static readonly Type[] benchmarks =
    [
        typeof(ConvolutionBenchmark), typeof(WinogradBenchmark), typeof(DenseBenchmark), typeof(PoolBenchmark),
        typeof(LayoutBenchmark),
    ];

    public static KernelReport Measure(BenchmarkOptions options)
    {
        using var pool = new WorkerPool(1);
        double peak = FmaPeak.GigaflopsPerSecond(pool, FmaPeak.Widest);
        var folder = Directory.CreateTempSubdirectory("ceteris-benchmark-");
        try
        {
            List<KernelRow> rows = [];
            foreach (var benchmark in benchmarks)
            {
                var found = BenchmarkRunner.Run(benchmark, Config(options, folder.FullName)).Reports
                    .Where(report => report.ResultStatistics is not null)
                    .Select(report => Row(report.BenchmarkCase, report.ResultStatistics!)).ToList();
                foreach (var row in found)
                {
                    string time = Quantity.Seconds(row.Seconds);
                    Console.WriteLine($"{row.Kernel,-28} {row.Shape,-52} {time}  {Rate(row, peak)}");
                }
                rows.AddRange(found);
            }
            return rows.Count > 0 ? new(Stamp.Now(), peak, rows)
                : throw new InvalidOperationException(
                    $"expected pieces of kernels' names, got {string.Join(", ", options.Parts)}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static IConfig Config(BenchmarkOptions options, string artifacts)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2)
            .WithIterationCount(options.Rounds ?? (options.Quick ? 3 : 7))
            .WithIterationTime(TimeInterval.FromMilliseconds(options.Quick ? 10 : 100));
        return ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance)
            .AddValidator(JitOptimizationsValidator.FailOnError).WithArtifactsPath(artifacts)
            .WithOptions(ConfigOptions.DisableLogFile)
            .AddFilter(new SimpleFilter(one => options.Wants($"{Kernel(one)} {Case(one)}")
                && !(Case(one).IsFirst && Method(one) == nameof(ConvolutionBenchmark.InputGradient))));
    }

    static KernelRow Row(BenchmarkCase one, BenchmarkDotNet.Mathematics.Statistics nanoseconds)
    {
        var seconds = new Spread(nanoseconds.Median * 1e-9, nanoseconds.Min * 1e-9, nanoseconds.Max * 1e-9);
        return new(Kernel(one), Case(one).Name, seconds, Case(one).Amount, Case(one).Unit);
    }

    static KernelCase Case(BenchmarkCase one) => (KernelCase)one.Parameters.Items[0].Value;

    static string Kernel(BenchmarkCase one) =>
        $"{one.Descriptor.Type.Name.Replace("Benchmark", "", StringComparison.Ordinal)}.{Method(one)}";

    static string Method(BenchmarkCase one) => one.Descriptor.WorkloadMethod.Name;

    public string ToMarkdown() => $"""
        ## Kernels

        {Stamp}. Medians [least..greatest] by BenchmarkDotNet, one thread,
        warm caches; operations are counted as if done directly, those on padding too.
        Convolutions and linear layers on the batch of their network, pools on 16 samples.


        """ + MarkdownTable.Of(Rows,
    [
        ("kernel", row => $"{row.Kernel}"),
        ("shape", row => $"{row.Shape}"),
        ("time", row => $"{Quantity.Seconds(row.Seconds)}"),
        ("rate", row => $"{Rate(row, Peak)}"),
    ]);

    static string Rate(KernelRow row, double peak) => row.Unit == KernelCase.Flop
        ? FormattableString.Invariant($"{row.Rate:F0} GFLOP/s ({row.Rate / peak:P0} of peak)")
        : FormattableString.Invariant($"{row.Rate:F0} GB/s");
}
