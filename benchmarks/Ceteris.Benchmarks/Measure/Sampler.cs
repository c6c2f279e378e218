using System.Diagnostics;
using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>Takes samples of a contender, each of so many units that it lasts long enough.</summary>
sealed class Sampler(Contender contender, SamplePolicy policy)
{
    const int EnoughWarmUpUnits = 30;
    const double MostWarmUp = 4;

    readonly List<Sample> samples = [];
    double fastest = double.PositiveInfinity;

    public Measured Measured => new(contender.Name, [.. samples]);

    /// <summary>Lets the runtime compile everything for good.</summary>
    public Sampler WarmUp()
    {
        int units = 0;
        long start = Stopwatch.GetTimestamp();
        double Elapsed() => Stopwatch.GetElapsedTime(start).TotalSeconds / policy.WarmUpSeconds;
        while (units < policy.WarmUpUnits || Elapsed() < 1 || (units < EnoughWarmUpUnits && Elapsed() < MostWarmUp))
        {
            int count = Math.Clamp((int)(0.1 / fastest), 1, EnoughWarmUpUnits);
            fastest = Math.Min(fastest, contender.Run(count).Seconds / count);
            units += count;
        }
        return this;
    }

    /// <summary>Takes a sample; repeats it while others use the machine; keeps the quietest.</summary>
    public void Take()
    {
        long start = Stopwatch.GetTimestamp();
        var best = Try();
        while (best.IsNoisy && Stopwatch.GetElapsedTime(start).TotalSeconds < policy.RepeatSeconds)
        {
            Thread.Sleep(200);
            var again = Try();
            if (again.ForeignCores < best.ForeignCores)
                best = again;
        }
        samples.Add(best);
    }

    /// <summary>Says so if the machine is not left to this program.</summary>
    public static void WarnOfOthers()
    {
        var calm = new Sampler(new("", _ => Timing.Of(() => Thread.Sleep(1000))), SamplePolicy.Quick).Try();
        if (calm.IsNoisy)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"warning: other processes use {calm.ForeignCores:F1} processors: the figures are no result"));
        }
    }

    Sample Try()
    {
        // What a contender leaves behind must not disturb the next one: idle threads spin for a few milliseconds.
        Thread.Sleep(30);
        int units = (int)Math.Clamp(Math.Ceiling(policy.SampleSeconds / fastest), 1, int.MaxValue);
        double busy = BusySeconds();
        long start = Stopwatch.GetTimestamp();
        var timing = contender.Run(units);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double foreign = Math.Max(0, BusySeconds() - busy - timing.CpuSeconds);
        fastest = Math.Min(fastest, timing.Seconds / units);
        return new(timing.Seconds / units, units, timing.CpuSeconds / timing.Seconds, foreign / elapsed);
    }

    /// <summary>Seconds that all processors together have not been idle, time given to other guests of the machine
    /// included.</summary>
    static double BusySeconds()
    {
        const double TicksPerSecond = 100;
        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. fields.Skip(1).Take(8).Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
        (int idle, int waiting) = (3, 4);
        return (ticks.Sum() - ticks[idle] - ticks[waiting]) / TicksPerSecond;
    }
}
