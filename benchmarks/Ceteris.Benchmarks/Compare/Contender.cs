namespace Ceteris.Benchmarks;

/// <summary>How long some work took, and how much processor time its process used meanwhile.</summary>
readonly record struct Timing(double Seconds, double CpuSeconds);

/// <summary>One way of doing the work that is compared: does a number of units and says how long they took.</summary>
sealed record Contender(string Name, Func<int, Timing> Run);
