using Ceteris.Compiler;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>
/// A bias that is added to a convolution becomes part of it, where that is what it is and nobody else wants the sums.
/// That the bits are the same is in <see cref="ProgramTests"/>.
/// </summary>
public sealed class BiasTests
{
    static readonly Tensor Images = Tensor.Apply(new Input("images", [5, 3, 8, 8], Batched: true));
    static readonly Tensor Weight = Tensor.Apply(new Variable("weight", [6, 3, 3, 3]));
    static readonly Tensor Bias = Tensor.Apply(new Variable("bias", [6]));
    static readonly Tensor Sums = Images.Conv2d(Weight, 1, 0, 1);

    [Fact]
    public void AConvolutionAddsItsBias()
    {
        Assert.All(
            [
                Sums + Bias.Reshape([6, 1, 1]), Sums + Bias.Reshape([1, 6, 1, 1]), Bias.Reshape([6, 1, 1]) + Sums,
            ],
            biased =>
            {
                var plan = PlanOf(new(), biased.MaxPool2d(2));
                Assert.Equal(["Conv2d + bias [5, 3, 8, 8] -> [5, 6, 6, 6]", "MaxPool2d [5, 6, 6, 6] -> [5, 6, 3, 3]"],
                    plan.Steps.SelectMany(s => s.Parts).Select(p => p.Name).Take(2));
                Assert.Equal(1, plan.FusedAway);
            });
    }

    [Fact]
    public void OneBiasServesTwoConvolutions()
    {
        var bias = Bias.Reshape([6, 1, 1]);
        var other = Images.Conv2d(Tensor.Apply(new Variable("other", [6, 3, 3, 3])), 1, 0, 1);
        Assert.Equal(2, Biased(PlanOf(new(), Sums + bias, other + bias)));
    }

    /// <summary>Two sums of equal convolutions are two readers of one.</summary>
    [Fact]
    public void WhatIsReadTwiceIsComputedOnce()
    {
        var biased = Sums + Bias.Reshape([6, 1, 1]);
        var again = Images.Conv2d(Weight, 1, 0, 1);
        Assert.Equal(1, Biased(PlanOf(new(), biased)));
        Assert.Equal(0, Biased(PlanOf(new(), biased, Sums)));
        Assert.Equal(0, Biased(PlanOf(new(), biased, again)));
        Assert.Equal(0, Biased(PlanOf(new(), biased, again.Square())));
        Assert.Equal(1, Biased(PlanOf(new(), biased, again + Bias.Reshape([6, 1, 1]))));
    }

    [Fact]
    public void OnlyABiasOfTheChannelsIsOne()
    {
        Tensor images = Tensor.Apply(new Variable("residual", [6, 6, 6])), scalar = 1f;
        Assert.All(
            [
                Bias, Bias.Reshape([6, 1]), Bias.Reshape([1, 6, 1]), Bias.Reshape([1, 1, 6, 1]), images, scalar,
            ],
            addend => Assert.Equal(0, Biased(PlanOf(new(), Sums + addend))));
        Assert.Equal(0, Biased(PlanOf(new(), Sums - Bias.Reshape([6, 1, 1]))));
    }

    [Fact]
    public void WithoutFusionEveryTensorIsThere()
    {
        var plan = PlanOf(new(Fuse: false), Sums + Bias.Reshape([6, 1, 1]));
        Assert.Equal((0, 0), (Biased(plan), plan.FusedAway));
    }

    [Fact]
    public void EveryKindOfConvolutionIsTested()
    {
        using var variables = new VariableStore();
        using var program = Program.Compile(TestGraphs.All["biased-cnn"](16, variables), variables);
        Assert.All(
            [
                "Conv2d + bias [16, 3, 17, 17]", "Conv2d by Winograd along rows + bias [",
                "Conv2d + bias [16, 32, 6, 6]", "Conv2d by Winograd + bias [", "Conv2d [16, 33, 3, 3]",
            ],
            name => Assert.Contains(name, program.Plan.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ABiasOfAnotherLengthIsRefused()
    {
        var op = new Conv2dOp(ConvSettings.Default);
        Assert.Equal([5, 6, 6, 6], Tensor.Apply(op, Images, Weight, Bias).Shape);
        Assert.Throws<ShapeException>(() => Tensor.Apply(op, Images, Weight, Bias.Reshape([6, 1, 1])));
        Assert.Throws<ShapeException>(() => Tensor.Apply(op, Images, Weight, Tensor.Apply(new Variable("b", [3]))));
    }

    static int Biased(Plan plan) => plan.Order.Count(t => t is { Op: Conv2dOp, Inputs.Count: 3 });

    static Plan PlanOf(CompileOptions options, params Tensor[] outputs) =>
        Planner.Make(new([.. outputs.Select((o, i) => ($"{i}", o))], []), options);
}
