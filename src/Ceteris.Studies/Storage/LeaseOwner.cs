using System.Diagnostics;
using System.Globalization;

namespace Ceteris.Studies;

/// <summary>Who owns a run folder.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Started">When that process started, as <see cref="Processes.StartOf"/> says; tells a reused id
/// apart.</param>
/// <param name="Since">UTC time of the acquisition; for people, never compared.</param>
public sealed record LeaseOwner(int Pid, string Host, string Started, string Since)
{
    public static LeaseOwner Current() => new(
        Environment.ProcessId, Environment.MachineName, Processes.StartOf(Environment.ProcessId) ?? "unknown",
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public override string ToString() => $"pid {Pid} on {Host} since {Since}";
}

/// <summary>Asks the machine about its processes.</summary>
public static class Processes
{
    /// <summary>
    /// A text that is the same for the whole life of a process and of no other with its id; null if there is no such
    /// process. On Linux boot id and start in ticks since boot, which no change of the clock moves.
    /// </summary>
    public static string? StartOf(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return StartOnLinux(pid);
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null
                : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    static string? StartOnLinux(int pid)
    {
        // "pid (name) state ppid …": the name may hold anything, so count from the last ')'; field 22 is the start.
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        bool ended = fields[0] is "Z" or "X";
        return ended ? null : File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + ":" + fields[19];
    }
}
