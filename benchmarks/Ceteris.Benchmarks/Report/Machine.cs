using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>The machine that figures are of.</summary>
sealed record Machine(string Processor, int Processors, string Vectors, string System)
{
    const string Avx512 = "AVX-512";

    public static Machine This()
    {
        var facts = File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        string Fact(string name) => facts.GetValueOrDefault(name, "?");
        string vectors =
            Vector512.IsHardwareAccelerated ? Avx512 : Vector256.IsHardwareAccelerated ? "AVX2" : "none";
        return new(
            $"{Fact("model name")}, family {Fact("cpu family")}, model {Fact("model")}",
            WorkerPool.DefaultThreads, vectors, RuntimeInformation.OSDescription);
    }

    /// <summary>
    /// A file name: the processor, how many of them, and the vectors that Ceteris used where they are not AVX-512.
    /// </summary>
    public string Slug()
    {
        string vectors = Vectors == Avx512 ? "" : Vectors;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Processor} {Processors} cores {vectors}");
        foreach (string mark in new[] { "(R)", "(TM)" })
            text = text.Replace(mark, "", StringComparison.OrdinalIgnoreCase);
        var letters = text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ').ToArray();
        return string.Join('-', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Peak of this process's resident memory since <see cref="ForgetPeakMemory"/>.</summary>
    public static long PeakBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        string kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
    }

    public static void ForgetPeakMemory() => File.WriteAllText("/proc/self/clear_refs", "5");
}
