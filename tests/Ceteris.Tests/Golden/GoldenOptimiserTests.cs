using System.Globalization;
using System.Text.RegularExpressions;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;
using Schedule = Ceteris.Networks.Schedule;

/// <summary>Trajectories of optimisers and learning rates of schedules, against PyTorch in double precision.</summary>
public sealed class GoldenOptimiserTests
{
    const double Bound = 1e-5;

    public static TheoryData<string> Optimisers() => [.. GoldenFiles.Optimisers];

    public static TheoryData<string> Schedules() => [.. GoldenFiles.Schedules];

    [Theory]
    [MemberData(nameof(Optimisers))]
    public void FollowsPyTorchsTrajectory(string path)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path), about = file.Metadata["about"];
        var optimiser = Optimiser(name.Split('-')[0], about);
        var trace = new Trace(training: true);
        Tensor rate = Tensor.Apply(new Input("rate", Shape.Scalar));
        for (int p = 0; p < 2; p++)
        {
            Shape shape = Shape.Of(file.Shape($"p{p}"));
            var w = trace.Root.Param($"p{p}", shape, Init.Zeros);
            var at = trace.OptimiserOf(trace.Variables.Single(v => v.Tensor == w));
            trace.Root.Assign(w, optimiser.Update(at, w, Tensor.Apply(new Input($"g{p}", shape)), rate));
        }
        using var store = new VariableStore();
        trace.Initialise(store, seed: 0);
        file.Floats("p0").CopyTo(store["p0"]);
        file.Floats("p1").CopyTo(store["p1"]);
        using var program = Program.Compile(new([], trace.Updates), store);
        program.Feed("rate", [(float)After(about, "lr")!.Value]);
        int steps = file.Shape("trajectory")[0];
        var trajectory = new List<float>();
        for (int i = 0; i < steps; i++)
        {
            for (int p = 0; p < 2; p++)
            {
                int size = store[$"p{p}"].Length;
                program.Feed($"g{p}", file.Floats($"g{p}").AsSpan(i * size, size));
            }
            program.Run();
            trajectory.AddRange(store["p0"]);
            trajectory.AddRange(store["p1"]);
        }
        var report = new Agreement.Report();
        report.Add("trajectory", Agreement.RelativeError(trajectory.ToArray(), file["trajectory"]), Bound);
        report.Check(name);
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void GivesPyTorchsRates(string path)
    {
        var file = GoldenFile.Read(path);
        Assert.NotEmpty(file.Names);
        foreach (string name in file.Names)
        {
            string[] words = name.Split('-');
            var numeric = words.Where(w => char.IsDigit(w[0]));
            double[] numbers = [.. numeric.Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            (Schedule schedule, double rate, int total) = words[0] switch
            {
                "step" => (new StepRate((int)numbers[0], numbers[1]), 0.1, 100),
                "multistep" => (new MultiStepRate(numbers[^1], [.. numbers[..^1].Select(m => (int)m)]), 0.1, 100),
                "exponential" => (new ExponentialRate(numbers[0]), 0.1, 100),
                "cosine" => ((Schedule)new CosineRate((int)numbers[0]), 0.1, 1000),
                "onecycle" => (new OneCycleRate(), numbers[0], (int)numbers[1] + 1),
                "linear" => (new LinearRate(numbers[0], numbers[1], (int)numbers[2]), 0.1, 100),
                _ => throw new InvalidDataException($"expected a known schedule, got {name} in {path}"),
            };
            double[] expected = file[name];
            for (int t = 0; t < expected.Length; t++)
                Assert.True(Math.Abs(schedule.Rate(rate, t, total) - expected[t]) <= 1e-14,
                    $"{name} at {t}: expected {expected[t]:R}, got {schedule.Rate(rate, t, total):R}");
        }
    }

    static Optimiser Optimiser(string kind, string about)
    {
        double decay = After(about, "decay") ?? After(about, "L2") ?? 0, momentum = After(about, "momentum") ?? 0;
        bool Says(string word) => about.Contains(word, StringComparison.Ordinal);
        return kind switch
        {
            "sgd" => new Sgd(momentum, decay, Says("nesterov")),
            "adam" => new Adam(WeightDecay: decay),
            "adamw" => new AdamW(WeightDecay: decay),
            "rmsprop" => new RmsProp(After(about, "alpha") ?? 0.99, momentum, Says("centered"), WeightDecay: decay),
            "adagrad" => new Adagrad(WeightDecay: decay),
            _ => throw new InvalidDataException($"expected a known optimiser, got {kind}"),
        };
    }

    static double? After(string about, string word)
    {
        var match = Regex.Match(about, word + @" ([\d.]+(?:e-?\d+)?)");
        return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }
}
