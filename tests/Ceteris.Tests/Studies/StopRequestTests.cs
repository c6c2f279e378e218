using System.Diagnostics;

using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Tests that send signals to this process, which trainings of other tests in it would take for theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SignalsToThisProcess
{
    public const string Name = "signals to this process";
}

[Collection(SignalsToThisProcess.Name)]
public sealed class StopRequestTests
{
    [Fact]
    public void TheFirstReasonStays()
    {
        var request = new StopRequest();
        Assert.Null(request.Reason);
        Assert.True(request.Set("SIGTERM"));
        Assert.False(request.Set("SIGINT"));
        Assert.Equal("SIGTERM", request.Reason);
    }

    [Theory]
    // SIGINT would also end the test runner.
    [InlineData("SIGHUP", 129)]
    [InlineData("SIGTERM", 143)]
    public void ASignalIsAWishAndNotTheEnd(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals of Unix");
        var request = new StopRequest();
        using (request.OnSignals())
        {
            using var kill = Process.Start("kill", [$"-{signal[3..]}", $"{Environment.ProcessId}"]);
            Assert.True(SpinWait.SpinUntil(() => request.Reason is not null, TimeSpan.FromSeconds(10)));
        }
        Assert.Equal(signal, request.Reason);
        Assert.Equal(exitCode, StopRequest.ExitCodeOf(request.Reason));
    }
}
