using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

public sealed class InitTests
{
    static readonly Shape shape = [64, 32, 3, 3];

    [Theory]
    [InlineData("uniform(-0.5,1.5)", 0.5, 0.57735026918962573)]
    [InlineData("normal(0.01,0.1)", 0.01, 0.1)]
    [InlineData("constant(0.25)", 0.25, 0)]
    [InlineData("default", 0, 0.034020690871988585)] // 1 / √(3 · 288)
    [InlineData("kaiming_uniform", 0, 0.083333333333333329)] // √(2 / 288)
    [InlineData("kaiming_normal", 0, 0.083333333333333329)]
    [InlineData("kaiming_normal(1)", 0, 0.058925565098878960)] // √(1 / 288)
    [InlineData("xavier_uniform", 0, 0.048112522432468816)] // √(2 / (288 + 576))
    [InlineData("xavier_normal(2)", 0, 0.096225044864937631)]
    public void HasTheMeanAndDeviationOfItsFormula(string text, double mean, double deviation)
    {
        float[] values = Fill(Init.Parse(text), "w");
        double average = values.Average(v => (double)v),
            spread = Math.Sqrt(values.Average(v => (v - average) * (v - average)));
        double error = 5 * deviation / Math.Sqrt(values.Length);
        Assert.InRange(average, mean - error - 1e-8, mean + error + 1e-8);
        Assert.InRange(spread, deviation - error - 1e-8, deviation + error + 1e-8);
    }

    [Fact]
    public void UniformStaysWithinItsBounds()
    {
        float bound = (float)(1 / Math.Sqrt(288));
        float[] values = Fill(Init.Default, "w");
        Assert.All(values, v => Assert.InRange(v, -bound, bound));
        Assert.True(values.Max() > 0.999 * bound && values.Min() < -0.999 * bound);
    }

    [Fact]
    public void FanCountsTheWindow()
    {
        Assert.Equal((288, 576), Init.Fans(shape));
        Assert.Equal((7, 5), Init.Fans([5, 7]));
        Assert.Throws<ArgumentException>(() => Init.Fans([5]));
        Assert.Equal(
            Fill(Init.KaimingNormal(1, Fan.In), "w").Select(v => v / (float)Math.Sqrt(2)),
            Fill(Init.KaimingNormal(1, Fan.Out), "w"), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    /// <summary>PyTorch's calculate_gain.</summary>
    [Fact]
    public void GainsArePyTorchs()
    {
        Assert.Equal(1.4142135623730951, Init.Gain("relu"), 15);
        Assert.Equal(1.4141428569978354, Init.Gain("leaky_relu"), 15);
        Assert.Equal(1.3867504905630728, Init.Gain("leaky_relu", 0.2), 15);
        Assert.Equal(5.0 / 3, Init.Gain("tanh"), 15);
        Assert.Contains("did you mean 'relu'?", Assert.Throws<SettingException>(() => Init.Gain("rellu")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normal(0.01)", "expected normal(mean,std), got 'normal(0.01)'")]
    [InlineData("normal", "expected normal(mean,std), got 'normal'")]
    [InlineData("normal(0,1,2)", "expected normal(mean,std), got 'normal(0,1,2)'")]
    [InlineData("normal(0,-1)", "expected normal(mean,std) with std from 0 on, got 'normal(0,-1)'")]
    [InlineData("uniform(1,0)", "expected uniform(low,high) with low below high, got 'uniform(1,0)'")]
    [InlineData("xavier_uniform(-3)", "expected xavier_uniform(gain) with a gain above 0, got 'xavier_uniform(-3)'")]
    [InlineData("kaiming_normal(0)", "expected kaiming_normal(gain) with a gain above 0")]
    [InlineData("normal(0.01,x)", "expected a number, got 'x'")]
    [InlineData("normal(0.01,0.1", "expected name(number,…)")]
    [InlineData("zeros(1)", "expected zeros without numbers")]
    [InlineData("xavier", "unknown initialiser 'xavier'")]
    [InlineData("kaiming_unifrom", "did you mean 'kaiming_uniform'?")]
    public void RefusesWhatItDoesNotUnderstand(string text, string message) =>
        Assert.Contains(message, Assert.Throws<SettingException>(() => Init.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void TextIsReadBackAsTheSame()
    {
        string[] texts = ["normal(0.01,0.1)", "uniform(-0.1,0.1)", "constant(0.5)", "xavier_normal(2)"];
        foreach (string text in texts)
            Assert.Equal(text, Init.Parse(text).ToString());
        Assert.Equal(Init.Default, Init.Parse(Init.Default.ToString()));
    }

    [Fact]
    public void LikeNamedParametersStartAlikeWhateverElseIsInTheNetwork()
    {
        using VariableStore one = Initialised(Zoo.Create("base"), seed: 3),
            other = Initialised(Zoo.Create("base-bn", [new("dropout", "0.5")]), seed: 3),
            another = Initialised(Zoo.Create("base"), seed: 4);
        foreach (string path in one.Paths)
        {
            Assert.Equal(one[path], other[path]);
            Assert.False(one[path].SequenceEqual(another[path]), path);
        }
        Assert.False(one["fc2.bias"].SequenceEqual(one["conv1.bias"][..10]));
    }

    [Fact]
    public void NetworkWideInitialisersReachLinearAndConvolutionAlone()
    {
        Layer network =
            [new Conv2d(3, 3), new BatchNorm(), new Flatten(), new Linear(4), new Linear(2, WeightInit: Init.Ones)];
        using var store = Initialised(network, 1, new(Init.Constant(0.5), Init.Constant(-1)));
        Assert.All(store["0.weight"].ToArray(), w => Assert.Equal(0.5f, w));
        Assert.All(store["3.bias"].ToArray(), b => Assert.Equal(-1f, b));
        Assert.All(store["4.weight"].ToArray(), w => Assert.Equal(1f, w));
        Assert.All(store["1.weight"].ToArray(), w => Assert.Equal(1f, w));
        Assert.All(store["1.bias"].ToArray(), b => Assert.Equal(0f, b));
    }

    static VariableStore Initialised(Layer network, ulong seed, Initialisation? initialisation = null)
    {
        var trace = new Trace(training: true, initialisation);
        network.Apply(trace.Root, Tensor.Apply(new Input("images", [2, 1, 28, 28], Batched: true)));
        var store = new VariableStore();
        trace.Initialise(store, seed);
        return store;
    }

    static float[] Fill(Init init, string path)
    {
        var values = new float[shape.Elements];
        init.Fill(values, shape, StreamKey.For(1, "init", path));
        return values;
    }
}
