using System.Diagnostics;

namespace Ceteris.Benchmarks;

/// <summary>
/// The rate of repeated work on one thread, by processor time so that other programs on the machine do not count (their
/// use of caches and memory does). The clock of a shared machine wanders, so every sample is followed by one of the
/// multiply-add peak.
/// </summary>
/// <param name="Best">10⁹ units per second, the best sample.</param>
/// <param name="Median">The median sample.</param>
/// <param name="Share">The median of a sample's rate over the peak's just after.</param>
readonly record struct Rate(double Best, double Median, double Share)
{
    const double Seconds = 0.4, SampleSeconds = 0.003;
    const int LeastSamples = 5;

    public static Rate Of(Action work, double units)
    {
        work();
        FmaPeak.Run();
        int calls = 1;
        while (Time(work, calls) < SampleSeconds)
            calls *= 2;
        List<double> rates = [], shares = [];
        long start = Stopwatch.GetTimestamp();
        while (rates.Count < LeastSamples || Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            rates.Add(units * calls / Time(work, calls));
            shares.Add(rates[^1] / (FmaPeak.Operations / Time(FmaPeak.Run, 1)));
        }
        rates.Sort();
        shares.Sort();
        return new(rates[^1] / 1e9, rates[rates.Count / 2] / 1e9, shares[shares.Count / 2]);
    }

    static double Time(Action work, int calls)
    {
        TimeSpan begin = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < calls; i++)
            work();
        return (Environment.CpuUsage.TotalTime - begin).TotalSeconds;
    }
}
