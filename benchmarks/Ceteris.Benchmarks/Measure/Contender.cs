using System.Diagnostics;

namespace Ceteris.Benchmarks;

/// <summary>How long some work took, and how much processor time its process used meanwhile.</summary>
readonly record struct Timing(double Seconds, double CpuSeconds)
{
    /// <summary>Times work in this process.</summary>
    public static Timing Of(Action work)
    {
        var used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        return new(
            Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
    }
}

/// <summary>One way of doing the work that is compared: does a number of units and says how long they took.</summary>
sealed record Contender(string Name, Func<int, Timing> Run);
