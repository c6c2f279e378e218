using System.Diagnostics;
using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Benchmarks;

/// <summary>A round of all ways to do the same runs; seconds.</summary>
/// <param name="Training">Each run trained by itself, one after another.</param>
/// <param name="One">The study, one run at a time.</param>
/// <param name="Two">The study, two runs at a time.</param>
/// <param name="Report">From the runs to the four files of the report.</param>
sealed record StudyRound(double Training, double One, double Two, double Report);

/// <summary>
/// <c>studies</c>: what a study costs beyond its trainings, and what two runs at a time gain. Every round trains the
/// same runs; their weights must be the same.
/// </summary>
/// <param name="Stamp">When.</param>
/// <param name="Runs">Of the study.</param>
/// <param name="Epochs">Of a run.</param>
/// <param name="Rounds">In alternation.</param>
sealed record StudiesReport(Stamp Stamp, int Runs, int Epochs, IReadOnlyList<StudyRound> Rounds)
{
    const double MostOverhead = 0.02, LeastGain = 1.8;

    public static StudiesReport Measure(BenchmarkOptions options)
    {
        (int runs, int epochs, int rounds) = (4, options.Quick ? 1 : 5, options.Rounds ?? (options.Quick ? 2 : 5));
        var data = new StudyData(DataFolders.OfUser());
        Study study = StudyOf(runs, epochs);
        StudyOutcome expected = Round(study with { Seeds = Study.FirstSeeds(1) }, data, parallel: 1).Outcome;
        var done = new List<StudyRound>();
        for (int round = 0; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
            bool backwards = round % 2 == 1;
            double training = backwards ? 0 : Train(study, data);
            (StudyOutcome one, double oneSeconds) = Round(study, data, parallel: 1);
            (StudyOutcome two, double twoSeconds) = Round(study, data, parallel: 2);
            if (!Weights(one).SequenceEqual(Weights(two)) || Weights(one)[0] != Weights(expected)[0])
                throw new InvalidOperationException("expected the same weights from every way to run a study");
            long start = Stopwatch.GetTimestamp();
            StudyReport.Files(StudyAnalysis.Of(one), data.Test(study.Arms[0].Recipe));
            double report = Stopwatch.GetElapsedTime(start).TotalSeconds;
            done.Add(new(backwards ? Train(study, data) : training, oneSeconds, twoSeconds, report));
        }
        return new(Stamp.Now(), runs, epochs, done);
    }

    public string ToMarkdown()
    {
        var overhead = Spread.Of(Rounds.Select(round => round.One / round.Training - 1));
        var gain = Spread.Of(Rounds.Select(round => round.One / round.Two));
        return $"""
            ## Studies

            {Stamp}. {Runs} runs of BASE, {Epochs} epochs of 10,000 images, one thread each; {Rounds.Count} rounds in
            alternation, their weights compared; median [least..greatest].


            """ + MarkdownTable.Of<(string What, string Figure, string Goal)>(
        [
            ("each run trained by itself", Seconds(round => round.Training), ""),
            ("as a study, one at a time", Seconds(round => round.One), ""),
            ("overhead of the study", Percent(overhead),
                $"at most 2 %{(overhead.Median <= MostOverhead ? " ✓" : "")}"),
            ("as a study, two at a time", Seconds(round => round.Two), ""),
            ("throughput of two at a time", Quantity.Ratio(gain),
                $"at least 1.8×{(gain.Median >= LeastGain ? " ✓" : "")}"),
            ("analysis and report", Seconds(round => round.Report), ""),
        ],
        [
            ("what", row => $"{row.What}"),
            ("figure", row => $"{row.Figure}"),
            ("goal", row => $"{row.Goal}"),
        ]);

        string Seconds(Func<StudyRound, double> part) => Quantity.Seconds(Spread.Of(Rounds.Select(part)));

        static string Percent(Spread share) => FormattableString.Invariant(
            $"{100 * share.Median:F1} % [{100 * share.Min:F1}..{100 * share.Max:F1}]");
    }

    static Study StudyOf(int runs, int epochs) => new()
    {
        Name = "benchmark",
        Question = "How long do runs take?",
        BaselineName = "BASE",
        Baseline = [("network", "base"), ("data", "digits:10000"), ("epochs", $"{epochs}")],
        Seeds = Study.FirstSeeds(runs),
    };

    /// <summary>The runs of a study without it: seconds.</summary>
    static double Train(Study study, StudyData data)
    {
        string folder = Directory.CreateTempSubdirectory("ceteris-runs-").FullName;
        try
        {
            long start = Stopwatch.GetTimestamp();
            foreach (long seed in study.Seeds)
            {
                Trainer.Run(data.Job(study.RecipeOf(study.Arms[0], seed)), new TrainingOptions
                {
                    Folder = Path.Combine(folder, $"{seed}"),
                    Threads = 1,
                    KeepWeights = false,
                    DrawPictures = false,
                });
            }
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The study in a store of its own.</summary>
    static (StudyOutcome Outcome, double Seconds) Round(Study study, StudyData data, int parallel)
    {
        string folder = Directory.CreateTempSubdirectory("ceteris-store-").FullName;
        try
        {
            using var store = RunStore.Open(folder);
            long start = Stopwatch.GetTimestamp();
            StudyOutcome outcome = StudyRunner.Run(study, store, data, new() { Parallel = parallel, Threads = 1 });
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            // Predictions are read when asked for, and the store is about to go.
            foreach (BlockOutcome block in outcome.Arms[0].Blocks)
                _ = block.Predictions;
            return (outcome, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string[] Weights(StudyOutcome outcome) =>
        [.. outcome.Arms[0].Blocks.Select(block => block.Run?.Result?.WeightsSha256
            ?? throw new InvalidOperationException($"expected a completed run, got one that {block.Missing}"))];
}
