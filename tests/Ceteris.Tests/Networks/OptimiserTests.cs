using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>Against the formulas in double precision, with settings that the golden files do not have.</summary>
public sealed class OptimiserTests
{
    const int Steps = 30;

    const float Rate = 0.05f;

    delegate double Formula(double w, double g, int step, double[] memory);

    static readonly Dictionary<string, (Optimiser Optimiser, Formula Formula)> cases = new()
    {
        ["sgd"] = (new Sgd(0.8, 0.01), (w, g, _, m) => w - (Rate * (m[0] = (0.8 * m[0]) + g + (0.01 * w)))),
        ["nesterov"] =
            (new Sgd(0.8, Nesterov: true), (w, g, _, m) => w - (Rate * (g + (0.8 * (m[0] = (0.8 * m[0]) + g))))),
        ["adam"] = (new Adam(0.8, 0.95, 1e-3, 0.1), (w, g, t, m) => AdamStep(w, g + (0.1 * w), t, m, 0.8, 0.95, 1e-3)),
        ["adamw"] =
            (new AdamW(0.8, 0.95, 1e-3, 0.1), (w, g, t, m) =>
            AdamStep(w * (1 - (Rate * 0.1)), g, t, m, 0.8, 0.95, 1e-3)),
        ["rmsprop centred"] = (new RmsProp(0.9, 0.5, Centred: true, 1e-2, 0.1), Centred),
        ["adagrad"] =
            (new Adagrad(1e-4, 0.1), (w, g, _, m) =>
            w - (Rate * (g + (0.1 * w)) / (Math.Sqrt(m[0] += Math.Pow(g + (0.1 * w), 2)) + 1e-4))),
    };

    public static TheoryData<string> Names() => [.. cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void FollowsItsFormula(string name)
    {
        (var optimiser, var formula) = cases[name];
        using var run = new Descent(optimiser, null, [0.5f, -1.25f, 3f]);
        double[] expected = [0.5, -1.25, 3];
        double[][] memory = [new double[3], new double[3], new double[3]];
        for (int t = 1; t <= Steps; t++)
        {
            float[] g = [MathF.Round(MathF.ScaleB((t * 7 % 13) - 6, -3), 3), 0.25f * t, -2f / t];
            run.Step(g);
            for (int i = 0; i < 3; i++)
                expected[i] = formula(expected[i], g[i], t, memory[i]);
        }
        Assert.True(Agreement.RelativeError(run.Weights, expected) < 1e-6,
            $"{string.Join(" ", run.Weights.ToArray())} instead of {string.Join(" ", expected)}");
    }

    [Fact]
    public void ClippingByNormScalesAllGradientsTogether()
    {
        using var run = new Descent(new Sgd(), new GradientClip(Norm: 1), [0, 0, 0]);
        run.Step([3, 0, -4]);
        Assert.Equal([-0.6f * Rate, 0, 0.8f * Rate], run.Weights.ToArray(), (a, b) => Math.Abs(a - b) < 1e-7f);
        run.Step([0.3f, 0, -0.4f]);
        Assert.Equal([-0.9f * Rate, 0, 1.2f * Rate], run.Weights.ToArray(), (a, b) => Math.Abs(a - b) < 1e-7f);
    }

    [Fact]
    public void ClippingByValueBoundsEachElementAndKeepsNaN()
    {
        using var run = new Descent(new Sgd(), new GradientClip(Value: 0.5), [0, 0, 0]);
        run.Step([3, 0.25f, float.NaN]);
        Assert.Equal([-0.5f * Rate, -0.25f * Rate], run.Weights[..2].ToArray(), (a, b) => Math.Abs(a - b) < 1e-7f);
        Assert.True(float.IsNaN(run.Weights[2]));
    }

    static double AdamStep(double w, double g, int t, double[] m, double beta1, double beta2, double epsilon)
    {
        m[0] = (beta1 * m[0]) + ((1 - beta1) * g);
        m[1] = (beta2 * m[1]) + ((1 - beta2) * g * g);
        return w - (
            Rate / (1 - Math.Pow(beta1, t)) * m[0] / ((Math.Sqrt(m[1]) / Math.Sqrt(1 - Math.Pow(beta2, t))) + epsilon));
    }

    static double Centred(double w, double g, int t, double[] m)
    {
        g += 0.1 * w;
        m[0] = (0.9 * m[0]) + (0.1 * g * g);
        m[1] = (0.9 * m[1]) + (0.1 * g);
        m[2] = (0.5 * m[2]) + (g / (Math.Sqrt(m[0] - (m[1] * m[1])) + 1e-2));
        return w - (Rate * m[2]);
    }

    /// <summary>Two parameters, one of them a scalar, under one optimiser.</summary>
    sealed class Descent : IDisposable
    {
        readonly VariableStore store = new();
        readonly Program program;
        readonly float[] weights = new float[3];

        public Descent(Optimiser optimiser, GradientClip? clip, float[] start)
        {
            var trace = new Trace(training: true);
            Tensor[] w = [trace.Root.Param("a", [2], Init.Zeros), trace.Root.Param("b", [], Init.Zeros)];
            Tensor[] g = [Tensor.Apply(new Input("ga", [2])), Tensor.Apply(new Input("gb", []))];
            Tensor rate = Tensor.Apply(new Input("rate", Shape.Scalar));
            g = clip?.Apply(g) ?? g;
            TracedVariable[] parameters = [.. trace.Variables];
            for (int i = 0; i < 2; i++)
                trace.Root.Assign(w[i], optimiser.Update(trace.OptimiserOf(parameters[i]), w[i], g[i], rate));
            trace.Initialise(store, seed: 0);
            start.AsSpan(0, 2).CopyTo(store["a"]);
            store["b"][0] = start[2];
            program = Program.Compile(new([], trace.Updates), store);
            program.Feed("rate", [Rate]);
        }

        public Span<float> Weights
        {
            get
            {
                store["a"].CopyTo(weights);
                weights[2] = store["b"][0];
                return weights;
            }
        }

        public void Step(float[] g)
        {
            program.Feed("ga", g.AsSpan(0, 2));
            program.Feed("gb", g.AsSpan(2, 1));
            program.Run();
        }

        public void Dispose()
        {
            program.Dispose();
            store.Dispose();
        }
    }
}
