using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ceteris.Benchmarks;

/// <summary>Ceteris in a process of its own, where the runtime may be told to use other vector instructions.</summary>
sealed class CeterisPeer : IDisposable
{
    /// <summary>The hidden mode of this program that obeys.</summary>
    public const string Mode = "obey";

    const string Avx512 = "DOTNET_EnableAVX512";

    readonly Peer peer;

    public CeterisPeer(Workload work, Phase phase, int threads, bool avx512)
    {
        // Started as dotnet Ceteris.Benchmarks.dll, the process is dotnet.
        string process = Environment.ProcessPath!, program = typeof(CeterisPeer).Assembly.Location;
        bool isHost = Path.GetFileNameWithoutExtension(process) == "dotnet";
        ProcessStartInfo start = isHost ? new(process, [program, Mode]) : new(process, [Mode]);
        start.Environment.Remove(Avx512);
        if (!avx512)
            start.Environment[Avx512] = "0";
        peer = new("Ceteris", start);
        peer.Ask(new()
        {
            ["network"] = work.Network,
            ["phase"] = $"{phase}",
            ["threads"] = threads,
        });
    }

    public Timing Steps(int count) => peer.AskTiming(new() { ["count"] = count });

    public void Dispose() => peer.Dispose();

    /// <summary>The other end: the first line says what to do, every other how often.</summary>
    public static void Obey(TextReader commands, TextWriter answers)
    {
        JsonNode? Next() => commands.ReadLine() is { } line ? JsonNode.Parse(line) : null;
        void Answer(JsonObject answer)
        {
            answers.WriteLine(answer.ToJsonString());
            answers.Flush();
        }

        if (Next() is not { } task)
            return;
        using var side = new CeterisSide(
            Workload.Find((string)task["network"]!), Enum.Parse<Phase>((string)task["phase"]!), (int)task["threads"]!);
        Answer([]);
        while (Next() is { } command)
        {
            var timing = side.Steps((int)command["count"]!);
            Answer(new() { ["seconds"] = timing.Seconds, ["cpu"] = timing.CpuSeconds });
        }
    }
}
