using Ceteris.Studies;

using FsCheck;
using FsCheck.Fluent;

using StorageFault = Ceteris.Data.StorageFault;

namespace Ceteris.Tests;

public class CheckpointTests
{
    const string Folder = "/runs/a";

    static CheckpointData Read(byte[] bytes) =>
        CheckpointFormat.Read(bytes, "x.ckpt", StorageSamples.RunId, StorageSamples.NumericsVersion);

    static RunFolder Open(MemoryFileSystem files) => RunFolder.Open(Folder, files, _ => null);

    static CheckpointStore Store(RunFolder folder) =>
        folder.Checkpoints(StorageSamples.RunId, StorageSamples.NumericsVersion);

    static void AssertSame(CheckpointData expected, CheckpointData actual) =>
        Assert.Equal(StorageSamples.Bytes(expected), StorageSamples.Bytes(actual));

    [Fact]
    public void RoundTrip()
    {
        CheckpointData data = StorageSamples.Checkpoint(12);
        CheckpointData read = Read(StorageSamples.Bytes(data));
        AssertSame(data, read);
        Assert.Equal(data with { Tensors = [], Metrics = [], Epochs = [] },
            read with { Tensors = [], Metrics = [], Epochs = [] });
        Assert.Equal(data.Metrics, read.Metrics);
        Assert.Equal(data.Epochs, read.Epochs);
        Assert.Equal(["fc1.bias", "fc1.weight", "scale"], read.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(data.Tensors[0].Values, read.Tensors[1].Values);
        Assert.Equal(data.Tensors[0].Shape, read.Tensors[1].Shape);
        Assert.Equal(data.WeightsSha256, WeightsHash.Compute(read.Tensors));
    }

    [Fact]
    public void RoundTripOfAnyTensors() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonEmptyString Name, float[] Values, long Step)[]>(), given =>
        {
            NamedTensor[] tensors =
            [
                .. given.Select((t, i) => new NamedTensor($"{i}/{Scalars(t.Name.Get)}", [t.Values.Length],
                    [.. t.Values.Select(value => float.IsNaN(value) ? float.NegativeZero : value)])),
            ];
            long step = given.FirstOrDefault().Step;
            CheckpointData data = StorageSamples.Checkpoint(1) with { Tensors = tensors, Step = step };
            AssertSame(data, Read(StorageSamples.Bytes(data)));
        }).QuickCheckThrowOnFailure();

    // Names are UTF-8: a lone surrogate is not text.
    static string Scalars(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);

    [Fact]
    public void EveryFlippedBitIsDetected()
    {
        byte[] good = StorageSamples.Bytes(StorageSamples.Checkpoint(12));
        for (int i = 0; i < good.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] bad = [.. good];
                bad[i] ^= (byte)(1 << bit);
                Assert.Equal(CheckpointFault.Damaged, Assert.Throws<CheckpointException>(() => Read(bad)).Fault);
            }
        }
    }

    [Fact]
    public void EveryTruncationAndAnythingBehindIsDetected()
    {
        byte[] good = StorageSamples.Bytes(StorageSamples.Checkpoint(12));
        for (int length = 0; length < good.Length; length++)
            Assert.Equal(CheckpointFault.Damaged, Assert.Throws<CheckpointException>(() => Read(good[..length])).Fault);
        Assert.Equal(CheckpointFault.Damaged, Assert.Throws<CheckpointException>(() => Read([.. good, 0])).Fault);
    }

    [Fact]
    public void AnyBytesAreRefusedWithoutHarm() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        byte[] good = StorageSamples.Bytes(StorageSamples.Checkpoint(12));
        Assert.Throws<CheckpointException>(() => Read(bytes));
        Assert.Throws<CheckpointException>(() => Read([.. good[..64], .. bytes]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheDamagedSectionIsNamed()
    {
        byte[] bytes = StorageSamples.Bytes(StorageSamples.Checkpoint(12));
        int at = bytes.AsSpan().IndexOf("fc1.weight"u8) + "fc1.weight".Length + 20;
        bytes[at] ^= 1;
        Assert.Contains("fc1.weight", Assert.Throws<CheckpointException>(() => Read(bytes)).Message);
    }

    [Fact]
    public void ForeignOnesAreRefusedByName()
    {
        CheckpointData data = StorageSamples.Checkpoint(12);
        byte[] newer = StorageSamples.Bytes(data);
        newer[8] = 2;
        uint crc = HeaderCrc(newer);
        BitConverter.TryWriteBytes(newer.AsSpan(60), crc);
        (byte[], CheckpointFault, string)[] cases =
        [
            (StorageSamples.Bytes(data, Sha256Text.Of("other")), CheckpointFault.OtherRun, Sha256Text.Of("other")),
            (StorageSamples.Bytes(data, null, 8), CheckpointFault.OtherNumerics, "version 8"),
            (newer, CheckpointFault.OtherFormat, "format 2"),
        ];
        foreach ((byte[] bytes, CheckpointFault fault, string words) in cases)
        {
            var e = Assert.Throws<CheckpointException>(() => Read(bytes));
            Assert.Equal(fault, e.Fault);
            Assert.Contains(words, e.Message);

            // also when a whole one of ours is older: never passed over in silence
            var files = new MemoryFileSystem();
            files.Put($"{Folder}/{CheckpointStore.NameOf(10)}", StorageSamples.Bytes(StorageSamples.Checkpoint(10)));
            files.Put($"{Folder}/{CheckpointStore.NameOf(12)}", bytes);
            using RunFolder folder = Open(files);
            Assert.Contains(CheckpointStore.NameOf(12),
                Assert.Throws<CheckpointException>(Store(folder).LoadNewest).Message);
        }
    }

    static uint HeaderCrc(byte[] header)
    {
        uint crc = ~0u;
        foreach (byte value in header[..60])
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }

    [Fact]
    public void NaNIsNeverSaved()
    {
        CheckpointData data = StorageSamples.Checkpoint(12);
        data.Tensors[1].Values[2] = float.NaN;
        var files = new MemoryFileSystem();
        using RunFolder folder = Open(files);
        Assert.Contains("fc1.bias", Assert.Throws<ArgumentException>(() => Store(folder).Save(data)).Message);
        Assert.DoesNotContain(files.Files.Keys, path => path.Contains("checkpoint"));
    }

    [Fact]
    public void TheNewestTwoAreKept()
    {
        var files = new MemoryFileSystem();
        using RunFolder folder = Open(files);
        CheckpointStore store = Store(folder);
        Assert.Equal(new CheckpointLoad(null, null, []).Data, store.LoadNewest().Data);
        foreach (long step in new long[] { 5, 999_999_999, 1_000_000_000 })
            store.Save(StorageSamples.Checkpoint(step));
        Assert.Equal([CheckpointStore.NameOf(999_999_999), CheckpointStore.NameOf(1_000_000_000)], Names(folder));
        Assert.Equal(1_000_000_000, store.LoadNewest().Data!.Step);
        store.DeleteAll();
        Assert.Empty(Names(folder));
    }

    static IEnumerable<string> Names(RunFolder folder) => folder.List()
        .Where(name => name.EndsWith(".ckpt", StringComparison.Ordinal));

    [Fact]
    public void ADamagedOneIsReportedAndThePreviousUsed()
    {
        byte[] good = StorageSamples.Bytes(StorageSamples.Checkpoint(20));
        byte[] flipped = [.. good];
        flipped[good.Length / 2] ^= 4;
        byte[][] damages = [flipped, good[..^1], [], StorageSamples.Bytes(StorageSamples.Checkpoint(19))];
        foreach (byte[] damage in damages)
        {
            var files = new MemoryFileSystem();
            files.Put($"{Folder}/{CheckpointStore.NameOf(10)}", StorageSamples.Bytes(StorageSamples.Checkpoint(10)));
            files.Put($"{Folder}/{CheckpointStore.NameOf(20)}", damage);
            using RunFolder folder = Open(files);
            CheckpointStore store = Store(folder);
            CheckpointLoad load = store.LoadNewest();
            Assert.Equal(10, load.Data!.Step);
            Assert.Equal(CheckpointStore.NameOf(10), load.File);
            Assert.Contains(CheckpointStore.NameOf(20), Assert.Single(load.Rejected));

            // the next one pushes the damaged one out, not the whole one
            store.Save(StorageSamples.Checkpoint(15));
            Assert.Equal([CheckpointStore.NameOf(10), CheckpointStore.NameOf(15)], Names(folder));
        }
    }

    [Fact]
    public void IfAllAreDamagedThereIsNoneAndAllAreReported()
    {
        var files = new MemoryFileSystem();
        files.Put($"{Folder}/{CheckpointStore.NameOf(10)}", [1]);
        files.Put($"{Folder}/{CheckpointStore.NameOf(20)}", [2]);
        using RunFolder folder = Open(files);
        CheckpointLoad load = Store(folder).LoadNewest();
        Assert.Null(load.Data);
        Assert.Equal(2, load.Rejected.Count);
    }

    [Fact]
    public void AnUnreadableDiskBlockCountsAsDamageButAMissingPermissionDoesNot()
    {
        foreach (int errno in new[] { 5, 13 })
        {
            var files = new MemoryFileSystem();
            using RunFolder folder = Open(files);
            CheckpointStore store = Store(folder);
            store.Save(StorageSamples.Checkpoint(10));
            store.Save(StorageSamples.Checkpoint(20));
            files.Fault = new IOException("x", errno);
            files.FaultAt = files.Operations + 1; // list, then read
            if (errno == 5)
                Assert.Equal(10, store.LoadNewest().Data!.Step);
            else
                Assert.Equal(StorageFault.Permission, Assert.Throws<StorageException>(store.LoadNewest).Fault);
        }
    }

    [Fact]
    public void ACrashAnywhereInALifeLosesAtMostTheLastCheckpoint()
    {
        int total = Life(-1, out _, out _);
        Assert.InRange(total, 50, 500);
        foreach (Crash crash in Enum.GetValues<Crash>())
        {
            for (int k = 0; k < total; k++)
            {
                Life(k, out MemoryFileSystem files, out long saved);
                MemoryFileSystem after = files.After(crash);
                using RunFolder folder = RunFolder.Open(Folder, after, _ => null, force: true);
                CheckpointLoad load = Store(folder).LoadNewest();
                Assert.Empty(load.Rejected);
                long step = load.Data?.Step ?? 0;
                Assert.True(step == saved || step == saved + 10,
                    $"{crash} before operation {k}: saved {saved}, found {step}");
                if (load.Data is not null)
                    AssertSame(StorageSamples.Checkpoint(step), load.Data);
                Assert.DoesNotContain(folder.List(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void AFaultAnywhereInALifeLeavesTheCheckpointsOfBefore()
    {
        int total = Life(-1, out _, out _);
        foreach (int errno in new[] { 28, 30, 5, 13, 24 })
        {
            for (int k = 0; k < total; k++)
            {
                MemoryFileSystem files;
                long saved;
                var e = Record.Exception(() => Life(k, out files, out saved, new IOException("x", errno)));
                Assert.Null(e);
            }
        }
    }

    /// <summary>
    /// Opens, saves four times, closes; a fault or crash at operation k. Returns the number of operations.
    /// </summary>
    static int Life(int k, out MemoryFileSystem files, out long saved, Exception? fault = null)
    {
        files = new MemoryFileSystem { FaultAt = k, Fault = fault };
        saved = 0;
        try
        {
            using RunFolder folder = Open(files);
            foreach (long step in new long[] { 10, 20, 30, 40 })
            {
                Store(folder).Save(StorageSamples.Checkpoint(step));
                saved = step;
            }
        }
        catch (Exception e) when (e is CrashedException || (fault is not null && e is StorageException))
        {
            if (fault is not null)
                CheckAfterFault(files, saved);
        }
        return files.Operations;
    }

    static void CheckAfterFault(MemoryFileSystem files, long saved)
    {
        using RunFolder again = RunFolder.Open(Folder, files, _ => null, force: true);
        CheckpointLoad load = Store(again).LoadNewest();
        Assert.Empty(load.Rejected);
        long step = load.Data?.Step ?? 0;
        Assert.True(step == saved || step == saved + 10, $"saved {saved}, found {step}");
        Assert.DoesNotContain(again.List(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void OnTheRealDisk()
    {
        using var temporary = new TemporaryFolder();
        using (RunFolder folder = RunFolder.Open(temporary["run"]))
        {
            foreach (long step in new long[] { 1, 2, 3 })
                Store(folder).Save(StorageSamples.Checkpoint(step));
        }
        using (RunFolder folder = RunFolder.Open(temporary["run"]))
        {
            Assert.Equal(2, folder.Token);
            AssertSame(StorageSamples.Checkpoint(3), Store(folder).LoadNewest().Data!);
            Assert.Equal(2, Names(folder).Count());
        }
    }
}
