using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>An evaluation on the test images, and when it was known.</summary>
sealed record AccuracyPoint(double Seconds, double Accuracy);

/// <summary>A training from the start of its process to its end.</summary>
sealed record AccuracyRun(double StartSeconds, IReadOnlyList<AccuracyPoint> Epochs)
{
    /// <summary>When an accuracy was first reached; null: never.</summary>
    public double? SecondsTo(double accuracy) =>
        Epochs.Where(point => point.Accuracy >= accuracy).Select(point => (double?)point.Seconds).FirstOrDefault();
}

/// <summary>Both sides with one seed; equal seeds do not make equal weights.</summary>
sealed record AccuracyRow(int Seed, AccuracyRun Ceteris, AccuracyRun PyTorch);

/// <summary><c>time-to-accuracy</c>: from a cold start to 99 % of MNIST's test images.</summary>
sealed record AccuracyReport(Stamp Stamp, TrainingTask Task, IReadOnlyList<AccuracyRow> Rows)
{
    const double Goal = 0.99;
    const int Seeds = 5;
    const string Epoch = "epoch ";

    static readonly TrainingTask task = new("lenet-bn-relu-max", 2, 128, 0.1, 0.9);

    public static AccuracyReport Measure(BenchmarkOptions options)
    {
        string data = options.DataFolder
            ?? throw new InvalidOperationException("expected --data-dir, a folder with MNIST");
        using var program = new PublishedProgram(options);
        var rows = new List<AccuracyRow>();
        for (int seed = 0; seed < (options.Rounds ?? (options.Quick ? 1 : Seeds)); seed++)
        {
            rows.Add(new(seed, Ceteris(program, data, seed), PyTorch(options.Python, data, seed)));
            Console.WriteLine($"seed {seed}: Ceteris {Cell(rows[^1].Ceteris)}; PyTorch {Cell(rows[^1].PyTorch)}");
        }
        return new(Stamp.Now(), task, rows);
    }

    static AccuracyRun Ceteris(PublishedProgram program, string data, int seed)
    {
        string folder = program.RunFolder;
        var run = program.Run(task.CeterisArguments(data, seed, folder));
        string[][] metrics = [.. File.ReadLines(Path.Combine(folder, "metrics.csv")).Select(line => line.Split(','))];
        int column = Array.IndexOf(metrics[0], "test_accuracy");
        var epochs = Lines(run, Epoch).Zip(metrics.Skip(1), (line, row) =>
            new AccuracyPoint(line.Seconds, double.Parse(row[column], CultureInfo.InvariantCulture)));
        // The heading is written between the compilation and the first step.
        return new(run.Lines[0].Seconds, [.. epochs]);
    }

    static AccuracyRun PyTorch(string python, string data, int seed)
    {
        var run = ProcessRun.Of(python, task.PyTorchArguments(data, seed));
        var epochs = Lines(run, Epoch).Select(line =>
            new AccuracyPoint(line.Seconds, double.Parse(line.Text.Split(' ')[^1], CultureInfo.InvariantCulture)));
        return new(Lines(run, "start").First().Seconds, [.. epochs]);
    }

    static IEnumerable<TimedLine> Lines(ProcessRun run, string beginning) =>
        run.Lines.Where(line => line.Text.StartsWith(beginning, StringComparison.Ordinal));

    public string ToMarkdown()
    {
        // Only where both arrive there is a ratio.
        double[] ratios =
            [.. Rows.Select(row => row.PyTorch.SecondsTo(Goal) / row.Ceteris.SecondsTo(Goal)).OfType<double>()];
        string summary = ratios.Length == 0 ? ""
            : $"\nPyTorch's time divided by Ceteris', where both arrive: {Quantity.Ratio(Spread.Of(ratios))}.";
        return string.Create(CultureInfo.InvariantCulture, $"""
            ## Time to {Goal:P0} of MNIST

            {Stamp}. {Task}. From the start of the process
            until the accuracy on the 10,000 test images is known, evaluations after every epoch included, with all
            processors; PyTorch runs the same task on slices of one tensor. Reading the data is part of it; the files
            are in the system's cache.{summary}


            """) + MarkdownTable.Of(Rows,
        [
            ("seed", row => $"{row.Seed}"),
            ("Ceteris", row => $"{Cell(row.Ceteris)}"),
            ("PyTorch", row => $"{Cell(row.PyTorch)}"),
        ]);
    }

    static string Cell(AccuracyRun run) => run.SecondsTo(Goal) is { } seconds
        ? FormattableString.Invariant(
            $"**{seconds:F1} s** (first step after {run.StartSeconds:F1} s; {run.Epochs[^1].Accuracy:P2} in the end)")
        : FormattableString.Invariant($"not reached: {run.Epochs[^1].Accuracy:P2} after {run.Epochs[^1].Seconds:F1} s");
}
