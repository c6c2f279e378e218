using System.Security.Cryptography;
using System.Text;
using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class FetchTests : IDisposable
{
    public static readonly ImageSet Images = TestImages.Random(20, [1, 28, 28]);

    public static readonly Dictionary<string, byte[]> Files = MakeFiles();

    public static readonly byte[] Html = Encoding.ASCII.GetBytes("<!DOCTYPE html><title>Sign in to the hotel</title>");

    readonly TestImages.Folder folder = new();
    readonly HttpClient client = Fetcher.CreateClient();

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task FetchesVerifiesAndRecords()
    {
        using var server = new FetchServer(request => FetchServer.Ok(Body(request)));
        ImageSplits splits = await FetchAsync([server.Address]);
        Assert.Equal(Images.Sha256, splits.Train.Sha256);
        AssertComplete();
        Assert.Equal(4, server.Requests.Count);
        // A second time there is nothing to do.
        await FetchAsync([server.Address]);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(Images.Sha256, Set([]).Load(new(folder.Path, [], "none")).Train.Sha256);
    }

    [Fact]
    public async Task ChangedFilesAreNoticedOnLoading()
    {
        using var server = new FetchServer(request => FetchServer.Ok(Body(request)));
        await FetchAsync([server.Address]);
        File.WriteAllBytes(
            folder["train-labels-idx1-ubyte.gz"], IdxTests.Gzip(new IdxArray([20], new byte[20]).ToBytes()));
        var e = Assert.Throws<DataException>(() => Set([]).Load(new(folder.Path, [], "none")));
        Assert.Contains("recorded", e.Message);
    }

    [Fact]
    public async Task GoesOnWhereATransferWasCut()
    {
        using var server = new FetchServer(request => request.From is { } from
            ? FetchServer.Partial(Body(request), from)
            : FetchServer.Ok(Body(request), cutAfter: Body(request).Length / 3));
        await FetchAsync([server.Address]);
        AssertComplete();
        Assert.Equal(4, server.Requests.Count(request => request.From > 0));
    }

    [Fact]
    public async Task StartsAgainWhereAServerIgnoresTheRange()
    {
        using var server = new FetchServer(request => FetchServer.Ok(
            Body(request), cutAfter: request.From is null ? Body(request).Length / 2 : null));
        await FetchAsync([server.Address]);
        AssertComplete();
    }

    [Fact]
    public async Task GoesOnWithWhatAnEarlierProcessLeft()
    {
        byte[] body = Files["train-images-idx3-ubyte.gz"];
        File.WriteAllBytes(folder["train-images-idx3-ubyte.gz.part"], body[..1000]);
        using var server = new FetchServer(request => request.From is { } from
            ? FetchServer.Partial(Body(request), from)
            : FetchServer.Ok(Body(request)));
        await FetchAsync([server.Address]);
        AssertComplete();
        Assert.Equal(1000, server.Requests.First().From);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GarbageLeftByAnEarlierProcessDoesNotStick(bool tooLong)
    {
        byte[] garbage = new byte[tooLong ? 1 << 20 : 1000];
        File.WriteAllBytes(folder["train-images-idx3-ubyte.gz.part"], garbage);
        using var server = new FetchServer(request => request.From is { } from
            ? from < Body(request).Length
                ? FetchServer.Partial(Body(request), from)
                : FetchServer.Response("416 Range Not Satisfiable", [])
            : FetchServer.Ok(Body(request)));
        await FetchAsync([server.Address]);
        AssertComplete();
    }

    [Fact]
    public async Task TakesTheNextMirrorAndSaysWhatEachSaid()
    {
        using var good = new FetchServer(request => FetchServer.Ok(Body(request)));
        using var html = new FetchServer(
            _ => FetchServer.Response("200 OK", Html, "Content-Type: text/html; charset=utf-8\r\n"));
        using var missing = new FetchServer(_ => FetchServer.Response("404 Not Found", Html));
        using var wrong = new FetchServer(request => FetchServer.Ok(Changed(Body(request))));
        Uri gone = GoneAddress();
        await FetchAsync([gone, html.Address, missing.Address, wrong.Address, good.Address]);
        AssertComplete();

        using var empty = new TestImages.Folder();
        var e = await Assert.ThrowsAsync<FetchException>(
            () => FetchAsync([gone, html.Address, missing.Address, wrong.Address], empty.Path));
        Assert.Contains($"{gone}train-images-idx3-ubyte.gz: not reached", e.Message);
        Assert.Contains($"{html.Address}train-images-idx3-ubyte.gz: expected "
            + $"{Files["train-images-idx3-ubyte.gz"].Length} bytes, the server announces {Html.Length} of text/html",
            e.Message);
        Assert.Contains($"{missing.Address}train-images-idx3-ubyte.gz: HTTP 404", e.Message);
        Assert.Contains($"{wrong.Address}train-images-idx3-ubyte.gz: expected MD5", e.Message);
        Assert.Empty(Directory.GetFiles(empty.Path));
    }

    [Fact]
    public async Task AWrongPublishedLengthIsSeenBeforeAnythingIsReceived()
    {
        using var server = new FetchServer(_ => FetchServer.Response("200 OK", Html, "Content-Type: text/html\r\n"));
        MnistLike set = Set([server.Address]);
        set = set with { Files = [.. set.Files.Select(file => file with { Bytes = 12345 })] };
        var e = await Assert.ThrowsAsync<FetchException>(
            () => new Fetcher(client).FetchAsync(set, folder.Path, cancel: Cancel));
        Assert.Contains($"expected 12345 bytes, the server announces {Html.Length} of text/html", e.Message);
    }

    [Fact]
    public async Task WhatIsNotGzipIsSeenWhereNoLengthIsAnnounced()
    {
        using var server = new FetchServer(
            _ => [.. "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"u8, .. Html]);
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync([server.Address]));
        Assert.Contains("expected a gzip file, got text/html that begins with '<!DOCTYPE html>", e.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    /// <summary>Every file of every set that can be fetched, with its published length.</summary>
    [Fact]
    public async Task EveryKnownFileHasItsPublishedLength()
    {
        using var server = new FetchServer(_ => FetchServer.Response("200 OK", Html, "Content-Type: text/html\r\n"));
        MnistLike[] sets = [.. DataSets.All.OfType<MnistLike>()];
        Assert.Equal(["mnist", "fashion-mnist", "kmnist"], sets.Select(set => set.Name));
        foreach (MnistLike set in sets)
        {
            Assert.Equal(IdxFolder.FileNames.Count, set.Files.Count);
            foreach ((PublishedFile file, int i) in set.Files.Select((file, i) => (file, i)))
            {
                // Deflate saves less than nine tenths of such images and labels, and never needs more than they have.
                int plain = (i < 2 ? set.TrainCount : set.TestCount) * (i % 2 == 0 ? set.Image.Elements : 1);
                Assert.InRange(file.Bytes, plain / 10, plain);
                MnistLike only = set with { Mirrors = [server.Address], Files = [file, file, file, file] };
                var e = await Assert.ThrowsAsync<FetchException>(
                    () => new Fetcher(client).FetchAsync(only, folder.Path, cancel: Cancel));
                Assert.Contains(
                    $"expected {file.Bytes} bytes, the server announces {Html.Length} of text/html", e.Message);
            }
        }
    }

    [Fact]
    public async Task NeverReceivesMoreThanWasPublished()
    {
        byte[] endless = [.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, 0x1F, 0x8B, .. new byte[1 << 20]];
        using var server = new FetchServer(_ => endless);
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync([server.Address]));
        Assert.Contains($"expected {Files["train-images-idx3-ubyte.gz"].Length} bytes, got more", e.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task AStalledTransferIsGivenUp()
    {
        using var silent = new FetchServer(_ => null);
        using var good = new FetchServer(request => FetchServer.Ok(Body(request)));
        var options = new FetchOptions(TimeSpan.FromMilliseconds(200), Attempts: 1);
        var patient = new Fetcher(client, options with { Stall = TimeSpan.FromSeconds(6) });
        await patient.FetchAsync(Set([silent.Address, good.Address]), folder.Path, cancel: Cancel);
        AssertComplete();
        using var empty = new TestImages.Folder();
        var e = await Assert.ThrowsAsync<FetchException>(
            () => new Fetcher(client, options).FetchAsync(Set([silent.Address]), empty.Path, cancel: Cancel));
        Assert.Contains("nothing came for 0.2 s", e.Message);
    }

    [Fact]
    public async Task FollowsARedirect()
    {
        using var good = new FetchServer(request => FetchServer.Ok(Body(request)));
        using var old = new FetchServer(
            request => FetchServer.Response(
                "302 Found", [], $"Location: {good.Address}{request.Path.TrimStart('/')}\r\n"));
        await FetchAsync([old.Address]);
        AssertComplete();
    }

    [Fact]
    public async Task ACancelledFetchLeavesNoFinalName()
    {
        using var silent = new FetchServer(_ => null);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new Fetcher(client).FetchAsync(Set([silent.Address]), folder.Path, cancel: cancel.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FoldersItMadeGoIfTheyStayEmpty(bool began)
    {
        using var server = new FetchServer(request => began
            ? FetchServer.Ok(Body(request), cutAfter: 1000) : FetchServer.Response("404 Not Found", Html));
        Directory.CreateDirectory(folder["there"]);
        string into = Path.Combine(folder["there"], "new", "small");
        await Assert.ThrowsAsync<FetchException>(() => FetchAsync([server.Address], into));
        Assert.True(Directory.Exists(folder["there"]));
        Assert.Equal(began, Directory.Exists(Path.Combine(folder["there"], "new")));
        Assert.Equal(began, File.Exists(Path.Combine(into, "train-images-idx3-ubyte.gz.part")));
    }

    [Fact]
    public async Task ReportsProgress()
    {
        using var server = new FetchServer(request => FetchServer.Ok(Body(request)));
        var seen = new List<FetchProgress>();
        await new Fetcher(client).FetchAsync(Set([server.Address]), folder.Path, seen.Add, Cancel);
        foreach ((string name, byte[] body) in Files)
            Assert.Contains(new(name, body.Length, body.Length), seen);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Uri GoneAddress()
    {
        using var server = new FetchServer(_ => []);
        return server.Address;
    }

    internal static byte[] Body(FetchServer.Request request) => Files[request.Path.TrimStart('/')];

    public static byte[] Changed(byte[] body)
    {
        byte[] changed = (byte[])body.Clone();
        changed[^20] ^= 1;
        return changed;
    }

    public static MnistLike Set(IReadOnlyList<Uri> mirrors) => new("small", "a small set", TestImages.TenClasses, mirrors,
        [.. IdxFolder.FileNames.Select(
            name => PublishedAs(Files[$"{name}.gz"]))]);

    static PublishedFile PublishedAs(byte[] body) => new(Convert.ToHexStringLower(MD5.HashData(body)), body.Length);

    Task<ImageSplits> FetchAsync(IReadOnlyList<Uri> mirrors, string? into = null) =>
        new Fetcher(client).FetchAsync(Set(mirrors), into ?? folder.Path, cancel: Cancel);

    void AssertComplete()
    {
        foreach ((string name, byte[] body) in Files)
            Assert.Equal(body, File.ReadAllBytes(folder[name]));
        Assert.Equal(
            [.. Files.Keys.Append("content.sha256").Order()],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    static Dictionary<string, byte[]> MakeFiles()
    {
        byte[] pixels = [.. Enumerable.Range(0, 20).SelectMany(i => Images.Pixels(i).ToArray())];
        byte[] labels = [.. Enumerable.Range(0, 20).Select(i => Images.Label(i))];
        byte[] images = IdxTests.Gzip(new IdxArray([20, 28, 28], pixels).ToBytes());
        byte[] classes = IdxTests.Gzip(new IdxArray([20], labels).ToBytes());
        return IdxFolder.FileNames.ToDictionary(
            name => $"{name}.gz", name => name.Contains("images", StringComparison.Ordinal) ? images : classes);
    }
}
