using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>The machine that figures are of.</summary>
sealed record Machine(string Processor, int Processors, string Vectors, string System)
{
    public static Machine This()
    {
        var facts = File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2).ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        string Fact(string name) => facts.GetValueOrDefault(name, "?");
        string vectors = Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated ? "AVX2" : "none";
        return new($"{Fact("model name")}, family {Fact("cpu family")}, model {Fact("model")}", WorkerPool.DefaultThreads, vectors,
            RuntimeInformation.OSDescription);
    }

    /// <summary>A file name: the processor, how many of them, and the vectors that Ceteris used where they are not AVX-512.</summary>
    public string Slug()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{Processor} {Processors} cores {(Vectors == "AVX-512" ? "" : Vectors)}");
        text = text.Replace("(R)", "", StringComparison.OrdinalIgnoreCase).Replace("(TM)", "", StringComparison.OrdinalIgnoreCase);
        var letters = text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ').ToArray();
        return string.Join('-', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Peak of this process's resident memory since <see cref="ForgetPeakMemory"/>.</summary>
    public static long PeakBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public static void ForgetPeakMemory() => File.WriteAllText("/proc/self/clear_refs", "5");
}
