using System.Text.Json.Nodes;

using Ceteris.Cli;
using Ceteris.Data;

namespace Ceteris.Tests;

/// <summary><c>ceteris data fetch</c> and its relatives, with a set that servers of this machine publish.</summary>
public sealed class FetchCommandTests : IDisposable
{
    readonly TestImages.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void FetchesOnceAndThenHasIt()
    {
        using var server = new FetchServer(request => FetchServer.Ok(FetchTests.Body(request)));
        Assert.Contains("not here; can be fetched", Data([server], "list").Out, StringComparison.Ordinal);
        CliRun first = Data([server], "fetch", "small");
        Assert.True(first.Code == 0, first.ToString());
        Assert.Equal($"ready small: 20 + 20 images in {folder["small"]}\n", first.Out);
        Assert.All(FetchTests.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(PathOf(file.Key))));
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(0, Data([server], "fetch", "small").Code);
        Assert.Equal(4, server.Requests.Count);

        Assert.Contains(folder["small"], Data([server], "list").Out, StringComparison.Ordinal);
        CliRun shown = Data([server], "show", "small", "--gallery", folder["gallery.png"]);
        Assert.True(shown.Code == 0, shown.ToString());
        Assert.Contains($"sha256 {FetchTests.Images.Sha256}", shown.Out, StringComparison.Ordinal);
        Assert.True(Png.Read(folder["gallery.png"]).Width > 28);
    }

    [Fact]
    public void GoesOnWhereATransferWasCutAndTakesTheNextMirror()
    {
        using var html = new FetchServer(
            _ => FetchServer.Response("200 OK", FetchTests.Html, "Content-Type: text/html\r\n"));
        using var wrong = new FetchServer(request => FetchServer.Ok(FetchTests.Changed(FetchTests.Body(request))));
        using var cut = new FetchServer(request => request.From is { } from
            ? FetchServer.Partial(FetchTests.Body(request), from)
            : FetchServer.Ok(FetchTests.Body(request), cutAfter: FetchTests.Body(request).Length / 2));
        CliRun run = Data([html, wrong, cut], "fetch", "small");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains(cut.Requests, request => request.From > 0);
        Assert.All(FetchTests.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(PathOf(file.Key))));
    }

    [Fact]
    public void WhatCannotBeFetchedIsToldMirrorByMirrorAndLeavesNothing()
    {
        using var html = new FetchServer(
            _ => FetchServer.Response("200 OK", FetchTests.Html, "Content-Type: text/html\r\n"));
        using var wrong = new FetchServer(request => FetchServer.Ok(FetchTests.Changed(FetchTests.Body(request))));
        using var missing = new FetchServer(_ => FetchServer.Response("404 Not Found", FetchTests.Html));
        CliRun run = Data([html, wrong, missing], "fetch", "small");
        Assert.True(run.Code == 3, run.ToString());
        Assert.Empty(run.Out);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"the server announces {FetchTests.Html.Length} of text/html", run.Error,
            StringComparison.Ordinal);
        Assert.Contains($"{wrong.Address}train-images-idx3-ubyte.gz: expected MD5", run.Error,
            StringComparison.Ordinal);
        Assert.Contains($"{missing.Address}train-images-idx3-ubyte.gz: HTTP 404", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsToldOf()
    {
        using var server = new FetchServer(request => FetchServer.Ok(FetchTests.Body(request)));
        File.WriteAllText(folder["small"], "");
        CliRun run = Data([server], "fetch", "small");
        Assert.Equal((3, Told(folder["small"], "there is a file of this name")), (run.Code, run.Error));
        run = DataIn(folder["small"], [server], "fetch", "small");
        Assert.Equal((3, Told(Path.Combine(folder["small"], "small"), $"'{folder["small"]}' is a file, not a folder")),
            (run.Code, run.Error));
        Assert.Empty(server.Requests);

        static string Told(string path, string why) => $"error: could not fetch into '{path}': {why}\n"
            + "--data-dir names another folder, XDG_CACHE_HOME another cache\n";
    }

    [Fact]
    public void AGalleryIsAPng()
    {
        CliRun run = Data([], "show", "small", "--gallery", folder["sheet.jpg"]);
        Assert.Equal((2, $"error: --gallery: expected a file that ends in .png, got '{folder["sheet.jpg"]}'\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public void IsToldToPrograms()
    {
        using var server = new FetchServer(request => FetchServer.Ok(FetchTests.Body(request)));
        JsonNode Listed() => JsonNode.Parse(Data([], "list", "--json").Out)![0]!;
        Assert.Equal("small", (string)Listed()["name"]!);
        Assert.Null(Listed()["folder"]);
        Assert.Equal(0, Data([server], "fetch", "small").Code);
        Assert.Equal(folder["small"], (string)Listed()["folder"]!);

        CliRun shown = Data([], "show", "small", "--gallery", folder["sheet.png"], "--json");
        Assert.Contains($"  from   {folder["small"]}\n", shown.Error, StringComparison.Ordinal);
        Assert.Equal(1, shown.Out.Count(c => c == '\n'));
        Assert.Equal(folder["small"], shown.Text("folder"));
        Assert.Equal(FetchTests.Images.Sha256, (string)shown.Json["train"]!["sha256"]!);
        Assert.Equal(20, shown.Json["test"]!["class_counts"]!.AsArray().Sum(count => (int)count!));
    }

    string PathOf(string file) => Path.Combine(folder["small"], file);

    /// <summary><c>ceteris data …</c> with the small set of these mirrors alone.</summary>
    CliRun Data(FetchServer[] mirrors, params string[] args) => DataIn(folder.Path, mirrors, args);

    static CliRun DataIn(string dataFolder, FetchServer[] mirrors, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = CeterisCommand.Run(
            ["data", .. args, "--data-dir", dataFolder], new(new Screen(output), new Screen(error)),
            [FetchTests.Set([.. mirrors.Select(server => server.Address)])]);
        return new(code, output.ToString(), error.ToString());
    }
}
