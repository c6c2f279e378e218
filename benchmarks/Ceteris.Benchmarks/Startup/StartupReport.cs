namespace Ceteris.Benchmarks;

/// <summary>
/// From the start of a process to what is named; <paramref name="AtMost"/>: the goal, if there is one.
/// </summary>
sealed record StartupRow(string Command, string Until, IReadOnlyList<double> Samples, double? AtMost)
{
    public Spread Seconds => Spread.Of(Samples);
}

/// <summary><c>startup</c>: what a user waits for before anything is learned.</summary>
sealed record StartupReport(Stamp Stamp, IReadOnlyList<StartupRow> Rows)
{
    const double MostSeconds = 1;
    const string FirstStep = "first step begins", Mnist = "mnist";

    public static StartupReport Measure(BenchmarkOptions options)
    {
        using var ceteris = new PublishedProgram(options);
        // The heading of a training is written between the compilation and the first step.
        string[] train = ["train", "base", "--epochs", "1"];
        ProcessRun Train(params string[] more) =>
            ceteris.Run([.. train, .. more, "--out", ceteris.RunFolder], until: "base on ");
        var contenders = new List<(string Command, string Until, double? AtMost, Func<ProcessRun> Run)>
        {
            ("ceteris --help", "end", null, () => ceteris.Run(["--help"])),
            (string.Join(' ', ["ceteris", .. train]), FirstStep, MostSeconds, () => Train()),
        };
        if (options.DataFolder is { } data)
        {
            var task = new TrainingTask("base", Epochs: 1, Batch: 64, Rate: 0.01, Momentum: 0.5);
            contenders.Add((string.Join(' ', ["ceteris", .. train, "--data", Mnist]), FirstStep, MostSeconds,
                () => Train("--data", Mnist, "--data-dir", data)));
            contenders.Add(("PyTorch, the same network and images", FirstStep, null,
                () => ProcessRun.Of(options.Python, task.PyTorchArguments(data, seed: 0), until: "start")));
        }
        var drawn = Train();
        foreach (var contender in contenders)
            contender.Run();
        var samples = contenders.Select(_ => new List<double>()).ToList();
        for (int round = 0; round < (options.Rounds ?? (options.Quick ? 3 : 7)); round++)
        {
            for (int i = 0; i < contenders.Count; i++)
                samples[i].Add(contenders[i].Run().Seconds);
        }
        return new(Stamp.Now(),
        [
            .. contenders.Select((c, i) => new StartupRow(c.Command, c.Until, samples[i], c.AtMost)),
            new(string.Join(' ', ["ceteris", .. train]) + ", the digits drawn for the first time", FirstStep,
                [drawn.Seconds], null),
        ]);
    }

    public string ToMarkdown() => $"""
        ## Start

        {Stamp}. From the start of the process, median [least..greatest]
        of {Rows[0].Samples.Count}; the files are in the system's cache. Ceteris is published for the platform, compiled
        ahead of time. Reading and checking the data is part of it.


        """ + MarkdownTable.Of(Rows,
    [
        ("command", row => $"{row.Command}"),
        ("until", row => $"{row.Until}"),
        ("time", row => $"{Quantity.Seconds(row.Seconds)}"),
        ("at most", row => $"{Goal(row)}"),
    ]);

    static string Goal(StartupRow row) => row.AtMost is { } most
        ? $"{Quantity.Seconds(most)}{(row.Seconds.Median <= most ? " ✓" : "")}" : "";
}
