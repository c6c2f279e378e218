using System.Text;

using Ceteris.Studies;

using StorageFault = Ceteris.Data.StorageFault;

namespace Ceteris.Tests;

public class AtomicFileTests
{
    const string File = "/runs/a/metrics.csv";

    static readonly byte[] Old = Encoding.UTF8.GetBytes("old content");

    // Longer than the buffer, so that there are several writes.
    static readonly byte[] New = [.. Enumerable.Range(0, 150_000).Select(i => (byte)i)];

    static void WriteNew(IFileSystem files) => AtomicFile.Write(files, File, stream =>
    {
        for (int start = 0; start < New.Length; start += 1000)
            stream.Write(New, start, 1000);
    });

    static int OperationsOfAWrite()
    {
        var files = new MemoryFileSystem();
        WriteNew(files);
        Assert.Equal(["create", "write", "write", "write", "flush", "length", "rename", "flush folder"], files.Log);
        return files.Operations;
    }

    public static TheoryData<string, int, bool, bool, string> Faults() => new()
    {
        { "ENOSPC", 28, false, false, "disk is full" },
        { "EROFS", 30, false, false, "read-only" },
        { "EIO", 5, false, false, "input/output error" },
        { "EACCES", 13, false, false, "permission denied" },
        { "EMFILE", 24, false, false, "too many open files" },
        { "short write", 28, true, false, "disk is full" },
        { "silent short write", 0, true, true, "short write" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFaultAtAnyOperationLeavesTheOldFileAndNoTemporary(string name, int errno, bool isShort, bool silent,
        string words)
    {
        int count = OperationsOfAWrite();
        for (int k = 0; k < count; k++)
        {
            var fault = new IOException(name, errno);
            var files = new MemoryFileSystem { FaultAt = k, Short = isShort, Silent = silent, Fault = fault };
            files.Put(File, Old);
            bool isWrite = k is >= 1 and <= 3;
            if (silent && !isWrite)
                continue;

            var e = Assert.Throws<StorageException>(() => WriteNew(files));

            Assert.Contains(words, e.Message);
            Assert.Contains(k == count - 1 ? "/runs/a" : File, e.Message);
            bool renamed = k == count - 1;
            Assert.Equal(renamed ? New : Old, files.Files[File]);
            Assert.Equal([File], files.Files.Keys);
        }
    }

    [Fact]
    public void TheFailedOperationIsNamed()
    {
        string[] expected = ["create", "write", "write", "write", "flush to disk", "measure", "rename into place",
            "flush the folder"];
        for (int k = 0; k < expected.Length; k++)
        {
            var files = new MemoryFileSystem { FaultAt = k, Fault = new IOException("x", 28) };
            var e = Assert.Throws<StorageException>(() => WriteNew(files));
            Assert.Equal(expected[k], e.Operation);
            Assert.Equal(StorageFault.DiskFull, e.Fault);
            Assert.StartsWith($"could not {expected[k]} '", e.Message);
        }
    }

    [Fact]
    public void ACrashAnywhereLeavesTheOldOrTheNewFile()
    {
        int count = OperationsOfAWrite();
        foreach (Crash crash in Enum.GetValues<Crash>())
        {
            int news = 0;
            for (int k = 0; k <= count; k++)
            {
                var files = new MemoryFileSystem { FaultAt = k };
                files.Put(File, Old);
                if (k < count)
                    Assert.Throws<CrashedException>(() => WriteNew(files));
                else
                    WriteNew(files);
                MemoryFileSystem after = files.After(crash);
                byte[] content = after.Files[File];
                bool isNew = content.AsSpan().SequenceEqual(New);
                Assert.True(isNew || content.AsSpan().SequenceEqual(Old), $"{crash} before operation {k}");
                Assert.True(isNew || k < count, $"{crash}: a write that had succeeded is lost");
                news += isNew ? 1 : 0;

                AtomicFile.DeleteTemporaries(after, "/runs/a");
                Assert.Equal([File], after.Files.Keys);
            }
            Assert.InRange(news, 1, count);
        }
    }

    [Fact]
    public void AFailureOfTheContentLeavesTheOldFile()
    {
        var files = new MemoryFileSystem();
        files.Put(File, Old);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(files, File, stream =>
        {
            stream.Write(New);
            throw new InvalidOperationException();
        }));
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(files, File, stream => stream.Write(New), () => throw new InvalidOperationException()));
        Assert.Equal(Old, Assert.Single(files.Files).Value);
    }

    [Fact]
    public void OnTheRealDisk()
    {
        using var folder = new TemporaryFolder();
        string path = folder["a.bin"];
        AtomicFile.Write(path, stream => stream.Write(Old));
        AtomicFile.Write(path, stream => stream.Write(New));
        Assert.Equal(New, System.IO.File.ReadAllBytes(path));
        Assert.Equal(["a.bin"], DiskFileSystem.Instance.List(folder.Location));
        Assert.Equal(New, DiskFileSystem.Instance.Read(path, New.Length));
        Assert.Throws<InvalidDataException>(() => DiskFileSystem.Instance.Read(path, New.Length - 1));
        Assert.Throws<IOException>(() => DiskFileSystem.Instance.CreateNew(path));
        DiskFileSystem.Instance.Delete(path);
        DiskFileSystem.Instance.Delete(path);
        Assert.Empty(DiskFileSystem.Instance.List(folder.Location));
    }

    [Fact]
    public void TheRealDiskSaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.Throws<StorageException>(() =>
            AtomicFile.Write(folder["no/such/file"], stream => stream.WriteByte(1)));
        Assert.Equal(StorageFault.Missing, e.Fault);
        var flush = Assert.ThrowsAny<IOException>(() => DiskFileSystem.Instance.FlushFolder(folder["nowhere"]));
        Assert.Contains("nowhere", flush.Message);
    }

    [Fact]
    public void ARealFullDiskIsCalledFull()
    {
        Assert.SkipUnless(System.IO.File.Exists("/dev/full"), "needs /dev/full");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite,
            bufferSize: 0);
        var e = Assert.Throws<StorageException>(() =>
            StorageException.During("write", "/dev/full", () => full.Write(Old)));
        Assert.Equal(StorageFault.DiskFull, e.Fault);
    }

    [Fact]
    public void ARealReadOnlyFileSystemIsCalledReadOnlyOrForbidden()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs /proc");
        var e = Assert.Throws<StorageException>(() => AtomicFile.Write("/proc/self/x", stream => stream.WriteByte(1)));
        Assert.Contains(e.Fault, new[] { StorageFault.Missing, StorageFault.ReadOnly, StorageFault.Permission });
    }
}
