using System.Diagnostics;
using System.Globalization;

using Ceteris.Studies;

namespace Ceteris.Tests;

public class RunLeaseTests
{
    const string Folder = "/runs/a";

    static string? Alive(int pid) => Processes.StartOf(pid);

    static string? Dead(int pid) => null;

    [Fact]
    public void TheSecondIsToldWhoOwns()
    {
        var files = new MemoryFileSystem();
        using RunLease first = RunLease.Acquire(files, Folder);
        var e = Assert.Throws<LeaseException>(() => RunLease.Acquire(files, Folder));
        Assert.False(e.Lost);
        Assert.Equal(first.Owner, e.Owner);
        Assert.Contains(
            $"owned by pid {Environment.ProcessId} on {Environment.MachineName} since {first.Owner.Since}", e.Message,
            StringComparison.Ordinal);
        first.Verify();
    }

    [Fact]
    public void AfterReleaseTheTokenGrows()
    {
        var files = new MemoryFileSystem();
        for (int token = 1; token <= 10; token++)
        {
            using RunLease lease = RunLease.Acquire(files, Folder);
            Assert.Equal(token, lease.Token);
            Assert.InRange(files.Files.Count, 1, 4);
        }
    }

    [Fact]
    public void AReusedProcessIdIsNotTheOwner()
    {
        var files = new MemoryFileSystem();
        RunLease.Acquire(files, Folder);
        using RunLease second = RunLease.Acquire(files, Folder, _ => "another start");
        Assert.Equal(2, second.Token);
    }

    [Fact]
    public void AnOwnerElsewhereIsRespectedUnlessForced()
    {
        var files = new MemoryFileSystem();
        files.Put($"{Folder}/lease-000005.json",
            ("""{"pid": 1, "host": "elsewhere", "started": "x", "since": "2026-01-01T00:00:00Z","""u8
                + """ "instance": "x/1", "held": true}"""u8).ToArray());
        var e = Assert.Throws<LeaseException>(() => RunLease.Acquire(files, Folder, Dead));
        Assert.Contains("owned by pid 1 on elsewhere since 2026-01-01T00:00:00Z", e.Message);
        using RunLease forced = RunLease.Acquire(files, Folder, Dead, force: true);
        Assert.Equal(6, forced.Token);
    }

    [Fact]
    public void AStaleOwnerIsReplacedAndItsNextWriteRefused()
    {
        var files = new MemoryFileSystem();
        RunFolder stale = RunFolder.Open(Folder, files);
        stale.Write("metrics.csv", new byte[] { 1 });
        using RunFolder owner = RunFolder.Open(Folder, files, Dead);
        Assert.Equal(stale.Token + 1, owner.Token);
        owner.Write("metrics.csv", new byte[] { 2 });
        IReadOnlyDictionary<string, byte[]> before = files.Files;

        Assert.True(Assert.Throws<LeaseException>(() => stale.Write("metrics.csv", new byte[] { 3 })).Lost);
        Assert.True(Assert.Throws<LeaseException>(() => stale.Delete("metrics.csv")).Lost);
        stale.Dispose();

        Assert.Equal(before.Keys.Order(), files.Files.Keys.Order());
        Assert.Equal([2], files.Files[$"{Folder}/metrics.csv"]);
        owner.Write("metrics.csv", new byte[] { 4 });
    }

    [Fact]
    public void ATakeoverDuringAWriteIsSeenBeforeTheRename()
    {
        var files = new MemoryFileSystem();
        RunFolder stale = RunFolder.Open(Folder, files);
        RunFolder? owner = null;
        Assert.Throws<LeaseException>(() => stale.Write("metrics.csv", stream =>
        {
            stream.WriteByte(1);
            owner = RunFolder.Open(Folder, files, Dead);
        }));
        Assert.DoesNotContain($"{Folder}/metrics.csv", files.Files.Keys);
        Assert.DoesNotContain(files.Files.Keys, path => path.EndsWith(".tmp", StringComparison.Ordinal));
        owner!.Dispose();
    }

    [Fact]
    public void ATokenOfAnotherInstanceIsNotMine()
    {
        var files = new MemoryFileSystem();
        RunLease first = RunLease.Acquire(files, Folder);
        files.Delete($"{Folder}/lease-000001.json");
        Assert.True(Assert.Throws<LeaseException>(first.Verify).Lost);
        using RunLease second = RunLease.Acquire(files, Folder);
        Assert.Equal(first.Token, second.Token);
        Assert.True(Assert.Throws<LeaseException>(first.Verify).Lost);
        second.Verify();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"pid\": 1, \"ho")]
    public void ALeaseThatNeverGotItsContentIsAbandoned(string content)
    {
        var files = new MemoryFileSystem();
        files.Put($"{Folder}/lease-000003.json", System.Text.Encoding.UTF8.GetBytes(content));
        using RunLease lease = RunLease.Acquire(files, Folder);
        Assert.Equal(4, lease.Token);
    }

    [Fact]
    public void AFaultAnywhereInAcquiringLeavesTheFolderFree()
    {
        foreach (int errno in new[] { 28, 30, 5, 13, 24 })
        {
            for (int k = 0; ; k++)
            {
                var files = new MemoryFileSystem { FaultAt = k, Fault = new IOException("x", errno) };
                files.Put($"{Folder}/lease-000001.json", OldLease);
                try
                {
                    using RunLease lease = RunLease.Acquire(files, Folder);
                    break;
                }
                catch (StorageException)
                {
                    using RunLease lease = RunLease.Acquire(files, Folder);
                    Assert.InRange(lease.Token, 2, 3);
                }
            }
        }
    }

    static readonly byte[] OldLease =
        """{"pid": 1, "host": "h", "started": "x", "since": "y", "instance": "x/1", "held": false}"""u8.ToArray();

    [Fact]
    public void ExactlyOneWinsEveryRace()
    {
        const int Races = 10_000, Racers = 3;
        for (int kind = 0; kind < 2; kind++)
        {
            var folders = Enumerable.Range(0, Races).Select(i => $"/runs/{i}").ToArray();
            MemoryFileSystem[] files = [.. folders.Select(_ => new MemoryFileSystem())];
            // half of the races are for a folder whose owner died
            if (kind == 1)
            {
                for (int i = 0; i < Races; i++)
                    files[i].Put($"{folders[i]}/lease-000007.json", OldLease);
            }
            int[] wins = new int[Races];
            using var barrier = new Barrier(Racers);
            RunThreads(Racers, _ =>
            {
                for (int i = 0; i < Races; i++)
                {
                    barrier.SignalAndWait();
                    try
                    {
                        RunLease.Acquire(files[i], folders[i], Alive).Verify();
                        Interlocked.Increment(ref wins[i]);
                    }
                    catch (LeaseException e) when (!e.Lost)
                    {
                    }
                }
            });
            Assert.All(wins, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void NeverTwoInsideWhileTheLeaseIsPassedAround()
    {
        var files = new MemoryFileSystem();
        int inside = 0, entered = 0;
        long last = 0;
        RunThreads(4, _ =>
        {
            for (int i = 0; i < 2000; i++)
            {
                try
                {
                    using RunLease lease = RunLease.Acquire(files, Folder, Alive);
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Assert.True(lease.Token > last);
                    last = lease.Token;
                    lease.Verify();
                    entered++;
                    Interlocked.Decrement(ref inside);
                }
                catch (LeaseException)
                {
                }
            }
        });
        Assert.InRange(entered, 100, 8000);
    }

    [Fact]
    public void RacesOnTheRealDisk()
    {
        using var temporary = new TemporaryFolder();
        int[] wins = new int[50];
        using var barrier = new Barrier(3);
        RunThreads(3, _ =>
        {
            for (int i = 0; i < wins.Length; i++)
            {
                barrier.SignalAndWait();
                try
                {
                    RunFolder.Open(temporary[i.ToString(CultureInfo.InvariantCulture)]).Write("x", new byte[] { 1 });
                    Interlocked.Increment(ref wins[i]);
                }
                catch (LeaseException)
                {
                }
            }
        });
        Assert.All(wins, count => Assert.Equal(1, count));
    }

    static void RunThreads(int count, Action<int> body)
    {
        var failures = new List<Exception>();
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(i => new Thread(() =>
            {
                try
                {
                    body(i);
                }
                catch (Exception e)
                {
                    lock (failures)
                        failures.Add(e);
                }
            }) { IsBackground = true }),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "the race hangs");
        Assert.Empty(failures);
    }

    [Fact]
    public void ProcessesAreToldApart()
    {
        string? mine = Processes.StartOf(Environment.ProcessId);
        Assert.NotNull(mine);
        Assert.Equal(mine, Processes.StartOf(Environment.ProcessId));
        using var child = Process.Start(OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd", "/c pause") { RedirectStandardInput = true }
                : new ProcessStartInfo("sleep", "60"))!;
        string? its = Processes.StartOf(child.Id);
        Assert.NotNull(its);
        Assert.NotEqual(mine, its);
        child.Kill();
        child.WaitForExit();
        Assert.Null(Processes.StartOf(child.Id));
    }

    [Fact]
    public void NamesOutsideTheFolderAreRefused()
    {
        using RunFolder folder = RunFolder.Open(Folder, new MemoryFileSystem());
        foreach (string name in new[] { "", ".", "..", "../x", "a/b", "a\\b", "a\0" })
            Assert.Throws<ArgumentException>(() => folder.Write(name, new byte[] { 1 }));
    }
}
