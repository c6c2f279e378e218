using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>A measurement: its part of the results, and how it comes about.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="About">One line.</param>
/// <param name="Measure">Measures and gives the results with the part renewed.</param>
/// <param name="Part">The part as it is shown.</param>
sealed record Mode(
    string Name, string About, Func<BenchmarkOptions, Results, Results> Measure, Func<Results, string?> Part);

/// <summary>The benchmark program.</summary>
static class BenchmarkCommand
{
    const string All = "all", Render = "render", ComparisonMode = "compare-pytorch";

    static readonly Mode[] modes =
    [
        new("limits", "multiply-adds in registers, bandwidth of caches and memory",
            (o, r) => r with { Limits = LimitsReport.Measure(o) }, r => r.Limits?.ToMarkdown()),
        new(ComparisonMode, "training steps and evaluations beside PyTorch, in alternation",
            (o, r) => r with { Comparison = ComparisonReport.Measure(o) }, r => r.Comparison?.ToMarkdown()),
        new("time-to-accuracy", "from a cold start to 99 % of MNIST, beside PyTorch",
            (o, r) => r with { TimeToAccuracy = AccuracyReport.Measure(o) }, r => r.TimeToAccuracy?.ToMarkdown()),
        new("startup", "from a cold start to the first step",
            (o, r) => r with { Startup = StartupReport.Measure(o) }, r => r.Startup?.ToMarkdown()),
        new("scaling", "batch, width, threads, odd sizes, one image, two runs at once, data pipeline, AVX2",
            (o, r) => r with { Scaling = ScalingReport.Measure(o) }, r => r.Scaling?.ToMarkdown()),
        new("store", "lists of 100,000 stored runs: cold, filtered, memory, index made anew",
            (o, r) => r with { Store = StoreReport.Measure(o) }, r => r.Store?.ToMarkdown()),
        new("studies", "what a study costs beyond its trainings; two runs at a time",
            (o, r) => r with { Studies = StudiesReport.Measure(o) }, r => r.Studies?.ToMarkdown()),
        new("kernels", "single kernels on the shapes of the networks, by BenchmarkDotNet",
            (o, r) => r with { Kernels = KernelReport.Measure(o) }, r => r.Kernels?.ToMarkdown()),
    ];

    static int Main(string[] args)
    {
        try
        {
            return args switch
            {
                [CeterisPeer.Mode] => Obey(),
                [Render] => RenderAll(),
                [All, .. var options] when BenchmarkOptions.Parse(options) is { Parts.Count: 0 } parsed =>
                    Run(modes, parsed),
                [var name, .. var options] when modes.FirstOrDefault(m => m.Name == name) is { } mode =>
                    Run([mode], BenchmarkOptions.Parse(options)),
                _ => Usage(),
            };
        }
        catch (SettingException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: results: {e.Message}");
            return 1;
        }
    }

    static int Run(IEnumerable<Mode> modes, BenchmarkOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new SettingException("expected Linux: load and memory of processes are read from /proc");
        var machine = Machine.This();
        string? path = options.Out
            ?? (options.IsComplete ? Path.Combine(Results.Folder(), $"{machine.Slug()}.json") : null);
        var results = path is null ? new(machine) : Results.Load(path, machine);
        int code = 0;
        foreach (var mode in modes)
        {
            long start = Stopwatch.GetTimestamp();
            Sampler.WarnOfOthers();
            try
            {
                results = mode.Measure(options, results);
            }
            catch (Exception e) when (e is not SettingException)
            {
                // The other modes of `all` can be measured all the same.
                bool isKnown = e is PeerException or InvalidOperationException;
                Console.Error.WriteLine($"error: {mode.Name}: {(isKnown ? e.Message : e)}");
                code = 1;
                continue;
            }
            if (mode.Name == ComparisonMode && results.Comparison!.Failures.Count > 0)
                code = 1;
            if (options.Rounds == 0)
                continue;
            Console.WriteLine($"\n{mode.Part(results)}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{mode.Name} took {Stopwatch.GetElapsedTime(start).TotalMinutes:F1} minutes"));
            if (path is not null)
            {
                results.Write(path);
                Console.WriteLine($"written to {path} and {Path.ChangeExtension(path, ".md")}");
            }
        }
        return code;
    }

    /// <summary>Writes the pages of all processors anew, from the figures in their JSON files.</summary>
    static int RenderAll()
    {
        foreach (string path in Directory.GetFiles(Results.Folder(), "*.json").Order(StringComparer.Ordinal))
            JsonText.Parse<Results>(File.ReadAllText(path)).Write(path);
        return 0;
    }

    static int Obey()
    {
        CeterisPeer.Obey(Console.In, Console.Out);
        return 0;
    }

    static int Usage()
    {
        Console.Error.WriteLine("usage: Ceteris.Benchmarks MODE [PART ...] [options]");
        foreach (var mode in modes)
            Console.Error.WriteLine($"  {mode.Name,-17} {mode.About}");
        Console.Error.WriteLine($"  {All,-17} all of these, one after another");
        Console.Error.WriteLine($"  {Render,-17} the pages in benchmarks/results, anew from their figures");
        Console.Error.WriteLine(BenchmarkOptions.Help);
        return 2;
    }
}
