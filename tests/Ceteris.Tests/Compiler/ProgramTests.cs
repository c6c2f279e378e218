using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>Fused, unfused and by the scalar definitions, on any number of threads, with poisoned memory: the same bits.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string> Graphs => [.. TestGraphs.All.Keys];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void EveryWayOfRunningGivesTheSameBits(string name)
    {
        foreach (int samples in new[] { 16, 5, 33 })
        {
            var expected = Bits(name, samples, new(Definitions: true), 1);
            Same(expected, Bits(name, samples, new(Fuse: false), 1), $"{name}, {samples} samples, unfused");
            foreach (int threads in new[] { 1, 2, 3, 7 })
                Same(expected, Bits(name, samples, new(), threads), $"{name}, {samples} samples, fused, {threads} threads");
        }
    }

    [Theory]
    [InlineData("small-cnn")]
    [InlineData("winograd-cnn")]
    [InlineData("biased-cnn")]
    public void RunningAllocatesNothing(string name)
    {
        // On the calling thread alone, so that its counter sees every step.
        using var variables = new VariableStore();
        using var program = Program.Compile(TestGraphs.All[name](33, variables), variables);
        TestGraphs.Feed(program, 33);
        for (int i = 0; i < 100; i++)
            program.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            program.Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Three runs with feeding, poison between them; all outputs and variables.</summary>
    static List<(string Name, float[] Values)> Bits(string name, int samples, CompileOptions options, int threads)
    {
        using var pool = new WorkerPool(threads);
        using var variables = new VariableStore();
        var computation = TestGraphs.All[name](samples, variables);
        using var program = Program.Compile(computation, variables, pool, options);
        TestGraphs.Feed(program, samples);
        var all = new List<(string, float[])>();
        for (int run = 0; run < 3; run++)
        {
            program.Poison(float.NaN);
            TestGraphs.Feed(program, samples);
            program.Run();
            foreach (var (output, _) in computation.Outputs)
                all.Add(($"{output} of run {run}", program.Output(output).ToArray()));
        }
        foreach (string path in variables.Paths)
            all.Add((path, variables[path].ToArray()));
        return all;
    }

    static void Same(List<(string Name, float[] Values)> expected, List<(string Name, float[] Values)> actual, string how)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            for (int j = 0; j < expected[i].Values.Length; j++)
            {
                uint a = BitConverter.SingleToUInt32Bits(expected[i].Values[j]), b = BitConverter.SingleToUInt32Bits(actual[i].Values[j]);
                Assert.False(float.IsNaN(expected[i].Values[j]), $"{how}: NaN in {expected[i].Name}[{j}]");
                Assert.True(a == b, $"{how}: {expected[i].Name}[{j}] is {actual[i].Values[j]:R}, expected {expected[i].Values[j]:R}");
            }
        }
    }
}
