using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

public sealed class LayerTests
{
    [Fact]
    public void PathsFollowNamesAndPositionsAsInPyTorch()
    {
        Layer network =
        [
            ("stem",
                Layer.Sequence(
                [new Conv2d(4, 3, Padding: 1), Activation.Relu, new Conv2d(4, 3, Padding: 1, Bias: false)])),
            new Residual(Body: [("conv", new Conv2d(4, 1)), new BatchNorm()], Shortcut: new Conv2d(4, 1)),
            new Concat(("left", new Conv2d(2, 1)), new Conv2d(2, 1)),
        ];
        var trace = new Trace(training: true);
        network.Apply(trace.Root, Images([2, 3, 8, 8]));
        Assert.Equal(
            [
                "stem.0.weight", "stem.0.bias", "stem.2.weight",
                "1.conv.weight", "1.conv.bias", "1.1.weight", "1.1.bias", "1.1.running_mean",
                "1.1.running_var", "1.shortcut.weight", "1.shortcut.bias",
                "2.left.weight", "2.left.bias", "2.1.weight", "2.1.bias",
            ],
            trace.Variables.Select(v => v.Path));
        Assert.Equal(["1.1.running_mean", "1.1.running_var"],
            trace.Updates.Select(u => ((Variable)u.Variable.Op).Label));
    }

    [Fact]
    public void NamesAreUniqueAndSimple()
    {
        Assert.Contains("a.weight twice",
            Assert.Throws<ArgumentException>(() =>
            Applied([("a", new Linear(3)), ("a", new Linear(3))], [2, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Applied([("a/b", new Linear(3))], [2, 3]));
        Assert.Throws<ArgumentException>(() => Applied([("", new Linear(3))], [2, 3]));
    }

    [Fact]
    public void TensorsKnowTheirLayer()
    {
        var y = Applied([("features", Layer.Sequence([new Conv2d(2, 3), Activation.Tanh]))], [2, 1, 8, 8]);
        Assert.Equal("features.1", y.Path);
        Assert.Equal("features.0", y.Inputs[0].Path);
    }

    [Fact]
    public void BatchNormNeedsMoreThanOneValuePerChannel()
    {
        foreach (Layer norm in (Layer[])[new BatchNorm(), new ScratchBatchNorm()])
        {
            Assert.Equal([1, 3], new Trace(training: false) is var t ? norm.Apply(t.Root, Images([1, 3])).Shape
                : null!);
        }
        var error = Assert.Throws<ShapeException>(() => Applied([("bn", new BatchNorm())], [1, 3]));
        Assert.Contains("bn: expected more than one value per channel in training, got [1, 3]", error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// The numbers are those of the store a program was given: training and evaluation of one description share them,
    /// the same description with another store starts anew, and running changes nothing in it.
    /// </summary>
    [Fact]
    public void ALayerOwnsNoNumbers()
    {
        Layer network = [("conv", new Conv2d(2, 3)), ("bn", new BatchNorm()), new Flatten(), ("fc", new Linear(3))];
        using VariableStore shared = new(), other = new();
        float[] before = Run(shared, training: false), start = Numbers(shared);

        Assert.NotEqual(before, Run(shared, training: true));
        Assert.NotEqual(start, Numbers(shared));
        Assert.NotEqual(before, Run(shared, training: false));

        Assert.Equal(before, Run(other, training: false));
        Assert.Equal(start, Numbers(other));

        float[] Run(VariableStore store, bool training)
        {
            var trace = new Trace(training);
            var y = network.Apply(trace.Root, Images([4, 1, 8, 8]));
            trace.Initialise(store, seed: 1);
            using var program = Program.Compile(new([("y", y)], trace.Updates), store);
            program.Feed("images", [.. Enumerable.Range(0, 256).Select(i => (float)Math.Sin(i))]);
            program.Run();
            return program.Output("y").ToArray();
        }

        static float[] Numbers(VariableStore store) => [.. store.Paths.SelectMany(path => store[path].ToArray())];
    }

    public static TheoryData<Layer, string> Misfits() => new()
    {
        { new Linear(3), "at: expected [N, I] for a linear layer of 3 ≥ 1 units, got [2, 4, 8, 8]" },
        { new Conv2d(4, 9), "at: expected an image at least as large as the 9x9 window" },
        { new Conv2d(4, 3,
            Groups: 3), "at: expected input channels and 4 output channels to be multiples of 3 groups" },
        { new MaxPool2d(9), "at: expected an image at least as large as the 9 window" },
        { new GroupNorm(3), "at: expected [N, C, …] with C a multiple of 3 ≥ 1 groups" },
        { new LayerNorm(4), "at: expected 4 ≥ 1 axes to normalise behind the batch" },
        { new Residual(
            new Conv2d(5, 1)), "at: expected body and shortcut of one shape, got [2, 5, 8, 8] and [2, 4, 8, 8]" },
        { new Concat(new Conv2d(2, 1), new Conv2d(2, 3)), "at: expected shapes that agree but for axis 1" },
        { new Dropout(1), "at: expected a dropout probability from 0 to below 1, got 1" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void ShapesThatDoNotFitNameLayerAndShapes(Layer layer, string message)
    {
        var error = Assert.Throws<ShapeException>(() => Applied([("at", layer)], [2, 4, 8, 8]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DropoutKeepsItsShareAndDependsOnNothingElse()
    {
        float[] alone = Masked([("drop", new Dropout(0.3))], epoch: 0),
            again = Masked([("drop", new Dropout(0.3))], epoch: 0),
            later = Masked([("drop", new Dropout(0.3))], epoch: 1),
                second =
                Masked([("other", new Dropout(0.9)), ("drop", new Identity()), ("tail", new Dropout(0))], epoch: 0);
        Assert.Equal(alone, again);
        Assert.NotEqual(alone, later);
        Assert.NotEqual(alone, second);
        float kept = (float)(1 / 0.7);
        Assert.All(alone, y => Assert.True(y is 0 || y == kept));
        double share = alone.Count(y => y != 0) / (double)alone.Length;
        Assert.InRange(share, 0.7 - (5 * Math.Sqrt(0.21 / alone.Length)), 0.7 + (5 * Math.Sqrt(0.21 / alone.Length)));

        // Another dropout before it moves no draw: what passes both is what each lets through alone.
        float[] before = Masked([("before", new Dropout(0.5))], epoch: 0),
            both = Masked([("before", new Dropout(0.5)), ("drop", new Dropout(0.3))], epoch: 0);
        Assert.Equal(alone.Zip(before, (a, b) => a != 0 && b != 0), both.Select(y => y != 0));
        Assert.All(Masked([("drop", new Dropout(0.3))], epoch: 0, training: false), y => Assert.Equal(1f, y));
    }

    [Fact]
    public void ScratchBatchNormGivesTheBuiltInsValuesAndGradientsAndABiasedVariance()
    {
        Shape shape = [6, 3, 4, 5];
        var values = new float[shape.Elements];
        Init.Normal(1, 2).Fill(values, shape, StreamKey.For(1, "test"));
        var results = new List<Dictionary<string, float[]>>();
        var stores = new List<Calculation>();
        foreach (Layer norm in (Layer[])[new BatchNorm(), new ScratchBatchNorm()])
        {
            var calculation = new Calculation();
            stores.Add(calculation);
            var x = calculation.Input("x", shape, values, batched: true);
            var trace = new Trace(training: true);
            var y = norm.Apply(trace.Root, x);
            trace.Initialise(calculation.Store, seed: 0);
            var gradient = Gradients.Of((y.Square() * y).Sum(), [x])[0];
            results.Add(calculation.Run([("y", y), ("dx", gradient)], trace.Updates));
        }
        Assert.True(Agreement.RelativeError(results[1]["y"], [.. results[0]["y"]]) < 1e-6);
        Assert.True(Agreement.RelativeError(results[1]["dx"], [.. results[0]["dx"]]) < 1e-5);
        double unbiased = 120.0 / 119;
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(stores[0].Store["running_mean"][c], stores[1].Store["moving_mean"][c], 1e-6);
            Assert.Equal((stores[0].Store["running_var"][c] - 0.9) / unbiased, stores[1].Store["moving_var"][c] - 0.9,
                1e-5);
        }
        stores.ForEach(s => s.Dispose());
    }

    /// <summary>
    /// Functions and gradients where products of 0 and ∞ threaten: finite wherever PyTorch's are; NaN stays NaN.
    /// </summary>
    [Fact]
    public void ActivationsKeepExtremesFiniteAndNaN()
    {
        float[] x = [-1e30f, -1e4f, -200, -88, -20.5f, 0, 20.5f, 88, 200, 1e4f, float.NaN];
        foreach (string name in Activation.Names.Except(["softmax", "log_softmax"]))
        {
            using var calculation = new Calculation();
            var input = calculation.Input("x", [x.Length], x);
            var y = Activation.Parse(name).Apply(new Trace(training: true).Root, input);
            var results = calculation.Run([("y", y), ("dx", Gradients.Of(y.Sum(), [input])[0])]);
            Assert.All(results["y"][..^1].Concat(results["dx"][..^1]), v => Assert.True(float.IsFinite(v), name));
            Assert.True(float.IsNaN(results["y"][^1]), name);
        }
    }

    [Fact]
    public void CrossEntropyStaysFiniteForExtremeLogits()
    {
        using var calculation = new Calculation();
        var x = calculation.Input("x", [2, 3], [1e30f, 0, -1e30f, float.NegativeInfinity, 2, 3]);
        var loss = x.CrossEntropy(calculation.Input("labels", [2], [0, 2]));
        var results = calculation.Run([("loss", loss), ("dx", Gradients.Of(loss.Sum(), [x])[0])]);
        Assert.Equal([0, 0.3132617f], results["loss"], (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal([0, 0, 0, 0, 0.26894143f, -0.26894143f], results["dx"], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void ArgMaxTakesTheFirstMaximumAndTheFirstNaN()
    {
        using var calculation = new Calculation();
        var x =
            calculation.Input("x", [5, 3],
            [1, 3, 3, 2, 2, 2, -1, -2, float.NegativeInfinity, 5, float.NaN, float.NaN, float.NegativeInfinity,
                float.NegativeInfinity, float.NegativeInfinity]);
        Assert.Equal([1, 0, 0, 1, 0], calculation.Run([("y", x.ArgMax())])["y"]);
    }

    static float[] Masked(Layer network, int epoch, bool training = true)
    {
        var trace = new Trace(training);
        var y = network.Apply(trace.Root, Images([40, 50]));
        using var store = new VariableStore();
        using var program = Program.Compile(new([("y", y)], []), store);
        float[] ones = new float[2000];
        ones.AsSpan().Fill(1);
        program.Feed("images", ones);
        (program.Seed, program.Epoch) = (9, epoch);
        for (int n = 0; n < 40; n++)
            program.SampleIds[n] = 1000 + n;
        program.Run();
        return program.Output("y").ToArray();
    }

    static Tensor Applied(Layer network, Shape shape) => network.Apply(new Trace(training: true).Root, Images(shape));

    static Tensor Images(Shape shape) => Tensor.Apply(new Input("images", shape, Batched: true));
}
