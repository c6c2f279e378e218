using System.Globalization;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>The options of all modes; each uses what concerns it.</summary>
sealed record BenchmarkOptions
{
    /// <summary>Parts of the measurement that were asked for by name; none: all of it.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    public IReadOnlyList<int> Threads { get; init; } = [1, 2];

    /// <summary>
    /// Alternations; 0 in a comparison: nothing is timed, only the losses of both sides are compared; null: as the mode
    /// has it.
    /// </summary>
    public int? Rounds { get; init; }

    public bool Quick { get; init; }

    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>A folder with MNIST.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The published program; null: it is published first.</summary>
    public string? Ceteris { get; init; }

    /// <summary>
    /// The JSON file to write, with a Markdown page beside it; null: the committed one if the run is complete.
    /// </summary>
    public string? Out { get; init; }

    /// <summary>Whether the run measures all that a published result has.</summary>
    public bool IsComplete =>
        Parts.Count == 0 && !Quick && Rounds is null && Threads.SequenceEqual(new BenchmarkOptions().Threads);

    /// <summary>What has been asked for, of all that there is.</summary>
    public bool Wants(string part) =>
        Parts.Count == 0 || Parts.Any(asked => part.Contains(asked, StringComparison.OrdinalIgnoreCase));

    /// <summary>A policy with the rounds that were asked for, or the quick one.</summary>
    public SamplePolicy Policy(SamplePolicy usual)
    {
        var policy = Quick ? SamplePolicy.Quick : usual;
        return policy with { Rounds = Rounds ?? policy.Rounds };
    }

    public const string Help = """
          PART         only these: networks (compare-pytorch), groups (scaling), pieces of names (kernels)
          --quick      fewer and shorter samples, with all processors only
          --threads    numbers of threads [1,2]
          --rounds     samples of each; compare-pytorch with 0 only checks that both sides have the same losses
          --python     an interpreter that has PyTorch [/usr/bin/python3]
          --data-dir   a folder with MNIST, for startup and time-to-accuracy
          --ceteris    the published program; without it these two publish it first
          --out        the JSON file to write, with a Markdown page beside it
        A run without PART, --quick, --threads and --rounds renews its part of benchmarks/results/PROCESSOR.json and
        .md; any other is written only to --out.
        """;

    /// <summary>Errors: <see cref="SettingException"/>.</summary>
    public static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < args.Count; i++)
        {
            string Value() => ++i < args.Count ? args[i]
                : throw new SettingException($"expected a value after {args[i - 1]}");
            options = args[i] switch
            {
                "--quick" => options with { Quick = true, Threads = [WorkerPool.DefaultThreads] },
                "--threads" => options with { Threads = [.. Value().Split(',').Select(t => Count("--threads", t, 1))] },
                "--rounds" => options with { Rounds = Count("--rounds", Value(), 0) },
                "--python" => options with { Python = Value() },
                "--data-dir" => options with { DataFolder = Path.GetFullPath(Value()) },
                "--ceteris" => options with { Ceteris = Path.GetFullPath(Value()) },
                "--out" => options with { Out = Path.ChangeExtension(Path.GetFullPath(Value()), ".json") },
                { } option when option.StartsWith('-') => throw SettingException.Unknown(
                    "option", option,
                    ["--quick", "--threads", "--rounds", "--python", "--data-dir", "--ceteris", "--out"]),
                { } part => options with { Parts = [.. options.Parts, part] },
            };
        }
        return options;
    }

    static int Count(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= least ? n
            : throw new SettingException($"expected whole numbers from {least} on after {option}, got \"{text}\"");
}
