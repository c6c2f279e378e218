using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ceteris.Benchmarks;

/// <summary>What is compared with cannot be run, or did not do what it was asked.</summary>
sealed class PeerException(string message) : Exception(message);

/// <summary>
/// A process that obeys one JSON command per line and answers each with one line. It blocks while it is not asked, so
/// it does not disturb what else is timed.
/// </summary>
sealed class Peer : IDisposable
{
    /// <summary>Settings of the surroundings that would cut a peer's threads or change how they wait.</summary>
    static readonly string[] cleared = ["OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_"];

    readonly Process process;
    readonly string name;

    /// <exception cref="PeerException">There is no such program.</exception>
    public Peer(string name, ProcessStartInfo start)
    {
        this.name = name;
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        Clear(start);
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"expected {name} at {start.FileName}: {e.Message}");
        }
    }

    public static void Clear(ProcessStartInfo start)
    {
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (cleared.Any(c => name.StartsWith(c, StringComparison.Ordinal)))
                start.Environment.Remove(name);
        }
    }

    /// <exception cref="PeerException">It answers with an error, or has ended.</exception>
    public JsonNode Ask(JsonObject command)
    {
        try
        {
            process.StandardInput.WriteLine(command.ToJsonString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The process is gone; reading its answer says so.
        }
        return Answer();
    }

    /// <summary>The next line.</summary>
    public JsonNode Answer()
    {
        string? line = process.StandardOutput.ReadLine();
        if (line is null)
        {
            process.WaitForExit();
            throw new PeerException($"expected an answer of {name}, but it ended with exit code {process.ExitCode}");
        }
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new PeerException($"{name}: {error}") : answer;
    }

    /// <summary>The answer to a command that does something timed.</summary>
    public Timing AskTiming(JsonObject command)
    {
        var answer = Ask(command);
        return new((double)answer["seconds"]!, (double)answer["cpu"]!);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(10_000))
            process.Kill();
        process.Dispose();
    }
}
