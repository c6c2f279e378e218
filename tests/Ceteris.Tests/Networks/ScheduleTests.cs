using Ceteris.Networks;

namespace Ceteris.Tests;

using Schedule = Ceteris.Networks.Schedule;

public sealed class ScheduleTests
{
    [Fact]
    public void CosineOfPiHasFifteenDigits()
    {
        for (int i = 0; i <= 512; i++)
        {
            double x = i / 1024.0, cosine = Schedule.CosPi(x);
            Assert.Equal(Math.Cos(Math.PI * x), cosine, 5e-16);
            Assert.Equal([cosine, -cosine, -cosine, cosine, cosine],
                new[] { -x, 1 - x, 1 + x, 2 - x, 6 + x }.Select(Schedule.CosPi));
        }
        Assert.Equal([1, 0, -1, 0, 1], new double[] { 0, 0.5, 1, 1.5, 2 }.Select(Schedule.CosPi));
    }

    /// <summary>The same bits everywhere: known once, the same on any machine.</summary>
    [Fact]
    public void RatesHaveKnownBits()
    {
        ulong hash = 14695981039346656037;
        string[] texts =
            ["cosine", "one_cycle", "exponential(0.97)", "warmup(7)+cosine", "step(30,0.1)", "linear(0.1,1,10)"];
        foreach (string text in texts)
        {
            for (int t = 0; t < 100; t++)
                hash = unchecked(
                    (hash ^ (ulong)BitConverter.DoubleToInt64Bits(Schedule.Parse(text)
                    .Rate(0.1, t, 100))) * 1099511628211);
        }
        Assert.Equal("0919575900787a21", $"{hash:x16}");
    }

    [Theory]
    [InlineData("constant", 0, 0.1)]
    [InlineData("step(30,0.1)", 29, 0.1)]
    [InlineData("step(30,0.1)", 30, 0.01)]
    [InlineData("step(30,0.1)", 90, 1e-4)]
    [InlineData("multi_step(0.2,20,60)", 19, 0.1)]
    [InlineData("multi_step(0.2,20,60)", 20, 0.02)]
    [InlineData("multi_step(0.2,20,60)", 60, 0.004)]
    [InlineData("exponential(0.5)", 3, 0.0125)]
    [InlineData("cosine", 0, 0.1)]
    [InlineData("cosine", 50, 0.05)]
    [InlineData("cosine", 100, 0)]
    [InlineData("cosine(40)", 20, 0.05)]
    [InlineData("cosine(40,0.02)", 40, 0.02)]
    [InlineData("one_cycle", 0, 0.004)]
    [InlineData("one_cycle", 29, 0.1)]
    [InlineData("one_cycle", 99, 4e-7)]
    [InlineData("linear(0.1,1,10)", 5, 0.055)]
    [InlineData("linear(0.1,1,10)", 50, 0.1)]
    [InlineData("warmup(10,0.5)+cosine", 0, 0.05)]
    [InlineData("warmup(10,0.5)+cosine", 5, 0.075)]
    [InlineData("warmup(10,0.5)+cosine", 10, 0.1)]
    [InlineData("warmup(10,0.5)+cosine", 55, 0.05)]
    [InlineData("warmup(4,0.2)+step(10,0.1)", 14, 0.01)]
    public void GivesTheRateOfItsFormula(string text, int time, double rate) =>
        Assert.Equal(rate, Schedule.Parse(text).Rate(0.1, time, 100), 1e-15);

    [Theory]
    [InlineData("step(2,0.1)", "step(2)")]
    [InlineData("step(2, 0.5)", "step(2,0.5)")]
    [InlineData("multi_step(0.2,20,60)", "multi_step(0.2,20,60)")]
    [InlineData("exponential(0.50)", "exponential(0.5)")]
    [InlineData("cosine(40,0)", "cosine(40)")]
    [InlineData("cosine()", "cosine")]
    [InlineData("one_cycle(0.3,25)", "one_cycle")]
    [InlineData("one_cycle(0.3,10,1e4)", "one_cycle(0.3,10)")]
    [InlineData("linear(0.1,1,10)", "linear(0.1,1,10)")]
    [InlineData("warmup(2)+constant", "warmup(2)")]
    [InlineData("warmup(2,0.5)+step(3,0.1)", "warmup(2,0.5)+step(3)")]
    public void IsWrittenOneWay(string text, string canonical)
    {
        Assert.Equal(canonical, Schedule.Parse(text).ToString());
        Assert.Equal(Schedule.Parse(text), Schedule.Parse(canonical));
    }

    [Fact]
    public void CountsWhatPyTorchCounts()
    {
        Assert.Equal(ScheduleUnit.Step, Schedule.Parse("one_cycle").Unit);
        Assert.Equal(ScheduleUnit.Step, Schedule.Parse("warmup(3)+one_cycle").Unit);
        Assert.Equal(ScheduleUnit.Epoch, Schedule.Parse("cosine").Unit);
    }

    [Theory]
    [InlineData("cosin", "did you mean 'cosine'?")]
    [InlineData("step", "expected step(epochs,factor), got 'step'")]
    [InlineData("step(0)", "expected a whole number of epochs from 1 on for step, got 'step(0)'")]
    [InlineData("step(1,2,3)", "expected step(epochs,factor), got 'step(1,2,3)'")]
    [InlineData("step(5,0)", "expected a factor above 0 for step, got 'step(5,0)'")]
    [InlineData("exponential(-1)", "expected a factor above 0 for exponential, got 'exponential(-1)'")]
    [InlineData("exponential(0)", "expected a factor above 0 for exponential, got 'exponential(0)'")]
    [InlineData("multi_step(0.1)", "expected multi_step(factor,epoch,…), got 'multi_step(0.1)'")]
    [InlineData("multi_step(0.1,5,3)", "expected epochs that rise for multi_step, got 'multi_step(0.1,5,3)'")]
    [InlineData("cosine(5,-1)", "expected a least rate from 0 on for cosine")]
    [InlineData("one_cycle(2)", "expected a rise up to 1 for one_cycle")]
    [InlineData("linear(-1,1,5)", "expected a first factor from 0 on for linear")]
    [InlineData("cosine+step(3)", "expected warmup before +")]
    [InlineData("warmup(5)+", "unknown schedule ''")]
    public void RefusesWhatItDoesNotUnderstand(string text, string message) =>
        Assert.Contains(message, Assert.Throws<SettingException>(() => Schedule.Parse(text)).Message,
            StringComparison.Ordinal);
}
