using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>
/// Every gradient rule against differences of values: one test that any operation or layer is run through.
/// </summary>
public sealed class GradientTests
{
    /// <summary>
    /// Inputs stand at least this far apart, and half as far from 0, so that no step of the differences crosses a kink
    /// or a tie.
    /// </summary>
    const float Spacing = 0.06f, Step = 0.01f;

    const double Bound = 2e-3;

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (var @case in GradientCase.All())
        {
            data.Add(@case.Name, false);
            if (@case.HasBatch)
                data.Add(@case.Name, true);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientEqualsDifferences(string name, bool batched)
    {
        var @case = GradientCase.All().Single(c => c.Name == name);
        var trace = new Trace(training: true);
        Tensor[] inputs =
            [.. @case.Inputs.Select((input, i) => Tensor.Apply(new Input(input.Name, input.Shape, batched && i == 0)))];
        var y = @case.Function(inputs, trace);
        TracedVariable[] variables = [.. trace.Variables.Where(v => v.Kind == VariableKind.Parameter)];
        (string Name, Tensor Tensor)[] arguments =
            [.. @case.Inputs.Select((input, i) => (input.Name, inputs[i])),
            .. variables.Select(v => (v.Path, v.Tensor))];

        var weight = Tensor.Apply(new Input("weight", y.Shape));
        var gradients = Gradients.Of((y * weight).Sum(), [.. arguments.Select(a => a.Tensor)]);
        using var store = new VariableStore();
        trace.Initialise(store, seed: 1);
        using var program =
            Program.Compile(new([("y", y), .. arguments.Select((a, i) => ($"d{a.Name}", gradients[i]))], []), store);
        var function = new Function(program, store, Uniform("weight", y.Shape.Elements));
        foreach ((string argument, var tensor) in arguments)
            function.Set(argument, Separated(argument, tensor.Shape.Elements, @case.IsPositive));
        program.Run();
        var derived = arguments.ToDictionary(a => a.Name, a => program.Output($"d{a.Name}").ToArray());
        foreach ((string argument, var tensor) in arguments)
        {
            for (int trial = 0; trial < 4; trial++)
            {
                float[] direction =
                    [.. Uniform($"direction{trial}", tensor.Shape.Elements).Select(u => u < 0 ? -1f : 1f)];
                double expected = function.Difference(argument, direction);
                double got = Dot(derived[argument], direction);
                double scale = 1e-1 + derived[argument].Sum(g => Math.Abs((double)g));
                Assert.True(Math.Abs(expected - got) <= Bound * scale,
                    $"{name}, {argument}: differences give {expected}, the gradient {got}");
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
            var y = @case.Function([.. @case.Inputs.Select(i => Tensor.Apply(new Input(i.Name, i.Shape)))], trace);
            foreach (var tensor in Graph.Order([y]))
            {
                var type = tensor.Op.GetType();
                seen.Add(type.IsGenericType ? type.GenericTypeArguments[0] : type);
            }
            seen.UnionWith(trace.Layers.Select(l => l.Layer.GetType()));
        }

        // Leaves have no inputs; a max pool's index and gradient are not differentiated; the compiler makes the kinds of a
        // batched tensor itself.
        Type[] exempt =
            [typeof(Constant), typeof(MaxPool2dIndex), typeof(MaxPool2dGradient), typeof(BatchMatMul), typeof(LaneReduce), typeof(BatchReduce)];
        Type[] kinds = [typeof(IUnary), typeof(IBinary), typeof(ITernary)];
        var primitives = typeof(Op).Assembly.GetTypes()
            .Where(t => t.IsValueType && t.GetInterfaces().Any(kinds.Contains));
        var operations = typeof(Op).Assembly.GetTypes()
            .Where(t => t.IsPublic && t.IsSubclassOf(typeof(Op)) && !t.IsGenericType);
        var layers = typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)));
        Assert.Empty(primitives.Concat(operations).Concat(layers).Except(seen).Except(exempt).Select(t => t.Name)
            .Order(StringComparer.Ordinal));
    }

    /// <summary>Distinct numbers around 0 in random order.</summary>
    static float[] Separated(string name, int count, bool isPositive)
    {
        float[] keys = Uniform(name, count), values = new float[count];
        int[] order = [.. Enumerable.Range(0, count).OrderBy(i => keys[i])];
        float spacing = Math.Clamp(8f / count, Spacing, 0.3f), offset = name.EndsWith('1') ? 0.027f : 0;
        for (int i = 0; i < count; i++)
            values[order[i]] = isPositive ? 0.4f + (i * spacing) + offset
                : ((i - (count / 2)) * spacing) + (spacing / 2) + offset;
        return values;
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

    /// <summary>Σ y · weight as a function of inputs and variables.</summary>
    sealed class Function
    {
        readonly Dictionary<string, float[]> values = [];
        readonly Program program;
        readonly VariableStore store;
        readonly float[] weights;

        public Function(Program program, VariableStore store, float[] weights)
        {
            (this.program, this.store, this.weights) = (program, store, weights);
            program.Feed("weight", weights);
        }

        public void Set(string name, float[] to)
        {
            values[name] = to;
            Write(name, to);
        }

        /// <summary>The derivative along a direction, from four values: error O(step⁴).</summary>
        public double Difference(string name, float[] direction)
        {
            double slope = ((8 * (At(1) - At(-1))) - (At(2) - At(-2))) / (12 * Step);
            Write(name, values[name]);
            return slope;

            double At(float factor)
            {
                Write(name, [.. values[name].Select((x, i) => x + (factor * Step * direction[i]))]);
                program.Run();
                return Dot(program.Output("y"), weights);
            }
        }

        void Write(string name, float[] numbers)
        {
            if (store.Contains(name))
                numbers.CopyTo(store[name]);
            else
                program.Feed(name, numbers);
        }
    }
}
