using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;
using Clock = System.Diagnostics.Stopwatch;

namespace Ceteris.Benchmarks;

using Program = Ceteris.Compiler.Program;

/// <summary>
/// Ceteris at work on a case as its trainer is: shuffled batches made from bytes within the timed step, the loss read after each
/// step. A full batch is fed once.
/// </summary>
sealed class CeterisSide : IDisposable
{
    const ulong Seed = 1;

    readonly CompareCase one;
    readonly WorkerPool pool;
    readonly VariableStore store = new();
    readonly TracedComputation traced;
    readonly Program program;
    readonly Program? rest;
    readonly Batches batches, inFileOrder;
    long position;
    double lossSum;

    public CeterisSide(CompareCase one, Phase phase, ImageSet images, int threads)
    {
        this.one = one;
        var layers = one.Layers();
        pool = new WorkerPool(threads);
        var classifier = new Classifier(layers, one.Image, CompareCase.Classes) { Optimiser = new Sgd(one.Momentum) };
        TracedComputation Trace(int batch) => phase == Phase.Train ? classifier.Training(batch) : classifier.Evaluation(batch);
        traced = Trace(one.Batch);
        traced.Trace.Initialise(store, Seed);
        program = Program.Compile(traced.Computation, store, pool);
        int left = images.Count % one.Batch;
        rest = left == 0 ? null : Program.Compile(Trace(left).Computation, store, pool);
        if (phase == Phase.Train)
        {
            program.Feed(Classifier.Rate, [(float)one.Rate]);
            rest?.Feed(Classifier.Rate, [(float)one.Rate]);
        }
        var normalisation = Preprocessing.Scale.For(images);
        batches = new(images, normalisation, one.Batch, Seed);
        inFileOrder = new(images, normalisation, one.Batch, Seed, shuffle: false);
        FlopPerImage = 2.0 * MultiplyAdds(layers, one.Image, phase);
        if (one.FullBatch)
            Feed(program, inFileOrder, 0, 0);
    }

    /// <summary>
    /// Direct multiply-adds, times two. Training does each of the forward pass three times, but the first layer has no
    /// gradient of its input.
    /// </summary>
    public double FlopPerImage { get; }

    public long ArenaBytes => program.Plan.ArenaBytes;

    /// <summary>The most bytes that a step allocated on the garbage-collected heap, on average over a timed stretch.</summary>
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
            Step(program, inFileOrder, 0, i);
            losses[i] = program.Output(Classifier.Loss)[0] / (phase == Phase.Train ? 1 : one.Batch);
        }
        return losses;
    }

    public Timing Steps(int count) => Time(count, forget: false, () =>
    {
        int whole = one.Images / one.Batch;
        for (int i = 0; i < count; i++, position++)
            Step(program, batches, (uint)(position / whole), (int)(position % whole));
    });

    public Timing Epochs(int count) => Time(count, forget: true, () =>
    {
        for (int epoch = 0; epoch < count; epoch++)
        {
            for (int step = 0; step < batches.Steps; step++)
                Step(batches.CountAt(step) == one.Batch ? program : rest!, batches, (uint)epoch, step);
        }
    });

    public void Dispose()
    {
        program.Dispose();
        rest?.Dispose();
        store.Dispose();
        pool.Dispose();
    }

    Timing Time(int count, bool forget, Action work)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Environment.CpuUsage.TotalTime;
        long start = Clock.GetTimestamp();
        work();
        double seconds = Clock.GetElapsedTime(start).TotalSeconds;
        double cpu = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        if (!forget)
            AllocatedPerStep = Math.Max(AllocatedPerStep, allocated / (double)count);
        return double.IsNaN(lossSum) ? throw new InvalidOperationException($"{one.Network}: the loss is not a number") : new(seconds, cpu);
    }

    /// <summary>Forgets what was allocated while the runtime still compiled.</summary>
    public void ForgetAllocations() => AllocatedPerStep = 0;

    void Step(Program program, Batches batches, uint epoch, int step)
    {
        if (!one.FullBatch)
            Feed(program, batches, epoch, step);
        program.Run();
        lossSum += program.Output(Classifier.Loss)[0];
    }

    static void Feed(Program program, Batches batches, uint epoch, int step) =>
        batches.Fill(epoch, step, BatchLayout.Lanes, program.Lanes(Classifier.Images), program.Lanes(Classifier.Labels), program.SampleIds);

    static double MultiplyAdds(Layer layers, Shape image, Phase phase)
    {
        var description = Description.Of(layers, image);
        double all = description.MultiplyAdds, first = description.Rows.First(r => r.MultiplyAdds > 0).MultiplyAdds;
        return phase == Phase.Train ? 3 * all - first : all;
    }
}
