using System.Reflection;
using System.Xml.Linq;

namespace Ceteris.Tests;

/// <summary>The projects depend on each other in one direction only.</summary>
public sealed class DependencyTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ceteris.Kernels"] = [],
        ["Ceteris.Compiler"] = ["Ceteris.Kernels"],
        ["Ceteris.Networks"] = ["Ceteris.Kernels", "Ceteris.Compiler"],
        ["Ceteris.Data"] = ["Ceteris.Kernels"],
        ["Ceteris.Statistics"] = [],
        ["Ceteris.Studies"] =
            ["Ceteris.Kernels", "Ceteris.Compiler", "Ceteris.Networks", "Ceteris.Data", "Ceteris.Statistics"],
        ["ceteris"] =
        [
            "Ceteris.Kernels", "Ceteris.Compiler", "Ceteris.Networks", "Ceteris.Data", "Ceteris.Statistics",
            "Ceteris.Studies",
        ],
    };

    [Fact]
    public void AssembliesReferenceOnlyWhatIsBelowThem()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.OrdinalIgnoreCase), Projects().Select(AssemblyOf).Order(StringComparer.OrdinalIgnoreCase));
        foreach (var (name, allowed) in Allowed)
        {
            var references = Assembly.Load(name).GetReferencedAssemblies().Select(r => r.Name!).Where(r => r.StartsWith("Ceteris", StringComparison.Ordinal));
            Assert.Empty(references.Except(allowed));
        }
    }

    [Fact]
    public void OnlyTheKernelsMayBeUnsafe()
    {
        foreach (string project in Projects())
        {
            bool isUnsafe = XDocument.Load(project).Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true");
            Assert.Equal(Path.GetFileName(project) == "Ceteris.Kernels.csproj", isUnsafe);
        }
    }

    [Fact]
    public void EverySourceProjectIsInTheSolutionAndInTheMap()
    {
        string solution = File.ReadAllText(Path.Combine(Root(), "Ceteris.slnx")), map = File.ReadAllText(Path.Combine(Root(), "ARCHITECTURE.md"));
        foreach (string project in Projects())
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Assert.Contains(name, solution);
            Assert.Contains(name, map);
        }
    }

    static string[] Projects() => Directory.GetFiles(Path.Combine(Root(), "src"), "*.csproj", SearchOption.AllDirectories);

    static string AssemblyOf(string project) =>
        XDocument.Load(project).Descendants("AssemblyName").Select(e => e.Value).FirstOrDefault() ?? Path.GetFileNameWithoutExtension(project);

    static string Root()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Ceteris.slnx")))
            at = Path.GetDirectoryName(at);
        return at ?? throw new InvalidOperationException("expected the tests to run inside the checkout");
    }
}
