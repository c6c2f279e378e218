using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>The circumstances of a run, which change no bit of it.</summary>
/// <param name="Processor">Its name.</param>
/// <param name="Flags">Vector instructions in use, such as "AVX-512".</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Threads">Threads it trained with.</param>
/// <param name="Started">UTC time.</param>
/// <param name="Finished">UTC time.</param>
/// <param name="Seconds">Spent, over all sessions.</param>
/// <param name="ImagesPerSecond">Trained.</param>
/// <param name="Interruptions">How often it was resumed.</param>
/// <param name="IsAlone">
/// Whether it is known that nothing else used the machine, so that its time means something.
/// </param>
public sealed record RunEnvironment(
    string Processor, IReadOnlyList<string> Flags, string System, int Threads, string Started, string Finished,
    double Seconds, double ImagesPerSecond, int Interruptions, bool IsAlone = false)
{
    /// <summary>The vector instructions that this process uses.</summary>
    public static IReadOnlyList<string> CurrentFlags()
    {
        (string Name, bool InUse)[] known =
        [
            ("AVX-512", Vector512.IsHardwareAccelerated), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported),
            ("SSE4.2", Sse42.IsSupported), ("AdvSimd", AdvSimd.IsSupported),
        ];
        return [.. known.Where(flag => flag.InUse).Select(flag => flag.Name)];
    }

    /// <summary>The processor's name for people; "unknown" where the system does not say.</summary>
    public static string CurrentProcessor()
    {
        try
        {
            string? line = OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/cpuinfo")
                    .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                : null;
            return line?[(line.IndexOf(':') + 1)..].Trim()
                ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            return "unknown";
        }
    }

    /// <summary>Operating system and architecture of this process.</summary>
    public static string CurrentSystem() =>
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>
    /// Whether the machine has been idle of late but for so many threads, as far as the system tells (Linux: the load
    /// of the last minute).
    /// </summary>
    public static bool IsIdle(int but)
    {
        try
        {
            string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
            return double.TryParse(load, NumberStyles.Float, CultureInfo.InvariantCulture, out double now)
                && now < but + 0.5;
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            return false;
        }
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["processor"] = Processor,
            ["flags"] = new JsonArray([.. Flags.Select(flag => JsonValue.Create(flag))]),
            ["system"] = System,
            ["threads"] = Threads,
            ["started"] = Started,
            ["finished"] = Finished,
            ["seconds"] = CanonicalJson.Number(Seconds),
            ["imagesPerSecond"] = CanonicalJson.Number(ImagesPerSecond),
            ["interruptions"] = Interruptions,
        };
        if (IsAlone)
            json["alone"] = true;
        return json;
    }

    internal static RunEnvironment FromJson(JsonFields fields)
    {
        var environment = new RunEnvironment(
            fields.String("processor"),
            [.. fields.Array("flags").Select(flag => flag?.ToString() ?? throw fields.Wrong("flags", "texts"))],
            fields.String("system"), fields.Int32("threads"), fields.String("started"), fields.String("finished"),
            fields.Number("seconds"), fields.Number("imagesPerSecond"), fields.Int32("interruptions"),
            fields.Has("alone") && fields.Boolean("alone"));
        fields.End();
        return environment;
    }
}
