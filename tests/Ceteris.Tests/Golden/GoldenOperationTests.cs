using System.Globalization;
using System.Text.RegularExpressions;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Tests;

/// <summary>
/// One operation each: its value and the gradients of sum(out · out_weight), against PyTorch in double precision.
/// </summary>
public sealed class GoldenOperationTests
{
    const double Bound = 1e-5;

    public static TheoryData<string, bool> Files()
    {
        var data = new TheoryData<string, bool>();
        foreach (string path in GoldenFiles.Operations)
        {
            data.Add(path, false);
            data.Add(path, true);
        }
        return data;
    }

    /// <summary>
    /// Both as a plain tensor and with axis 0 as the batch, which has another layout and other kernels.
    /// </summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void AgreesWithPyTorch(string path, bool batched)
    {
        var file = GoldenFile.Read(path);
        string name = Path.GetFileNameWithoutExtension(path);
        using var calculation = new Calculation();
        var report = new Agreement.Report();
        if (file.Has("new_running_mean"))
            RunningStatistics(file, calculation, batched, report);
        else
            Operation(name, file, calculation, batched, report);
        report.Check(name);
    }

    static void Operation(string name, GoldenFile file, Calculation calculation, bool batched, Agreement.Report report)
    {
        Tensor Input(string n, bool hasBatch) =>
            calculation.Input(n, Shape.Of(file.Shape(n)), file.Floats(n), batched && hasBatch);
        bool IsInput(string n) => n is not ("out" or "out_weight") && !n.StartsWith("grad.", StringComparison.Ordinal);
        string[] names = [.. file.Names.Where(IsInput)];
        var inputs = names.ToDictionary(n => n, n => Input(n, n is "x" or "target"));
        var y = new Case(name, file.Metadata["about"], file, calculation, batched).Apply(inputs);
        var weight = Input("out_weight", names.Contains("x") && y.Shape.Rank > 0);
        var gradients = Gradients.Of((y * weight).Sum(), [.. names.Select(n => inputs[n])]);
        var results = calculation.Run([("out", y), .. names.Select((n, i) => ($"grad.{n}", gradients[i]))]);
        foreach ((string output, float[] values) in results)
            report.Add(output, Agreement.RelativeError(values, file[output]), Bound);
    }

    static void RunningStatistics(GoldenFile file, Calculation calculation, bool batched, Agreement.Report report)
    {
        var layer = new BatchNorm(Affine: false);
        var x = calculation.Input("x", Shape.Of(file.Shape("x")), file.Floats("x"), batched);
        foreach (string name in (string[])["running_mean", "running_var"])
            file.Floats(name).CopyTo(calculation.Store.Add(name, Shape.Of(file.Shape(name))));
        var training = new Trace(training: true);
        var y = layer.Apply(training.Root, x);
        calculation.Run([("y", y)], training.Updates);
        foreach (string name in calculation.Store.Paths)
            report.Add(name, Agreement.RelativeError(calculation.Store[name], file[$"new_{name}"]), Bound);
        var evaluated = calculation.Run([("y", layer.Apply(new Trace(training: false).Root, x))]);
        report.Add("eval_after", Agreement.RelativeError(evaluated["y"], file["eval_after"]), Bound);
    }

    /// <summary>How an operation is called, from the name of its file and the description in it.</summary>
    sealed record Case(string Name, string About, GoldenFile File, Calculation Calculation, bool Batched)
    {
        string Kind => Name.Split('-')[0];

        public Tensor Apply(Dictionary<string, Tensor> inputs)
        {
            var x = inputs.GetValueOrDefault("x")!;
            return Kind switch
            {
                "conv2d" => Convolution(x, inputs["weight"], inputs["bias"]),
                "maxpool2d" => Tensor.Apply(new MaxPool2dOp(Pool()), x),
                "avgpool2d" => Tensor.Apply(new AvgPool2dOp(Pool()), x),
                "adaptiveavgpool2d" => x.AdaptiveAvgPool2d(new(File.Shape("out")[2], File.Shape("out")[3])),
                "softmax" => x.Softmax(After("axis")),
                "log_softmax" => x.LogSoftmax(After("axis")),
                "cross_entropy" => x.CrossEntropy(Labels(), AfterNumber("smoothing")).Mean(),
                "mse" => x.Mse(inputs["target"]),
                "linear" => x.MatMul(inputs["weight"], transposeB: true) + inputs["bias"],
                "matmul" => inputs["a"].MatMul(inputs["b"]),
                "broadcast" => ((inputs["a"] + inputs["b"]) * inputs["a"] / inputs["c"]) - inputs["b"],
                "mean" => WrittenOutNorm(x),
                "batchnorm1d" or "batchnorm2d" => Layer(new BatchNorm(), x, inputs),
                "layernorm" => Layer(new LayerNorm(), x, inputs),
                "groupnorm" => Layer(new GroupNorm(Before("groups")), x, inputs),
                "concat" => TensorOps.Concat(After("axis"), inputs["a"], inputs["b"]),
                "exp" => x.Exp(),
                "log" => x.Log(),
                "sqrt" => x.Sqrt(),
                "rsqrt" => x.Rsqrt(),
                "abs" => x.Abs(),
                "erf" => x.Erf(),
                _ => Networks.Activation.Parse(Kind).Apply(new Trace(training: true).Root, x),
            };
        }

        Tensor Convolution(Tensor x, Tensor weight, Tensor bias)
        {
            int groups = x.Shape[1] / weight.Shape[1];
            var y = x.Conv2d(weight, After("stride"), After("padding"), After("dilation"), groups);
            return y + bias.Reshape([y.Shape[1], 1, 1]);
        }

        PoolSettings Pool()
        {
            var window = Pairs("kernel_size")!.Value;
            bool ceilMode = Flag("ceil_mode") ?? false, countIncludePad = Flag("count_include_pad") ?? true;
            return new(window, Pairs("stride") ?? window, Pairs("padding") ?? 0, ceilMode, countIncludePad);
        }

        static Tensor WrittenOutNorm(Tensor x)
        {
            var centred = x - x.Mean([0, 2, 3], keepDims: true);
            return centred / (centred.Square().Mean([0, 2, 3], keepDims: true) + 1e-5f).Sqrt();
        }

        /// <summary>A layer's training result; its parameters take the place of the inputs of that name.</summary>
        Tensor Layer(Layer layer, Tensor x, Dictionary<string, Tensor> inputs)
        {
            var trace = new Trace(training: true);
            var y = layer.Apply(trace.Root, x);
            trace.Initialise(Calculation.Store, seed: 0);
            foreach (var parameter in trace.Variables.Where(v => v.Kind == VariableKind.Parameter))
            {
                File.Floats(parameter.Path).CopyTo(Calculation.Store[parameter.Path]);
                inputs[parameter.Path] = parameter.Tensor;
            }
            return y;
        }

        Tensor Labels()
        {
            string list = Regex.Match(About, @"labels = \[(.*)\]").Groups[1].Value;
            float[] labels = [.. list.Split(',').Select(l => float.Parse(l, CultureInfo.InvariantCulture))];
            return Calculation.Input("labels", [labels.Length], labels, Batched);
        }

        int After(string word) =>
            int.Parse(Regex.Match(About, word + @" (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

        double AfterNumber(string word) =>
            double.Parse(Regex.Match(About, word + @" ([\d.e-]+)").Groups[1].Value, CultureInfo.InvariantCulture);

        int Before(string word) =>
            int.Parse(Regex.Match(About, @"(\d+) " + word).Groups[1].Value, CultureInfo.InvariantCulture);

        Pair? Pairs(string key)
        {
            var match = Regex.Match(About, $@"'{key}': (?:(\d+)|\((\d+), (\d+)\))");
            int Group(int i) => int.Parse(match.Groups[i].Value, CultureInfo.InvariantCulture);
            return !match.Success ? null : match.Groups[1].Success ? Group(1) : new Pair(Group(2), Group(3));
        }

        bool? Flag(string key)
        {
            var match = Regex.Match(About, $"'{key}': (True|False)");
            return match.Success ? match.Groups[1].Value == "True" : null;
        }
    }
}
