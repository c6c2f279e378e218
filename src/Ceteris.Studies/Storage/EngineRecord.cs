using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>The program that made a run.</summary>
/// <param name="Version">Of Ceteris.</param>
/// <param name="Commit">Of its source, if known.</param>
/// <param name="Dotnet">Of the runtime.</param>
public sealed record EngineRecord(string Version, string? Commit, string Dotnet)
{
    /// <summary>The program that is running: <c>0.1.0+commit</c> is its informational version.</summary>
    public static EngineRecord Current()
    {
        var attribute = (System.Reflection.AssemblyInformationalVersionAttribute?)Attribute.GetCustomAttribute(
            typeof(EngineRecord).Assembly, typeof(System.Reflection.AssemblyInformationalVersionAttribute));
        string[] parts = (attribute?.InformationalVersion ?? "unknown").Split('+', 2);
        return new(parts[0], parts.Length == 2 ? parts[1] : null, System.Environment.Version.ToString());
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["version"] = Version, ["dotnet"] = Dotnet };
        if (Commit is not null)
            json["commit"] = Commit;
        return json;
    }

    internal static EngineRecord FromJson(JsonFields fields)
    {
        var engine = new EngineRecord(fields.String("version"), fields.OptionalString("commit"),
            fields.String("dotnet"));
        fields.End();
        return engine;
    }
}
