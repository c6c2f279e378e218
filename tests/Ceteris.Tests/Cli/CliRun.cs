using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

using Ceteris.Cli;

namespace Ceteris.Tests;

/// <summary>What a command line came to.</summary>
sealed record CliRun(int Code, string Out, string Error)
{
    /// <summary>The exit code of what was killed by <c>kill -9</c>.</summary>
    public const int Killed = 128 + 9;

    static readonly TimeSpan timeout = TimeSpan.FromMinutes(5);
    static readonly string[] foreign = ["NO_COLOR", "CETERIS_DATA", "CETERIS_STORE"];

    /// <summary>The last line of standard output, which must be JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Out.TrimEnd('\n').Split('\n')[^1])!.AsObject();

    public string Text(string key) => Json[key]!.ToString();

    public string WeightsSha256 => Text("weights_sha256");

    public override string ToString() => $"exit code {Code}\n--- out\n{Out}\n--- error\n{Error}";

    /// <summary>Runs in this process, as if all output were redirected.</summary>
    public static CliRun Here(params IReadOnlyList<string> args)
    {
        using StringWriter output = new(), error = new();
        int code = CeterisCommand.Run(args, new(new Screen(output), new Screen(error)));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs <c>dotnet exec ceteris.dll</c>.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="environment">Set for the process only.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="seen">Called for each line of standard output while the process runs, to end it for
    /// example.</param>
    /// <param name="meanwhile">Called once, on another thread, while the process runs.</param>
    /// <param name="megabytes">The most memory that it may ask for, by a shell.</param>
    public static CliRun AsProcess(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment = null, string? folder = null,
        Action<Process, string>? seen = null, Action<Process>? meanwhile = null, int? megabytes = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ceteris.dll");
        string[] limited = megabytes is null ? []
            : ["sh", "-c", $"ulimit -v {megabytes * 1000}; exec \"$@\"", "sh"], command = ["dotnet", "exec", program];
        string[] words = [.. limited, .. command, .. args];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        foreach (string name in foreign)
            start.Environment.Remove(name);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.Append(line.Data is null ? "" : line.Data + "\n");
        process.BeginErrorReadLine();
        using var killer = new Timer(_ => process.Kill(), null, timeout, Timeout.InfiniteTimeSpan);
        Task companion = meanwhile is null ? Task.CompletedTask : Task.Run(() => meanwhile(process));
        var output = new StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.Append(line).Append('\n');
            seen?.Invoke(process, line);
        }
        process.WaitForExit();
        companion.Wait();
        return new(process.ExitCode, output.ToString(), error.ToString());
    }

    /// <summary>Sends a signal by its name without SIG.</summary>
    public static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
