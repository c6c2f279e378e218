using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>Times one case with one number of threads: both sides in alternation, round by round.</summary>
sealed class Comparison(CompareOptions options, CompareData data)
{
    public const int Repeats = 3;

    const int CheckedSteps = 3;
    const double FirstLossTolerance = 1e-5;
    const string Ordinary = "ordinary", Fast = "fast", FastChannelsLast = "fast channels_last";

    readonly Dictionary<int, double> peaks = [];

    /// <summary>The rows of a case, each given as soon as it is measured: a step, and in training an epoch.</summary>
    public IEnumerable<CompareRow> Run(CompareCase one, Phase phase, int threads)
    {
        // A process of its own for each, so that neither threads nor memory of an earlier case remain.
        using var torch = new PyTorchSide(options.Python);
        var (images, path) = data.For(one);
        double peak = PeakOf(threads);
        using var ceteris = new CeterisSide(one, phase, images, threads);
        torch.Open(one, phase, path, data.Write(ceteris.Weights()), threads);
        // A full batch of vectors has no layout to choose.
        string[] ways = one.FullBatch ? [Fast, Ordinary] : [Fast, FastChannelsLast, Ordinary];
        RequireSameLosses(one, ceteris.Losses(CheckedSteps, phase), torch, ways[..^1]);
        if (options.Rounds == 0)
        {
            Console.WriteLine($"{one.Title}, {phase}, {threads} thread(s): the losses agree");
            yield break;
        }

        GC.Collect();
        CompareMachine.ForgetPeakMemory();
        List<Sampler> samplers = [Sampler("Ceteris", ceteris.Steps, Repeats)];
        samplers[0].WarmUp();
        ceteris.ForgetAllocations();
        samplers[0].WarmUp();
        long torchPeakBytes = 0;
        foreach (string way in ways)
        {
            samplers.Add(Sampler(way, count => torch.Run(way, "step", count), Repeats));
            samplers[^1].WarmUp();
            // Only the first way is alone in its process.
            torchPeakBytes = torchPeakBytes == 0 ? torch.PeakBytes() : torchPeakBytes;
        }
        CompareRow Row(string work, int imageCount, List<Sampler> samplers, double goal) => new(
            one.Network, one.Title, work, imageCount, threads, Measured.Of(samplers[0]), [.. samplers[1..].Select(Measured.Of)],
            ceteris.FlopPerImage * imageCount / 1e9, peak, ceteris.AllocatedPerStep, ceteris.ArenaBytes, CompareMachine.PeakBytes(), torchPeakBytes, goal);

        Alternate(samplers, options.Rounds);
        peak = PeakOf(threads);
        var step = Row(phase == Phase.Train ? "train step" : "evaluate batch", one.Batch, samplers, phase == Phase.Train ? one.Goal : CompareCase.EvaluationGoal);
        yield return step;

        if (phase == Phase.Train && options.Epochs > 0 && !one.FullBatch)
        {
            string faster = step.PyTorch.Where(m => m.Name != Ordinary).MinBy(m => m.Seconds.Median)!.Name;
            samplers = [Sampler("Ceteris", ceteris.Epochs, 0)];
            foreach (string way in new[] { faster, Ordinary })
                samplers.Add(Sampler(way, count => torch.Run(way, "epoch", count), 0));
            Alternate(samplers, options.Epochs);
            yield return Row("train epoch", one.Images, samplers, one.Goal);
        }
    }

    Sampler Sampler(string name, Func<int, Timing> run, int repeats) => new(new(name, run), options.SampleSeconds, repeats);

    /// <summary>One sample of each in each round; every other round backwards, so that no one always comes first.</summary>
    static void Alternate(List<Sampler> samplers, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (var sampler in round % 2 == 0 ? samplers : Enumerable.Reverse(samplers))
                sampler.Take();
        }
    }

    /// <summary>The best of all measurements in this run so far: nothing can be faster than the machine.</summary>
    double PeakOf(int threads)
    {
        using var pool = new WorkerPool(threads);
        return peaks[threads] = Math.Max(peaks.GetValueOrDefault(threads), FmaPeak.GigaflopsPerSecond(pool));
    }

    /// <summary>From the same weights on the same batches both sides must have the same losses, or they do not do the same work.</summary>
    static void RequireSameLosses(CompareCase one, double[] ours, PyTorchSide torch, string[] ways)
    {
        foreach (string way in ways)
        {
            double[] theirs = torch.Losses(way, CheckedSteps);
            bool Agree(int step) =>
                Math.Abs(ours[step] - theirs[step]) <= (step == 0 ? FirstLossTolerance : one.LossTolerance) * Math.Abs(theirs[step]);
            if (ours.Length != theirs.Length || !Enumerable.Range(0, ours.Length).All(Agree))
            {
                throw new InvalidOperationException($"{one.Network}: expected the same losses from the same weights on the same batches; "
                    + $"Ceteris has {string.Join(" ", ours)}, PyTorch ({way}) {string.Join(" ", theirs)}");
            }
        }
    }
}
