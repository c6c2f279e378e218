using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>Every gradient rule against differences of values: one test that any operation or layer is run through.</summary>
public sealed class GradientTests
{
    /// <summary>Inputs stand at least this far apart, and half as far from 0, so that no step of the differences crosses a kink or a tie.</summary>
    const float Spacing = 0.06f, Step = 0.01f;

    const double Bound = 2e-3;

    public static TheoryData<string> Cases() => [.. GradientCase.All().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientEqualsDifferences(string name)
    {
        var @case = GradientCase.All().Single(c => c.Name == name);
        var trace = new Trace(training: true);
        Tensor[] inputs = [.. @case.Inputs.Select(i => trace.Root.Param(i.Name, i.Shape, Init.Zeros))];
        var y = @case.Function(inputs, trace);
        TracedVariable[] variables = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        using var store = new VariableStore();
        trace.Initialise(store, seed: 1);
        foreach (var variable in variables)
            Separated(store[variable.Path], variable.Path, @case.IsPositive);

        var weight = Tensor.Apply(new Input("weight", y.Shape));
        float[] weights = Uniform("weight", y.Shape.Elements);
        var gradients = Gradients.Of((y * weight).Sum(), [.. variables.Select(v => v.Tensor)]);
        using var program = Program.Compile(new([("y", y), .. variables.Select((v, i) => (v.Path, gradients[i]))], []), store);
        program.Feed("weight", weights);
        program.Run();
        var derived = variables.ToDictionary(v => v.Path, v => program.Output(v.Path).ToArray());
        foreach (var variable in variables)
        {
            for (int trial = 0; trial < 4; trial++)
            {
                float[] direction = [.. Uniform($"direction{trial}", variable.Shape.Elements).Select(u => u < 0 ? -1f : 1f)];
                double expected = Difference(program, store, variable.Path, direction, weights);
                double got = Dot(derived[variable.Path], direction), scale = 1e-1 + derived[variable.Path].Sum(g => Math.Abs((double)g));
                Assert.True(Math.Abs(expected - got) <= Bound * scale, $"{name}, {variable.Path}: differences give {expected}, the gradient {got}");
            }
        }
    }

    [Fact]
    public void NoPrimitiveOperationOrLayerIsMissing()
    {
        var seen = new HashSet<Type>();
        foreach (var @case in GradientCase.All())
        {
            var trace = new Trace(training: true);
            var y = @case.Function([.. @case.Inputs.Select(i => trace.Root.Param(i.Name, i.Shape, Init.Zeros))], trace);
            foreach (var tensor in Graph.Order([y]))
            {
                var type = tensor.Op.GetType();
                seen.Add(type.IsGenericType ? type.GenericTypeArguments[0] : type);
            }
            seen.UnionWith(trace.Layers.Select(l => l.Layer.GetType()));
        }

        // Leaves have no inputs; a max pool's gradient is not differentiated again.
        Type[] exempt = [typeof(Constant), typeof(Input), typeof(MaxPool2dGradient)];
        var primitives = typeof(Op).Assembly.GetTypes().Where(t => t.IsValueType && t.GetInterfaces().Any(i => i == typeof(IUnary) || i == typeof(IBinary) || i == typeof(ITernary)));
        var operations = typeof(Op).Assembly.GetTypes().Where(t => t.IsPublic && t.IsSubclassOf(typeof(Op)) && !t.IsGenericType);
        var layers = typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)));
        Assert.Empty(primitives.Concat(operations).Concat(layers).Except(seen).Except(exempt).Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>The derivative of Σ y · weight along a direction, from four values: error O(step⁴).</summary>
    static double Difference(Program program, VariableStore store, string path, float[] direction, float[] weights)
    {
        float[] origin = store[path].ToArray();
        double At(float factor)
        {
            var to = store[path];
            for (int i = 0; i < origin.Length; i++)
                to[i] = origin[i] + (factor * Step * direction[i]);
            program.Run();
            double value = Dot(program.Output("y"), weights);
            origin.CopyTo(store[path]);
            return value;
        }
        return ((8 * (At(1) - At(-1))) - (At(2) - At(-2))) / (12 * Step);
    }

    /// <summary>Distinct numbers around 0 in random order.</summary>
    static void Separated(Span<float> to, string path, bool isPositive)
    {
        float[] keys = Uniform(path, to.Length);
        int[] order = [.. Enumerable.Range(0, to.Length).OrderBy(i => keys[i])];
        float spacing = Math.Clamp(8f / to.Length, Spacing, 0.3f);
        float offset = path.EndsWith('1') ? 0.027f : 0;
        for (int i = 0; i < order.Length; i++)
            to[order[i]] = isPositive ? 0.4f + (i * spacing) + offset : ((i - (order.Length / 2)) * spacing) + (spacing / 2) + offset;
    }

    static float[] Uniform(string path, int count)
    {
        var values = new float[count];
        Init.Uniform(-1, 1).Fill(values, [count], StreamKey.For(7, "test", path));
        return values;
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
