using System.Globalization;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>The options of <c>compare-pytorch</c>.</summary>
sealed record CompareOptions
{
    public IReadOnlyList<CompareCase> Cases { get; init; } = [.. CompareCase.All.Where(c => c.ByDefault)];

    public IReadOnlyList<int> Threads { get; init; } = [1, 2];

    /// <summary>Alternations of a step; 0: nothing is timed, only the losses of both sides are compared.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Alternations of an epoch; 0: epochs are not timed.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>What a sample lasts at least.</summary>
    public double SampleSeconds { get; init; } = 0.5;

    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>The Markdown file to write, with a JSON file beside it.</summary>
    public string? Out { get; init; }

    /// <summary>Whether the run measures all that a published result has.</summary>
    public bool IsComplete { get; init; } = true;

    public const string Usage = """
        usage: compare-pytorch [--networks base,base-bn,sk,mlp | all] [--threads 1,2] [--rounds 7] [--epochs 1] [--quick] [--python FILE] [--out FILE.md]
          --networks  which networks, or all; known: {0}
          --threads   numbers of threads of both sides
          --rounds    alternations of a training step and of an evaluation; 0: only check that both sides have the same losses
          --epochs    alternations of a whole epoch; 0 for none
          --quick     3 rounds of 0.3 s, no epoch
          --python    an interpreter that has PyTorch, instead of /usr/bin/python3
          --out       where to write the table; a JSON file goes beside it
        A run with the default rounds and threads of at least the default networks replaces benchmarks/results/<processor>.md; any other is
        written only to --out.
        """;

    public static string Help => string.Format(CultureInfo.InvariantCulture, Usage, string.Join(", ", CompareCase.All.Select(c => c.Network)));

    /// <summary>Errors: <see cref="SettingException"/>.</summary>
    public static CompareOptions Parse(IReadOnlyList<string> args)
    {
        var options = new CompareOptions();
        for (int i = 0; i < args.Count; i++)
        {
            string Value() => ++i < args.Count ? args[i] : throw new SettingException($"expected a value after {args[i - 1]}");
            options = args[i] switch
            {
                "--networks" => options.With(Value()),
                "--threads" => options with { Threads = [.. Value().Split(',').Select(t => Count("--threads", t, 1))], IsComplete = false },
                "--rounds" => options with { Rounds = Count("--rounds", Value(), 0), IsComplete = false },
                "--epochs" => options with { Epochs = Count("--epochs", Value(), 0), IsComplete = false },
                "--quick" => options with { Rounds = 3, Epochs = 0, SampleSeconds = 0.3, IsComplete = false },
                "--python" => options with { Python = Value() },
                "--out" => options with { Out = Value() },
                _ => throw SettingException.Unknown(
                    "option", args[i], ["--networks", "--threads", "--rounds", "--epochs", "--quick", "--python", "--out"]),
            };
        }
        return options;
    }

    CompareOptions With(string networks)
    {
        IReadOnlyList<CompareCase> cases = networks == "all" ? CompareCase.All : [.. networks.Split(',').Select(CompareCase.Find).Distinct()];
        return this with { Cases = cases, IsComplete = IsComplete && Cases.All(cases.Contains) };
    }

    static int Count(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= least ? n
            : throw new SettingException($"expected whole numbers from {least} on after {option}, got \"{text}\"");
}
