using System.Diagnostics;

namespace Ceteris.Tests;

/// <summary>
/// <c>ceteris train</c> where nothing more can be written: it ends with the exit code of storage trouble and names path
/// and cause, what was saved is whole, and once there is room the run ends with the bits of an undisturbed one.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    const int Storage = 3;

    const string NoMounts = "expected a Linux where users may mount file systems in name spaces of their own";

    static readonly string[] training =
        ["fc8", "--batch", "16", "--lr", "0.05", "--epochs", "4", "--checkpoint-every", "0"];

    /// <summary>
    /// Trains on a file system of $SIZE bytes, keeps what that leaves, then makes room and goes on.
    /// </summary>
    const string OnSmallDisk = """
        mount -t tmpfs -o size="$SIZE" tmpfs "$DISK" || exit 99
        "$@" train $TRAINING --out "$DISK/run" >"$KEPT/out" 2>"$KEPT/error"
        echo $? >"$KEPT/code"
        cp -r "$DISK/run" "$KEPT/left"
        mount -o remount,size=64m "$DISK" || exit 99
        if [ -f "$DISK/run/recipe.json" ]
        then "$@" train --resume "$DISK/run" --data-dir "$DATA"
        else "$@" train $TRAINING --out "$DISK/run"
        fi >"$KEPT/out-again" 2>&1 || exit $?
        cp -r "$DISK/run" "$KEPT/run"
        """;

    readonly SmallData data = new();

    public void Dispose() => data.Dispose();

    /// <summary>The disk in pages of 4 KiB, and the file that is one too many, if always the same.</summary>
    public static TheoryData<int, string> Disks() => new()
    {
        { 1, "recipe.json" },
        { 2, "checkpoint-000000000001.ckpt" },
        { 20, "checkpoint-000000000002.ckpt" },
        { 36, "checkpoint-000000000003.ckpt" },
        { 40, "" },
        { 46, "misclassified.png" },
    };

    [Theory]
    [MemberData(nameof(Disks))]
    public void AFullDiskCostsNothingThatWasSaved(int pages, string file)
    {
        Assert.SkipUnless(CanMount(), NoMounts);
        SortedDictionary<string, string> expected = Undisturbed();
        Directory.CreateDirectory(data["disk"]);
        Directory.CreateDirectory(data["kept"]);
        int code = Shell(OnSmallDisk, "unshare", ["-Urm"], ("SIZE", $"{pages * 4096}"));
        Assert.True(code == 0, $"exit code {code}: {Kept("error")}{Kept("out-again")}");

        Assert.Equal($"{Storage}\n", Kept("code"));
        string run = Path.Combine(data["disk"], "run");
        string start = $"error: could not write '{Path.Combine(run, file)}{(file.Length > 0 ? "'" : "")}";
        Assert.DoesNotContain(".tmp'", Kept("error"), StringComparison.Ordinal);
        Assert.True(Kept("error").StartsWith(start, StringComparison.Ordinal), Kept("error"));
        Assert.Contains("': the disk is full or the quota is used up\n", Kept("error"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Kept("error"), StringComparison.Ordinal);
        RunFootprint left = RunFootprint.Of(Path.Combine(data["kept"], "left"));
        Assert.False(left.IsWriting);
        if (pages > 1)
        {
            string kept = left.Step > 0 ? $"\nsaved up to step {left.Step}; go on with  "
                : "\nnothing is saved yet; begin again with  ";
            Assert.Contains(kept, Kept("error"), StringComparison.Ordinal);
            Assert.Contains("train --resume ", Kept("error"), StringComparison.Ordinal);
        }
        string again = Kept("out-again");
        if (left.Step > 0)
            Assert.Contains($"resumed after step {left.Step} ", again, StringComparison.Ordinal);
        else
            again = again.Replace(RunFootprint.NoCheckpoint, "", StringComparison.Ordinal);
        Assert.DoesNotContain("warning: ", again, StringComparison.Ordinal);
        Assert.Equal(expected, RunFootprint.ResultsIn(Path.Combine(data["kept"], "run")));
    }

    /// <summary>
    /// A study where the disk fills up at some place: a clear word, nothing damaged, and with room again the report of
    /// an undisturbed one.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(70)]
    [InlineData(110)]
    public void AFullDiskCostsAStudyNothingThatWasFinished(int pages)
    {
        Assert.SkipUnless(CanMount(), NoMounts);
        const string OnSmallDisk = """
            mount -t tmpfs -o size="$SIZE" tmpfs "$DISK" || exit 99
            "$@" study run "$DATA/victim.yaml" --store "$DISK/store" --data-dir "$DATA" >"$KEPT/out" 2>"$KEPT/error"
            echo $? >"$KEPT/code"
            mount -o remount,size=64m "$DISK" || exit 99
            "$@" study run "$DATA/victim.yaml" --store "$DISK/store" --data-dir "$DATA" >"$KEPT/out-again" 2>&1 || exit $?
            "$@" store check --store "$DISK/store" >"$KEPT/check" || exit $?
            cp -r "$DISK/store/studies/victim" "$KEPT/report"
            """;
        File.WriteAllText(data["victim.yaml"], StudyKillTests.File);
        CliRun calm = CliRun.Here(
            "study", "run", data["victim.yaml"], "--store", data["calm"], "--data-dir", data.Root);
        Assert.True(calm.Code == 0, calm.ToString());
        Directory.CreateDirectory(data["disk"]);
        Directory.CreateDirectory(data["kept"]);
        int code = Shell(OnSmallDisk, "unshare", ["-Urm"], ("SIZE", $"{pages * 4096}"));
        Assert.True(code == 0, $"exit code {code}: {Kept("error")}{Kept("out-again")}{Kept("check")}");
        Assert.Equal($"{Storage}\n", Kept("code"));
        Assert.Contains("the disk is full or the quota is used up\n", Kept("error"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Kept("error"), StringComparison.Ordinal);
        foreach (string path in Directory.GetFiles(Path.Combine(data["calm"], "studies", "victim")))
        {
            Assert.Equal(File.ReadAllBytes(path),
                File.ReadAllBytes(Path.Combine(data["kept"], "report", Path.GetFileName(path))));
        }
    }

    /// <summary>Another way to run out: files may not become larger than a limit of the process.</summary>
    [Fact]
    public void ALimitOfTheSizeOfFilesIsToldAsSuch()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "ulimit of Unix");
        SortedDictionary<string, string> expected = Undisturbed();
        Directory.CreateDirectory(data["kept"]);
        const string Limited = """
            trap '' XFSZ
            ulimit -f 30
            exec "$@" train $TRAINING --out "$DATA/run" >"$KEPT/out" 2>"$KEPT/error"
            """;
        // The runtime's own use of memory would meet the limit, too.
        int code = Shell(Limited, "env", ["DOTNET_EnableWriteXorExecute=0"]);
        Assert.True(code == Storage, $"exit code {code}: {Kept("error")}");
        Assert.Contains("checkpoint-000000000001.ckpt", Kept("error"), StringComparison.Ordinal);
        Assert.Contains("the file may not become that large", Kept("error"), StringComparison.Ordinal);
        Assert.False(RunFootprint.Of(data["run"]).IsWriting);
        Assert.Equal(0, CliRun.Here(["train", "--resume", data["run"], "--data-dir", data.Root]).Code);
        Assert.Equal(expected, RunFootprint.ResultsIn(data["run"]));
    }

    [Fact]
    public void AReadOnlyFolderIsToldOfAndLeftAlone()
    {
        Assert.SkipUnless(CanMount(), NoMounts);
        Directory.CreateDirectory(data["disk"]);
        Directory.CreateDirectory(data["kept"]);
        const string ReadOnly = """
            mount -t tmpfs -o ro tmpfs "$DISK" || exit 99
            exec "$@" train $TRAINING --out "$DISK/run" >"$KEPT/out" 2>"$KEPT/error"
            """;
        Assert.Equal(Storage, Shell(ReadOnly, "unshare", ["-Urm"]));
        Assert.Equal(
            $"error: could not create the folder '{Path.Combine(data["disk"], "run")}': the file system is read-only\n",
            Kept("error"));
    }

    /// <summary>What cannot be shown is lost; the run is not.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" --quiet")]
    [InlineData(" --json")]
    public void AFullStandardOutputEndsNoTraining(string more)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "expected a machine with /dev/full");
        SortedDictionary<string, string> expected = Undisturbed();
        Directory.CreateDirectory(data["kept"]);
        string script = $"""exec "$@" train $TRAINING{more} --out "$DATA/run" >/dev/full 2>"$KEPT/error" """;
        int code = Shell(script, "env", []);
        Assert.True(code == Storage, $"exit code {code}: {Kept("error")}");
        Assert.EndsWith(
            "error: could not write to 'standard output': the disk is full or the quota is used up\n", Kept("error"),
            StringComparison.Ordinal);
        Assert.Equal(expected, RunFootprint.ResultsIn(data["run"]));
    }

    static bool CanMount()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            using var unshare = Process.Start(
                new ProcessStartInfo("unshare", ["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"])
                {
                    RedirectStandardError = true,
                })!;
            unshare.StandardError.ReadToEnd();
            unshare.WaitForExit();
            return unshare.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    SortedDictionary<string, string> Undisturbed()
    {
        CliRun run = CliRun.Here(["train", .. training, .. DataOptions(), "--out", data["undisturbed"]]);
        Assert.True(run.Code == 0, run.ToString());
        return RunFootprint.ResultsIn(data["undisturbed"]);
    }

    string[] DataOptions() => ["--data", "kmnist", "--data-dir", data.Root];

    string Kept(string name) => File.Exists(Path.Combine(data["kept"], name))
        ? File.ReadAllText(Path.Combine(data["kept"], name)) : "";

    /// <summary>Runs a script whose arguments are the program; returns its exit code.</summary>
    int Shell(string script, string outer, string[] outerArgs, params (string Name, string Value)[] variables)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ceteris.dll");
        var start = new ProcessStartInfo(
            outer, [.. outerArgs, "bash", "-c", script, "bash", "dotnet", "exec", program]);
        (string, string)[] all =
        [
            ("DISK", data["disk"]), ("KEPT", data["kept"]), ("DATA", data.Root),
            ("TRAINING", string.Join(' ', [.. training, .. DataOptions()])), .. variables,
        ];
        foreach ((string name, string value) in all)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
