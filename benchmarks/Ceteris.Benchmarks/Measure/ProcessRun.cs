using System.ComponentModel;
using System.Diagnostics;

namespace Ceteris.Benchmarks;

/// <summary>A line of standard output, and when it came.</summary>
readonly record struct TimedLine(double Seconds, string Text);

/// <summary>
/// A process from its start to its end, in seconds since it was asked for: the start of the process and of its runtime
/// count.
/// </summary>
sealed record ProcessRun(IReadOnlyList<TimedLine> Lines, double Seconds)
{
    /// <summary>
    /// Runs a program to its end, or kills it after the line that begins with <paramref name="until"/>.
    /// </summary>
    /// <exception cref="PeerException">It cannot be started, fails, or does not come to that line.</exception>
    public static ProcessRun Of(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string? until = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        Peer.Clear(start);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        string Failed(string what) => $"{program} {string.Join(' ', start.ArgumentList)}: {what}";
        var lines = new List<TimedLine>();
        long from = Stopwatch.GetTimestamp();
        double Elapsed() => Stopwatch.GetElapsedTime(from).TotalSeconds;
        try
        {
            using var process = Process.Start(start)!;
            while (process.StandardOutput.ReadLine() is { } text)
            {
                lines.Add(new(Elapsed(), text));
                if (until is not null && text.StartsWith(until, StringComparison.Ordinal))
                {
                    process.Kill();
                    process.WaitForExit();
                    return new(lines, lines[^1].Seconds);
                }
            }
            process.WaitForExit();
            double seconds = Elapsed();
            if (process.ExitCode != 0)
                throw new PeerException(Failed($"exit code {process.ExitCode}"));
            return until is null ? new(lines, seconds)
                : throw new PeerException(Failed($"expected a line that begins with \"{until}\", got none"));
        }
        catch (Win32Exception e)
        {
            throw new PeerException(Failed(e.Message));
        }
    }
}
