namespace Ceteris.Tests;

public sealed class GoldenFilesTests
{
    [Fact]
    public void EveryFileOfTheProjectHasItsKind()
    {
        string[] files = [.. GoldenFiles.All(GoldenFiles.Folders(null))];
        var counts = files.CountBy(GoldenFiles.KindOf).ToDictionary();
        Assert.Equal(13, counts["network"]);
        Assert.Equal(8, counts["architecture"]);
        Assert.Equal(8, counts["optimiser"]);
        Assert.Equal(1, counts["schedules"]);
        Assert.Equal(files.Length - 30, counts["operation"]);
        Assert.True(counts["operation"] >= 49);
    }

    [Fact]
    public void FilesBelowTheNamedFolderAreTestedToo()
    {
        string folder = Directory.CreateTempSubdirectory("ceteris-golden").FullName;
        try
        {
            string source = Path.Combine(AppContext.BaseDirectory, "golden", "nets", "mlp-8-8-relu.safetensors");
            Directory.CreateDirectory(Path.Combine(folder, "deep", "er"));
            string copy = Path.Combine(folder, "deep", "er", "mlp-8-8-relu.safetensors");
            File.Copy(source, copy);
            Assert.Contains(copy, GoldenFiles.All(GoldenFiles.Folders(folder)));
            Assert.Equal("network", GoldenFiles.KindOf(copy));
            Assert.Throws<DirectoryNotFoundException>(() => GoldenFiles.Folders(folder + "-missing").ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
