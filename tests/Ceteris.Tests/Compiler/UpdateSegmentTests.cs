using Ceteris.Compiler;

namespace Ceteris.Tests;

/// <summary>The gradient of a large dense weight is computed by rows, which the update of the weight takes.</summary>
public sealed class UpdateSegmentTests
{
    const int GradientBytes = 530 * 257 * sizeof(float);

    [Theory]
    [InlineData("momentum", true)]
    [InlineData("adam", true)]
    [InlineData("averaged", true)]
    [InlineData("kept-gradient", false)]
    [InlineData("clipped", false)]
    public void AGradientThatOnlyItsUpdateReadsHasNoPlaceInTheArena(string graph, bool passes)
    {
        var plan = PlanOf(graph, 33);
        Assert.Equal(passes, plan.Steps.OfType<SegmentStep>().SelectMany(s => s.Passing).Any(t => t.Op is BatchMatMul));
        Assert.Equal(passes, plan.ArenaBytes < GradientBytes);
    }

    [Fact]
    public void AWeightIsOverwrittenAfterItsLastReader()
    {
        var steps = PlanOf("momentum", 16).Steps;
        var weight = steps.SelectMany(s => s.Reads).First(t => t.Op is Variable { Label: "second" });
        int update = steps.FindIndex(s => s.Parts.Any(p => p is BatchMatMulStep) && s.Reads.Contains(weight));
        Assert.IsType<SegmentStep>(steps[update]);
        Assert.Equal(update, steps.FindLastIndex(s => s.Reads.Contains(weight)));
        Assert.Equal(3, steps.Count(s => s.Reads.Contains(weight)));
    }

    [Fact]
    public void RowsAreCutIntoTilesForThreadsThatBeginWithAVector()
    {
        foreach (var segment in PlanOf("momentum", 16).Steps.OfType<SegmentStep>())
        {
            if (segment.Parts[0] is not BatchMatMulStep product)
                continue;
            Assert.InRange(segment.Tiles, 6, 16);
            Assert.Equal(0, product.Grain.Channels * product.Writes[0].Shape[1] % 16);
            Assert.Equal(0, product.Grain.Channels % 6);
        }
    }

    [Fact]
    public void LongSumsAreLeftAsTheyAre()
    {
        var plan = PlanOf("momentum", 1040);
        Assert.DoesNotContain(plan.Steps, s => s is SegmentStep && s.Parts.Any(p => p is BatchMatMulStep));
    }

    static Plan PlanOf(string graph, int samples)
    {
        using var variables = new VariableStore();
        using var program = Program.Compile(TestGraphs.All[graph](samples, variables), variables);
        return program.Plan;
    }
}
