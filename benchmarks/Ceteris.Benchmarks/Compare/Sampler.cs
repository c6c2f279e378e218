using System.Globalization;
using Clock = System.Diagnostics.Stopwatch;

namespace Ceteris.Benchmarks;

/// <summary>
/// A timed stretch of work: seconds per unit, processors that the contender kept busy, and processors that everything else
/// kept busy, other guests of the machine included.
/// </summary>
readonly record struct Sample(double Seconds, int Units, double Cores, double ForeignCores)
{
    /// <summary>Above this much foreign load a sample is repeated, and marked when repeating does not help.</summary>
    public const double ForeignLimit = 0.10;

    public bool IsNoisy => ForeignCores > ForeignLimit;
}

/// <summary>Takes samples of a contender, each of so many units that it lasts long enough.</summary>
sealed class Sampler(Contender contender, double sampleSeconds, int repeats)
{
    const int WarmUpUnits = 30, LeastWarmUpUnits = 5;
    const double LeastWarmUpSeconds = 1, MostWarmUpSeconds = 10;

    double fastest = double.PositiveInfinity;

    public List<Sample> Samples { get; } = [];

    public string Name => contender.Name;

    /// <summary>
    /// At least 30 units and a second, so that the runtime has compiled everything for good; of long units as many as
    /// 10 seconds hold, and at least 5.
    /// </summary>
    public void WarmUp()
    {
        int units = 0;
        long start = Clock.GetTimestamp();
        double Elapsed() => Clock.GetElapsedTime(start).TotalSeconds;
        while (Elapsed() < LeastWarmUpSeconds || units < LeastWarmUpUnits || (units < WarmUpUnits && Elapsed() < MostWarmUpSeconds))
        {
            int count = Math.Max(1, Math.Min(WarmUpUnits, (int)(0.1 / fastest)));
            fastest = Math.Min(fastest, contender.Run(count).Seconds / count);
            units += count;
        }
    }

    /// <summary>Takes a sample; repeats it while others use the machine; keeps the quietest.</summary>
    public Sample Take()
    {
        var best = Try();
        for (int i = 0; i < repeats && best.IsNoisy; i++)
        {
            Thread.Sleep(200);
            var again = Try();
            if (again.ForeignCores < best.ForeignCores)
                best = again;
        }
        Samples.Add(best);
        return best;
    }

    Sample Try()
    {
        // What a contender leaves behind must not disturb the next one: idle threads spin for a few milliseconds.
        Thread.Sleep(30);
        int units = double.IsFinite(fastest) ? (int)Math.Ceiling(sampleSeconds / fastest) : 1;
        double busy = BusySeconds();
        long start = Clock.GetTimestamp();
        var timing = contender.Run(units);
        double elapsed = Clock.GetElapsedTime(start).TotalSeconds;
        double foreign = Math.Max(0, BusySeconds() - busy - timing.CpuSeconds);
        fastest = Math.Min(fastest, timing.Seconds / units);
        return new(timing.Seconds / units, units, timing.CpuSeconds / timing.Seconds, foreign / elapsed);
    }

    /// <summary>Seconds that all processors together have not been idle, time given to other guests of the machine included.</summary>
    static double BusySeconds()
    {
        const double TicksPerSecond = 100;
        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. fields.Skip(1).Take(8).Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
        (int idle, int waiting) = (3, 4);
        return (ticks.Sum() - ticks[idle] - ticks[waiting]) / TicksPerSecond;
    }
}
