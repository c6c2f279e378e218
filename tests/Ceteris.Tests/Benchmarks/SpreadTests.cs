using Ceteris.Benchmarks;

namespace Ceteris.Tests;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new double[] { 5 }, 5, 5, 5)]
    [InlineData(new double[] { 9, 1, 4 }, 4, 1, 9)]
    [InlineData(new double[] { 8, 1, 2, 4 }, 3, 1, 8)]
    public void MedianOfAnEvenNumberLiesInTheMiddle(double[] figures, double median, double min, double max) =>
        Assert.Equal(new(median, min, max), Spread.Of(figures));

    [Fact]
    public void OfNothingThereIsNone() => Assert.Throws<ArgumentException>(() => Spread.Of([]));

    [Fact]
    public void RatiosAreThoseOfTheRoundsNotOfTheMedians()
    {
        Measured mine = Take("mine", 2, 30, 4), its = Take("its", 1, 10, 4);
        Assert.Equal(new(2, 1, 3), mine.RatioTo(its));
    }

    [Fact]
    public void ProcessorTimeIsTimeTimesCores() =>
        Assert.Equal(8, new Measured("", [new(4, 1, Cores: 2, ForeignCores: 0)]).CpuSeconds);

    [Fact]
    public void SpeedCountsMultiplyAddsOrStepsOfAllCopies()
    {
        ScalingRow Row(
            string name, double seconds, int copies, double multiplyAdds, string? against, bool perMultiplyAdd) => new(
            Take(name, seconds), copies, 1, multiplyAdds, against, perMultiplyAdd, 0.9, null);
        var one = Row("one", 10, 1, 100, null, false);
        var two = Row("two", 10.5, 2, 200, "one", false);
        var small = Row("small", 6, 1, 50, "one", true);
        var result = new ScalingResult("", "", [one, two, small]);
        Assert.Null(result.Speed(one));
        Assert.False(result.MeetsGoal(one with { AtLeast = null }));
        Assert.Equal(20 / 10.5, result.Speed(two)!.Value.Median, 12);
        Assert.True(result.MeetsGoal(two));
        Assert.Equal(50.0 / 6 / 10, result.Speed(small)!.Value.Median, 12);
        Assert.False(result.MeetsGoal(small));
    }

    [Fact]
    public void WhatOthersSpoiltMeetsNoGoal()
    {
        Measured loud = new("two", [new(1, 1, 1, ForeignCores: 0.5), new(1, 1, 1, 0.5), new(1, 1, 1, 0)]);
        var one = new ScalingRow(Take("one", 10, 10, 10), 1, 1, 1, null, false, null, null);
        var two = new ScalingRow(loud, 1, 1, 1, "one", false, 2, null);
        Assert.Equal(2, loud.NoisySamples);
        Assert.False(new ScalingResult("", "", [one, two]).MeetsGoal(two));
        ScalingRow quiet = two with { Measured = Take("two", 1, 1, 1) };
        Assert.True(new ScalingResult("", "", [one, quiet]).MeetsGoal(quiet));
    }

    [Fact]
    public void ASamplerRepeatsNothingWhenItMayNot()
    {
        int units = 0;
        var policy = new SamplePolicy(
            Rounds: 3, SampleSeconds: 0.2, WarmUpSeconds: 1e-9, WarmUpUnits: 2, RepeatSeconds: 0);
        var sampler = new Sampler(new("", Run), policy);
        Timing Run(int count)
        {
            units += count;
            return new(0.1 * count, 0.1 * count);
        }
        Measured measured = Assert.Single(policy.Alternate([sampler.WarmUp()]));
        Assert.Equal(2 + 3 * 2, units);
        Assert.All(measured.Samples, sample => Assert.Equal((0.1, 2), (Math.Round(sample.Seconds, 12), sample.Units)));
    }

    [Fact]
    public void EveryOtherRoundGoesBackwards()
    {
        var order = new List<string>();
        var policy = new SamplePolicy(3, 1, 1e-9, 1, 0);
        Sampler Of(string name) => new(new(name, Run(name)), policy);
        Func<int, Timing> Run(string name) => count =>
        {
            order.Add(name);
            return new(1, 1);
        };
        policy.Alternate([Of("a"), Of("b")]);
        Assert.Equal(["a", "b", "b", "a", "a", "b"], order);
    }

    static Measured Take(string name, params double[] seconds) =>
        new(name, [.. seconds.Select(s => new Sample(s, 1, 1, 0))]);
}
