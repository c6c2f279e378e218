using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Ceteris.Benchmarks;

/// <summary>When something was measured (UTC), of which version of the source, on which runtime.</summary>
sealed record Stamp(string Date, string Version, string Runtime)
{
    const int ShortCommit = 8;

    public static Stamp Now()
    {
        string[] parts = typeof(Stamp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+', 2);
        string commit = parts.Length == 2 ? $" ({parts[1][..Math.Min(ShortCommit, parts[1].Length)]})" : "";
        return new(DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), parts[0] + commit,
            RuntimeInformation.FrameworkDescription);
    }

    public override string ToString() => $"Measured {Date}, Ceteris {Version} on {Runtime}";
}
