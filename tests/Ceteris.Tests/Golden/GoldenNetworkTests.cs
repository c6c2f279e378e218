using System.Globalization;
using System.Text.Json;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>
/// Some steps of SGD of whole networks, and full-size architectures, against PyTorch in double precision.
/// </summary>
public sealed class GoldenNetworkTests
{
    const double ArchitectureBound = 1e-4;

    /// <summary>
    /// How near, against the size of its neighbours, a decision must be to count as one within rounding.
    /// </summary>
    const double CloseCallBound = 1e-5;

    const int Nudges = 8;

    public static TheoryData<string> Networks() => [.. GoldenFiles.Networks];

    public static TheoryData<string> Architectures() => [.. GoldenFiles.Architectures];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TrainsAsInPyTorch(string path)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path);
        var run = new GoldenTraining(name, file, nudge: 0);
        if (run.Report.Holds)
        {
            run.Report.Check(name);
            return;
        }

        // A unit within rounding of a ReLU's kink, or two pooling candidates within rounding of each other, may fall to
        // the other side than in double precision. If that is all, moving the initial weights by single units in the
        // last place brings agreement within the same bounds, and the decisions that then differ are such close calls;
        // anything else is an error.
        var other = Enumerable.Range(1, Nudges).Select(nudge => new GoldenTraining(name, file, nudge))
            .FirstOrDefault(r => r.Report.Holds);
        if (other is null)
            run.Report.Check(name);
        var calls = CloseCall.FirstDifferences(run.Decisions, other!.Decisions);
        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.True(call.Margin <= CloseCallBound, $"{name}: {call}"));
        foreach (var call in calls)
            TestContext.Current.SendDiagnosticMessage($"{name}: a close call, {call}");
        other.Report.Check(name);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void ArchitectureGivesTheSameLogits(string path)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path);
        int[] input = JsonSerializer.Deserialize<int[]>(file.Metadata["input"])!;
        (var entry, var words) = Zoo.Parse(name);
        var options = entry.Options.Any(o => o.Name == "dropout") ? words.Append(new("dropout", "0")) : words;
        var network = entry.Build(entry.Complete(options), file.Shape("logits")[1]);
        Assert.Equal(long.Parse(file.Metadata["count"], CultureInfo.InvariantCulture),
            Description.Of(network, Shape.Of(input)[1..]).Parameters);

        var trace = new Trace(training: true);
        var logits = network.Apply(trace.Root, Tensor.Apply(new Input("images", Shape.Of(input), Batched: true)));
        using var store = new VariableStore();
        foreach (var variable in trace.Variables)
            store.Add(variable.Path, variable.Shape)
                .Fill(variable.Path.EndsWith("running_var", StringComparison.Ordinal) ? 1 : 0);
        HashedNetwork.Fill(trace, store, file.Metadata["parameters"]);
        using var program = Program.Compile(new([("logits", logits)], []), store);
        program.Feed("images", HashedNetwork.Images(input.Aggregate(1, (a, b) => a * b)));
        program.Run();
        var report = new Agreement.Report();
        report.Add("logits", Agreement.RelativeError(program.Output("logits"), file["logits"]), ArchitectureBound);
        report.Check(name);
    }
}
