namespace Ceteris.Tests;

/// <summary>Real signals to a real process: what is resumed ends with the bits of what was never disturbed.</summary>
public sealed class InterruptionTests
{
    const string Epochs = "300";

    static readonly Lazy<string> undisturbed = new(() =>
    {
        using var data = new SmallData();
        return CliRun.Here(Args(data)).WeightsSha256;
    });

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void ASignalSavesAndSaysHowToResume(string signal, int code)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var data = new SmallData();
        CliRun stopped = Stop(data, Args(data), signal);
        Assert.True(stopped.Code == code, stopped.ToString());
        Assert.Contains($"interrupted by SIG{signal}", stopped.Out, StringComparison.Ordinal);
        Assert.Contains($"train --resume run --data-dir {data.Root}", stopped.Out, StringComparison.Ordinal);
        Assert.Contains(Directory.GetFiles(data["run"]), path => path.Contains("checkpoint", StringComparison.Ordinal));
        Assert.Contains("interrupted", CliRun.Here("runs", "list", "--in", data.Root).Out, StringComparison.Ordinal);

        CliRun resumed = CliRun.AsProcess(["train", "--resume", data["run"], "--data-dir", data.Root, "--json"]);
        Assert.True(resumed.Code == 0, resumed.ToString());
        Assert.Contains("resumed after step", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Value, resumed.WeightsSha256);
    }

    /// <summary>Two signals arrive during one long step: the process is ended before it can save.</summary>
    [Theory]
    [InlineData("1000", "nothing is saved yet; begin again with")]
    [InlineData("0", "saved up to step ")]
    public void ASecondSignalEndsAtOnceAndSaysWhatIsKept(string checkpointEvery, string kept)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var data = new SmallData();
        string[] args =
        [
            "train", "mlp", "--hidden", "3000,3000", "--batch", "full", "--data", "kmnist", "--data-dir", data.Root,
            "--out", data["run"], "--epochs", "1000", "--checkpoint-every", checkpointEvery,
        ];
        bool isSent = false;
        CliRun ended = CliRun.AsProcess(args, seen: (process, line) =>
        {
            if (isSent || !line.StartsWith("epoch ", StringComparison.Ordinal))
                return;
            isSent = true;
            foreach (string signal in new[] { "STOP", "INT", "TERM", "CONT" })
                CliRun.Signal(process, signal);
        });
        Assert.True(ended.Code is 130 or 143, ended.ToString());
        Assert.Contains($"ended at once by a second signal; {kept}", ended.Out, StringComparison.Ordinal);
        Assert.Contains($"train --resume {data["run"]} --data-dir {data.Root}\n", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsKilledGoesOnFromItsCheckpoint()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var data = new SmallData();
        string[] args = [.. Args(data), "--checkpoint-every", "0"];
        Stop(data, args, "KILL");
        Stop(data, args, "KILL");
        CliRun resumed = CliRun.AsProcess(args);
        Assert.True(resumed.Code == 0, resumed.ToString());
        Assert.Contains("resumed after step", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Value, resumed.WeightsSha256);
    }

    [Fact]
    public void ADamagedCheckpointIsToldOfAndNotUsed()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var data = new SmallData();
        Stop(data, Args(data), "INT");
        foreach (string checkpoint in Directory.GetFiles(data["run"], "*checkpoint*"))
        {
            byte[] bytes = File.ReadAllBytes(checkpoint);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(checkpoint, bytes);
        }
        CliRun resumed = CliRun.AsProcess(Args(data));
        Assert.True(resumed.Code == 0, resumed.ToString());
        Assert.Contains("warning: ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("no checkpoint is whole: the run begins again", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("resumed after step", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Value, resumed.WeightsSha256);
    }

    [Fact]
    public void ARunWithoutCheckpointsSaysThatItBeginsAgain()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var data = new SmallData();
        Assert.DoesNotContain("begins again", Stop(data, Args(data), "INT").Out, StringComparison.Ordinal);
        foreach (string checkpoint in Directory.GetFiles(data["run"], "*checkpoint*"))
            File.Delete(checkpoint);
        CliRun resumed = CliRun.AsProcess(["train", "--resume", data["run"], "--data-dir", data.Root, "--json"]);
        Assert.True(resumed.Code == 0, resumed.ToString());
        Assert.Contains("warning: there is no checkpoint: the run begins again", resumed.Error,
            StringComparison.Ordinal);
        Assert.Equal(undisturbed.Value, resumed.WeightsSha256);
    }

    static string[] Args(SmallData data) =>
        [.. data.Train("fc8", "run").Where(word => word is not "--epochs" and not "2"), "--epochs", Epochs];

    /// <summary>Runs until some epochs are done, then sends a signal.</summary>
    static CliRun Stop(SmallData data, string[] args, string signal)
    {
        int epochs = 0;
        return CliRun.AsProcess([.. args.Where(word => word != "--json")], folder: data.Root, seen: (process, line) =>
        {
            if (line.StartsWith("epoch ", StringComparison.Ordinal) && ++epochs == 3)
                CliRun.Signal(process, signal);
        });
    }
}
