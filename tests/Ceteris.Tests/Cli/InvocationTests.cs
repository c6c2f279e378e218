using Ceteris.Cli;

namespace Ceteris.Tests;

public sealed class InvocationTests
{
    [Theory]
    [InlineData("/home/ann", "/home/ann/runs/a", "runs/a")]
    [InlineData("/home/ann/work", "/home/ann/runs/a", "../runs/a")]
    [InlineData("/home/ann", "/etc/a", "/etc/a")]
    [InlineData("/", "/root/.cache/ceteris/data/digits", "/root/.cache/ceteris/data/digits")]
    [InlineData("/", "data/mnist", "data/mnist")]
    public void PathsAreShortenedWhereThatHelps(string here, string path, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "paths of Unix");
        Assert.Equal(expected, Invocation.PathFrom(here, path));
    }
}
