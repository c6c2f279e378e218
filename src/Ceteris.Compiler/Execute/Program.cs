using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>What a program computes: named results, and the new values of variables at the end of a run.</summary>
public sealed record Computation(
    IReadOnlyList<(string Name, Tensor Value)> Outputs, IReadOnlyList<(Tensor Variable, Tensor Value)> Updates);

/// <summary>How to compile. No option changes a bit of any result.</summary>
/// <param name="Fuse">Compute chains of elementwise operations in one pass; without it every tensor is stored.</param>
/// <param name="Definitions">Run the scalar definition of every operation: slow, the oracle of the kernels.</param>
public sealed record CompileOptions(bool Fuse = true, bool Definitions = false);

/// <summary>
/// A compiled graph with its memory. Feed the inputs, <see cref="Run"/>, read the outputs. Updates of variables take
/// effect at the end of a
/// run: within it every reader sees the old value. A run allocates nothing. Not for several threads at once; it uses
/// those of its pool.
/// </summary>
public sealed class Program : IDisposable
{
    readonly WorkerPool pool;
    readonly bool ownsPool;
    readonly Step[] onFeed, onRun;
    readonly Memory memory;
    readonly Dictionary<string, Tensor> inputs;
    readonly Dictionary<string, Tensor> outputs;
    bool fed = true;

    internal Program(Plan plan, VariableStore variables, WorkerPool? pool)
    {
        ownsPool = pool is null;
        this.pool = pool ?? new WorkerPool(1);
        Plan = plan;
        (inputs, outputs) = (plan.Inputs, plan.Outputs);
        memory = new Memory(plan, variables, this.pool.Threads);
        foreach (var step in plan.Steps)
            step.Bind(memory);
        onFeed = [.. plan.Steps.Where(Compiler.Plan.IsFeedOnly)];
        onRun = [.. plan.Steps.Where(s => !Compiler.Plan.IsFeedOnly(s))];
    }

    /// <summary>Compiles for the threads of a pool (none: the calling thread alone).</summary>
    public static Program Compile(
        Computation computation, VariableStore variables, WorkerPool? pool = null, CompileOptions? options = null) =>
        new(Planner.Make(computation, options ?? new()), variables, pool);

    /// <summary>What was fused, in which order it runs, how much memory it takes.</summary>
    public Plan Plan { get; }

    /// <summary>Seed of the random masks.</summary>
    public ulong Seed
    {
        get => memory.Draws.Seed;
        set => memory.Draws.Seed = value;
    }

    /// <summary>Epoch, part of the address of a random draw.</summary>
    public int Epoch
    {
        get => memory.Draws.Epoch;
        set => memory.Draws.Epoch = value;
    }

    /// <summary>The identities of the batch's samples, part of the address of a random draw; one per sample of the
    /// batch.</summary>
    public Span<int> SampleIds => memory.Draws.Samples;

    /// <summary>Copies numbers, plain row-major, into an input.</summary>
    public void Feed(string input, ReadOnlySpan<float> numbers)
    {
        var tensor = Find(inputs, input, "input");
        if (numbers.Length != tensor.Shape.Elements)
        {
            throw new ArgumentException(
                $"expected {tensor.Shape.Elements} numbers for {input} {tensor.Shape}, got {numbers.Length}");
        }
        if (Plan.Layouts[tensor] == Layout.Lanes)
            LaneLayout.FromPlain(numbers, memory[tensor].Span, tensor.Shape[0]);
        else
            numbers.CopyTo(memory[tensor].Span);
        fed = true;
    }

    /// <summary>
    /// The memory of a batched input, to write directly: [⌈N/16⌉][…][16], 16 samples in the lanes; set the padding
    /// lanes to zero.
    /// </summary>
    public Span<float> Lanes(string input)
    {
        var tensor = Find(inputs, input, "input");
        if (Plan.Layouts[tensor] != Layout.Lanes)
            throw new ArgumentException($"expected a batched input, got {input} {tensor.Shape}");
        fed = true;
        return memory[tensor].Span;
    }

    /// <summary>The numbers of an output after a run, plain row-major.</summary>
    public ReadOnlySpan<float> Output(string name) => memory[Find(outputs, name, "output")].Span;

    public void Run()
    {
        if (fed)
        {
            foreach (var step in onFeed)
                pool.Run(step.Tiles, step);
            fed = false;
        }
        foreach (var step in onRun)
            pool.Run(step.Tiles, step);
    }

    /// <summary>
    /// Runs step by step and shows every tensor as it is computed, plain row-major, until <paramref name="look"/>
    /// returns false. With a program
    /// compiled without fusion that is every tensor of the graph: for finding where a NaN is born.
    /// </summary>
    public void RunWatched(Func<Tensor, ReadOnlyMemory<float>, bool> look)
    {
        foreach (var step in onFeed.Concat(onRun))
        {
            pool.Run(step.Tiles, step);
            foreach (var tensor in step.Writes)
            {
                var plain = new float[tensor.Shape.Elements];
                if (Plan.Layouts[tensor] == Layout.Lanes)
                    LaneLayout.ToPlain(memory[tensor].Span, plain, tensor.Shape[0]);
                else
                    memory[tensor].Span[..plain.Length].CopyTo(plain);
                if (!look(tensor, plain))
                    return;
            }
        }
        fed = false;
    }

    /// <summary>
    /// Runs many times and gives each step's share: its median time in microseconds, in the order of <see
    /// cref="Plan"/>. For finding what is slow;
    /// the variables move on as in any run.
    /// </summary>
    public IReadOnlyList<(string Step, double MedianUs)> Profile(int runs)
    {
        var times = new double[onRun.Length][];
        for (int i = 0; i < times.Length; i++)
            times[i] = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < onRun.Length; i++)
            {
                long start = System.Diagnostics.Stopwatch.GetTimestamp();
                pool.Run(onRun[i].Tiles, onRun[i]);
                times[i][run] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }
        return [.. onRun.Select((step, i) =>
        {
            Array.Sort(times[i]);
            return (step.Name, times[i][runs / 2]);
        })];
    }

    /// <summary>Fills all memory that a run does not read before it writes it: for tests that padding and stale memory
    /// reach no result.</summary>
    internal void Poison(float value) => memory.Poison(value);

    public void Dispose()
    {
        memory.Dispose();
        if (ownsPool)
            pool.Dispose();
    }

    static Tensor Find(Dictionary<string, Tensor> tensors, string name, string what) =>
        tensors.TryGetValue(name, out var tensor) ? tensor
            : throw new ArgumentException($"expected one of the {what}s {string.Join(", ", tensors.Keys)}, got {name}");
}
