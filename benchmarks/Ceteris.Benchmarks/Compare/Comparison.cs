using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Times one workload with one number of threads: both sides in alternation, round by round.</summary>
sealed class Comparison(BenchmarkOptions options) : IDisposable
{
    const double FirstLossTolerance = 1e-5;
    const string Ordinary = "ordinary", Fast = "fast", FastChannelsLast = "fast channels_last";

    /// <summary>Data and weights on their way to PyTorch.</summary>
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ceteris-benchmark-");

    readonly SamplePolicy policy = options.Policy(SamplePolicy.Thorough);

    /// <summary>The row of a workload; null if nothing is to be timed.</summary>
    public ComparisonRow? Run(Workload work, Phase phase, int threads)
    {
        // A process of its own for each, so that neither threads nor memory of an earlier one remain.
        using var torch = new PyTorchSide(options.Python);
        using var ceteris = new CeterisSide(work, phase, threads);
        (string data, string weights) = (PathOf("data"), PathOf("weights"));
        RandomImages.Write(RandomImages.Of(work.Image, work.Images), data);
        new Data.Safetensors(ceteris.Weights()).Write(weights);
        torch.Open(work, phase, data, weights, threads);
        // A full batch of vectors has no layout to choose.
        string[] ways = work.FullBatch ? [Fast, Ordinary] : [Fast, FastChannelsLast, Ordinary];
        RequireSameLosses(work, phase, ceteris, torch, ways[..^1]);
        if (policy.Rounds == 0)
        {
            Console.WriteLine($"{work.Title}, {phase}, {threads} thread(s): the losses agree");
            return null;
        }
        double peak = PeakOf(threads);

        GC.Collect();
        Machine.ForgetPeakMemory();
        List<Sampler> samplers = [new Sampler(new("Ceteris", ceteris.Steps), policy).WarmUp()];
        ceteris.ForgetAllocations();
        long torchPeakBytes = 0;
        foreach (string way in ways)
        {
            samplers.Add(new Sampler(new(way, count => torch.Steps(way, count)), policy).WarmUp());
            // Only the first way is alone in its process.
            torchPeakBytes = torchPeakBytes == 0 ? torch.PeakBytes() : torchPeakBytes;
        }
        var measured = policy.Alternate(samplers);
        return new(
            work.Network, work.Title, phase, work.Batch, threads, measured[0], [.. measured.Skip(1)],
            2e-9 * work.MultiplyAdds(phase) * work.Batch, Math.Max(peak, PeakOf(threads)), ceteris.AllocatedPerStep,
            ceteris.ArenaBytes, ceteris.LargestLiveBytes, Machine.PeakBytes(), torchPeakBytes,
            phase == Phase.Train ? work.Goal : Workload.EvaluationGoal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    string PathOf(string name) => Path.Combine(folder.FullName, $"{name}.safetensors");

    static double PeakOf(int threads)
    {
        using var pool = new WorkerPool(threads);
        return FmaPeak.GigaflopsPerSecond(pool, FmaPeak.Widest);
    }

    /// <summary>
    /// From the same weights on the same batches both sides must have the same losses, or they do not do the same work.
    /// </summary>
    void RequireSameLosses(Workload work, Phase phase, CeterisSide ceteris, PyTorchSide torch, string[] ways)
    {
        int steps = !work.IsSlow ? 3 : options.Quick ? 1 : 2;
        double[] ours = ceteris.Losses(steps, phase);
        foreach (string way in ways)
        {
            double[] theirs = torch.Losses(way, steps);
            bool Agree(int step)
            {
                double tolerance = step == 0 ? FirstLossTolerance : work.LossTolerance;
                return Math.Abs(ours[step] - theirs[step]) <= tolerance * Math.Abs(theirs[step]);
            }
            if (ours.Length != theirs.Length || !Enumerable.Range(0, ours.Length).All(Agree))
            {
                throw new InvalidOperationException(
                    "expected the same losses from the same weights on the same batches; "
                    + $"Ceteris has {string.Join(" ", ours)}, PyTorch ({way}) {string.Join(" ", theirs)}");
            }
        }
    }
}
