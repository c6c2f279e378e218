using Clock = System.Diagnostics.Stopwatch;

namespace Ceteris.Benchmarks;

/// <summary>Rates of repeated work: the best of its repetitions (a quiet machine) and the median (this machine).</summary>
static class Stopwatch
{
    const double Seconds = 0.3;
    const int Least = 5, Most = 2000;

    /// <summary>10⁹ units per second.</summary>
    public static (double Best, double Median) Best(Action work, double units)
    {
        work();
        List<double> rates = [];
        long start = Clock.GetTimestamp();
        while (rates.Count < Least || (rates.Count < Most && Clock.GetElapsedTime(start).TotalSeconds < Seconds))
        {
            long begin = Clock.GetTimestamp();
            work();
            rates.Add(units / Clock.GetElapsedTime(begin).TotalSeconds / 1e9);
        }
        rates.Sort();
        return (rates[^1], rates[rates.Count / 2]);
    }
}
