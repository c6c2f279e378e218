using System.Text.RegularExpressions;

using Ceteris.Cli;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What a run shows of itself while it trains.</summary>
public sealed class TrainingDisplayTests
{
    static readonly TrainingJob job = TinyRuns.Job(("epochs", "4"), ("report-every", "2"));

    static RunStart Start(long resumedAt = 0) =>
        new("/run", job.Recipe, job.Data, 100, StepsPerEpoch: 79, Steps: 4 * 79, resumedAt, Threads: 1);

    static StepProgress Step(int step) =>
        new(step, 1 + (step - 1) / 79, 1 + (step - 1) % 79, 0.1, 0.5f, new(64, 32, 32), step);

    static void EndEpoch(TrainingDisplay display, int epoch)
    {
        Tally tally = new(3, 4, 0.5);
        display.EpochEnded(new(epoch, epoch * 79, tally, tally, tally, "", ""),
            new(epoch, epoch * 79, 0.1, 0.5, 0.75, 0.5, 0.75, 1000, 1)
            {
                ValidationLoss = 0.5,
                ValidationAccuracy = 0.75,
            });
    }

    [Theory]
    [InlineData(120, "  epoch  train loss  accuracy  validation  test loss  accuracy  images/s        time")]
    [InlineData(63, "  epoch  train loss  accuracy  validation  test loss  accuracy")]
    [InlineData(60, "  epoch  train loss  validation  test loss  accuracy")]
    [InlineData(35, "  epoch  test loss  accuracy")]
    [InlineData(9, "  epoch  accuracy")]
    public void ANarrowScreenHasFewerColumns(int width, string titles)
    {
        using var output = new StringWriter();
        using (var display = new TrainingDisplay(Live(output, () => width), new()))
        {
            display.Started(Start());
            EndEpoch(display, 2);
        }
        string[] lines = Lines(output);
        Assert.Contains(titles, lines);
        // Bars may be drawn in between.
        string row = lines.Skip(Array.IndexOf(lines, titles) + 1)
            .First(line => line.StartsWith("      2  ", StringComparison.Ordinal));
        Assert.Contains("75.00 %", row, StringComparison.Ordinal);
        Assert.Equal(titles.Length, row.Length);
    }

    [Fact]
    public void TheTitlesAreShownAgainWhenTheColumnsChange()
    {
        int width = 120;
        using var output = new StringWriter();
        using (var display = new TrainingDisplay(Live(output, () => width), new()))
        {
            display.Started(Start());
            EndEpoch(display, 2);
            width = 35;
            EndEpoch(display, 4);
        }
        string[] columns = ["train loss", "test loss"];
        Assert.Equal(columns, Lines(output).Where(line => line.Contains("  accuracy", StringComparison.Ordinal)
            && !line.Contains('%')).Select(line => line.Trim().Split("  ")[1]));
    }

    /// <summary>A longer line would be broken by the terminal, and what is redrawn would fill the screen.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(60)]
    public void WhatIsRedrawnFitsTheScreen(int width)
    {
        using var output = new StringWriter();
        using (var display = new TrainingDisplay(Live(output, () => width), new()))
        {
            display.Started(Start());
            for (int step = 1; step < 40; step++)
            {
                display.Stepped(Step(step));
                Thread.Sleep(10);
            }
        }
        string[] drawn = [.. Lines(output)
            .SkipWhile(line => !line.StartsWith("  epoch", StringComparison.Ordinal)).Skip(1)];
        Assert.Contains(drawn, line => line.StartsWith("  step", StringComparison.Ordinal));
        Assert.All(drawn, line => Assert.InRange(line.Length, 0, width - 1));
    }

    [Fact]
    public void TheFrameSaysWhatGoesOn()
    {
        var stop = new StopRequest();
        using var display = new TrainingDisplay(new Screen(TextWriter.Null), stop);
        display.Started(Start());
        Assert.Matches("^  epoch +1/4 .* 0 %  $", display.Frame(100)[0]);
        Assert.Matches("^  step +0/79 .* 0 %  $", display.Frame(100)[1]);
        display.Stepped(Step(79));
        Assert.DoesNotContain("evaluating", display.Frame(100)[0], StringComparison.Ordinal);
        display.Stepped(Step(2 * 79));
        Assert.EndsWith("50 %  evaluating", display.Frame(100)[0], StringComparison.Ordinal);
        EndEpoch(display, 2);
        Assert.EndsWith("50 %  ", display.Frame(100)[0], StringComparison.Ordinal);
        display.Stepped(Step(4 * 79));
        Assert.EndsWith("100 %  evaluating", display.Frame(100)[0], StringComparison.Ordinal);
        EndEpoch(display, 4);
        Assert.EndsWith("100 %  writing results", display.Frame(100)[0], StringComparison.Ordinal);
        display.Stepped(Step(3));
        stop.Set("SIGINT");
        Assert.All([60, 100, 120, 200], width =>
            Assert.EndsWith("%  SIGINT: saving", display.Frame(width)[0], StringComparison.Ordinal));
        Assert.All([60, 100, 120, 200], width => Assert.InRange(display.Frame(width)[0].Length, 0, width));
    }

    [Fact]
    public void AResumedRunBeginsWhereItIs()
    {
        using var display = new TrainingDisplay(new Screen(TextWriter.Null), new());
        display.Started(Start(resumedAt: 79 + 59));
        IReadOnlyList<string> frame = display.Frame(100);
        Assert.Matches("^  epoch +2/4 .* 43 %  $", frame[0]);
        Assert.Matches("^  step +59/79 .* 74 %  $", frame[1]);
    }

    /// <summary>Slow first steps do not count, and neither do those of earlier sessions.</summary>
    [Fact]
    public void TheTimeLeftIsThatOfWarmSteps()
    {
        var time = new Clock();
        using var display = new TrainingDisplay(new Screen(TextWriter.Null), new(), time);
        display.Started(Start(resumedAt: 100));
        time.Milliseconds = 900;
        display.Stepped(Step(101));
        time.Milliseconds = 1100;
        display.Stepped(Step(102));
        for (int step = 103; step <= 116; step++)
        {
            time.Milliseconds += 100;
            display.Stepped(Step(step));
            if (step == 111)
                Assert.DoesNotContain("left", display.Frame(100)[0], StringComparison.Ordinal);
        }
        Assert.EndsWith("%  20 s left", display.Frame(100)[0], StringComparison.Ordinal);
    }

    /// <summary>After the end nothing is drawn over what others write; a training thread may still tell things.</summary>
    [Fact]
    public void AnEndedDisplayShowsTheCursorAndIsSilent()
    {
        using var output = new StringWriter();
        using var display = new TrainingDisplay(Live(output, () => 80), new());
        display.Started(Start());
        Thread.Sleep(150);
        display.End();
        string shown = output.ToString();
        Assert.True(shown.LastIndexOf(LiveRegion.ShowCursor, StringComparison.Ordinal)
            > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal));
        EndEpoch(display, 2);
        display.Dispose();
        EndEpoch(display, 4);
        Assert.Equal(shown, output.ToString());
    }

    sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }

    static Screen Live(TextWriter output, Func<int> width) => new(output) { IsLive = true, WidthNow = width };

    /// <summary>All that was ever written, without the terminal's commands.</summary>
    static string[] Lines(StringWriter output) =>
        Regex.Replace(output.ToString(), "\e\\[[?0-9;]*[a-zA-Z]", "").Split('\n', '\r');
}
