using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>
/// <c>compare-pytorch</c>: times Ceteris and PyTorch at the same work, in alternation in one run, and writes the table.
/// </summary>
static class CompareCommand
{
    const string Solution = "Ceteris.slnx";

    public static int Run(IReadOnlyList<string> args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(CompareOptions.Help);
            return 0;
        }
        try
        {
            return Run(CompareOptions.Parse(args));
        }
        catch (SettingException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{CompareOptions.Help}");
            return 2;
        }
        catch (Exception e) when (IsFailure(e))
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    static bool IsFailure(Exception e) => e is PyTorchException or InvalidOperationException or IOException or UnauthorizedAccessException;

    static int Run(CompareOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new PyTorchException("expected Linux: load and memory of both processes are read from /proc");
        PyTorchVersion version;
        using (var torch = new PyTorchSide(options.Python))
            version = torch.Version;
        var machine = CompareMachine.This();
        var report = new CompareReport(machine, version, options.Rounds, options.SampleSeconds, []);
        foreach (string line in report.Heading())
            Console.WriteLine(line);
        Console.WriteLine();

        using var data = new CompareData();
        var comparison = new Comparison(options, data);
        var rows = new List<CompareRow>();
        int failures = 0;
        foreach (var (one, phase, threads) in from one in options.Cases
                                              from phase in Enum.GetValues<Phase>()
                                              from threads in options.Threads
                                              select (one, phase, threads))
        {
            try
            {
                foreach (var row in comparison.Run(one, phase, threads))
                {
                    rows.Add(row);
                    Console.WriteLine(CompareReport.Line(row));
                }
            }
            catch (Exception e) when (IsFailure(e))
            {
                failures++;
                Console.Error.WriteLine($"error: {one.Network}, {phase}, {threads} thread(s): {e.Message}");
            }
        }
        if (rows.Count == 0)
            return failures == 0 ? 0 : 1;
        report = report with { Rows = [.. rows.OrderBy(r => r.Work == "evaluate batch")] };
        Console.WriteLine($"\n{report.ToMarkdown()}");
        if ((options.Out ?? (options.IsComplete && failures == 0 ? ResultsFile(machine) : null)) is { } path)
        {
            report.Write(path);
            Console.WriteLine($"written to {path} and {Path.ChangeExtension(path, ".json")}");
        }
        return failures == 0 ? 0 : 1;
    }

    static string ResultsFile(CompareMachine machine)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return Path.Combine(folder.FullName, "benchmarks", "results", $"{machine.Slug()}.md");
        }
        throw new IOException($"expected {Solution} above {AppContext.BaseDirectory}; name the file to write with --out");
    }
}
