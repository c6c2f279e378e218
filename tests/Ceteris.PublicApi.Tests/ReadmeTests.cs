using System.Runtime.CompilerServices;

namespace Ceteris.PublicApi.Tests;

/// <summary>What the README shows is what runs.</summary>
public sealed class ReadmeTests
{
    /// <summary>The example stands, word for word, in the file whose parts are trained by its tests.</summary>
    [Fact]
    public void TheExampleOfAnOperationIsCompiledAndTrained()
    {
        string example = Assert.Single(Blocks("csharp"));
        Assert.Contains(
            example, File.ReadAllText(Path.Combine(Folder(), "FromScratchTests.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void LinksLeadToFiles()
    {
        string[] links =
        [
            .. File.ReadAllText(Readme).Split("](").Skip(1).Select(part => part[..part.IndexOf(')')]),
            .. File.ReadAllText(Readme).Split("src=\"").Skip(1).Select(part => part[..part.IndexOf('"')]),
        ];
        string root = Path.GetDirectoryName(Readme)!;
        Assert.NotEmpty(links);
        Assert.All(links.Where(link => !link.StartsWith("https:", StringComparison.Ordinal)),
            link => Assert.True(Path.Exists(Path.Combine(root, link)), $"{link} does not exist"));
    }

    static string Readme => Path.GetFullPath(Path.Combine(Folder(), "..", "..", "README.md"));

    static string[] Blocks(string language) =>
        [.. File.ReadAllText(Readme).Split($"```{language}\n").Skip(1)
            .Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
