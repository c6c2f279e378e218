using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>
/// Ceteris at work as its trainer is: shuffled batches made from bytes within the timed step, the loss read after each
/// step. A full batch is fed once.
/// </summary>
sealed class CeterisSide : IDisposable
{
    const ulong Seed = 1;

    readonly Workload work;
    readonly bool feeds;
    readonly WorkerPool pool;
    readonly VariableStore store = new();
    readonly TracedComputation traced;
    readonly Program program;
    readonly Batches batches, inFileOrder;
    long position;
    double lossSum;

    /// <param name="work">What to do.</param>
    /// <param name="phase">Training steps or evaluations.</param>
    /// <param name="threads">That compute.</param>
    /// <param name="feeds">Whether every step has a batch of its own; else the first serves all.</param>
    public CeterisSide(Workload work, Phase phase, int threads, bool feeds = true)
    {
        (this.work, this.feeds) = (work, feeds && !work.FullBatch);
        pool = new WorkerPool(threads);
        var classifier = new Classifier(work.Layers(), work.Image, Workload.Classes)
        {
            Optimiser = new Sgd(work.Momentum),
        };
        traced = phase == Phase.Train ? classifier.Training(work.Batch) : classifier.Evaluation(work.Batch);
        program = traced.Compile(store, Seed, pool);
        if (phase == Phase.Train)
            program.Feed(Classifier.Rate, [(float)work.Rate]);
        ImageSet images = RandomImages.Of(work.Image, work.Images);
        var normalisation = Preprocessing.Scale.For(images);
        batches = new(images, normalisation, work.Batch, Seed);
        inFileOrder = new(images, normalisation, work.Batch, Seed, shuffle: false);
        if (!this.feeds)
            Feed(inFileOrder, 0, 0);
    }

    public long ArenaBytes => program.Plan.ArenaBytes;

    public long LargestLiveBytes => program.Plan.LargestLiveBytes;

    /// <summary>
    /// The most bytes that a step allocated on the garbage-collected heap, on average over a timed stretch.
    /// </summary>
    public double AllocatedPerStep { get; private set; }

    /// <summary>Weights and running statistics as they are now.</summary>
    public IEnumerable<NamedTensor> Weights() => traced.Trace.Variables.Where(v => v.Kind != VariableKind.State)
        .Select(v => NamedTensor.Of(v.Path, v.Shape, (ReadOnlySpan<float>)store[v.Path]));

    /// <summary>The mean losses of the first batches in file order.</summary>
    public double[] Losses(int steps, Phase phase)
    {
        var losses = new double[Math.Min(steps, inFileOrder.Steps)];
        for (int i = 0; i < losses.Length; i++)
        {
            Step(inFileOrder, 0, i);
            losses[i] = program.Output(Classifier.Loss)[0] / (phase == Phase.Train ? 1 : work.Batch);
        }
        return losses;
    }

    /// <summary>Runs so many steps, each on a batch.</summary>
    public Timing Steps(int count) => Timing.Of(() =>
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        Run(count);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        AllocatedPerStep = Math.Max(AllocatedPerStep, allocated / (double)count);
    });

    /// <summary>The same untimed.</summary>
    public void Run(int count)
    {
        int whole = work.Images / work.Batch;
        for (int i = 0; i < count; i++, position++)
            Step(batches, (uint)(position / whole), (int)(position % whole));
        if (double.IsNaN(lossSum))
            throw new InvalidOperationException($"{work.Title}: the loss is not a number");
    }

    /// <summary>Forgets what was allocated while the runtime still compiled.</summary>
    public void ForgetAllocations() => AllocatedPerStep = 0;

    public void Dispose()
    {
        program.Dispose();
        store.Dispose();
        pool.Dispose();
    }

    void Step(Batches from, uint epoch, int step)
    {
        if (feeds)
            Feed(from, epoch, step);
        program.Run();
        lossSum += program.Output(Classifier.Loss)[0];
    }

    void Feed(Batches from, uint epoch, int step) => from.Fill(
        epoch, step, BatchLayout.Lanes, program.Lanes(Classifier.Images), program.Lanes(Classifier.Labels),
        program.SampleIds);
}
