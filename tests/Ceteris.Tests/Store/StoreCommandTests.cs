using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary><c>ceteris store</c> and <c>ceteris runs</c> with a store.</summary>
public sealed class StoreCommandTests : IDisposable
{
    readonly SmallData data = new();

    public StoreCommandTests()
    {
        foreach (string seed in new[] { "1", "2" })
            Assert.Equal(0, CliRun.Here(data.Train("fc8", $"run-{seed}", "--seed", seed)).Code);
        Ok("store", "add", data["run-1"], data["run-2"], "--store", Root);
    }

    public void Dispose() => data.Dispose();

    string Root => data["store"];

    string[] Ids => [.. RunStore.Open(Root).IdsWith("")];

    CliRun Ok(params string[] args)
    {
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == 0, $"{string.Join(' ', args)}: {run}");
        return run;
    }

    [Fact]
    public void RunsAreListedShownAndCompared()
    {
        CliRun list = Ok("runs", "list", "seed=2", "--store", Root);
        Assert.Contains("1 run in ", list.Out, StringComparison.Ordinal);
        JsonArray all = JsonNode.Parse(Ok("runs", "list", "--store", Root, "--sort", "seed", "--json").Out)!.AsArray();
        Assert.Equal(["1", "2"], all.Select(run => run!["seed"]!.ToString()));
        string a = (string)all[0]!["run_id"]!, b = (string)all[1]!["run_id"]!;

        CliRun shown = Ok(
            "runs", "show", a[..10], "--store", Root, "--pictures", data["pictures"], "--data-dir", data.Root);
        Assert.Contains(a, shown.Out, StringComparison.Ordinal);
        Assert.Contains("train fc8", shown.Out, StringComparison.Ordinal);
        Assert.Contains("true class", shown.Out, StringComparison.Ordinal);
        foreach (string picture in new[] { "curves.svg", "confusion.svg", "misclassified.png" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(data["run-1"], picture)),
                File.ReadAllBytes(Path.Combine(data["pictures"], picture)));
        }

        CliRun compared = Ok("runs", "compare", a, b, "--store", Root);
        Assert.Contains("about these two networks", compared.Out, StringComparison.Ordinal);
        JsonObject json = Ok("runs", "compare", a, data["run-2"], "--store", Root, "--json").Json;
        Assert.Equal("""{"seed":["1","2"]}""", json["recipe_differences"]!.ToJsonString());
        int onlyA = json["only_a_right"]!.AsArray().Count, onlyB = json["only_b_right"]!.AsArray().Count;
        Assert.Equal((int)json["a"]!["test_correct"]! - (int)json["b"]!["test_correct"]!, onlyA - onlyB);
        Assert.Equal(Ceteris.Statistics.McNemar.Of(onlyA, onlyB).MidP, (double)json["mcnemar_mid_p"]!);
        Assert.Equal(1, (double)Ok("runs", "compare", a, a, "--store", Root, "--json").Json["mcnemar_mid_p"]!);
    }

    [Fact]
    public void RunsOfTheStoreAreVerifiedEvaluatedAndAudited()
    {
        string id = Ids[0];
        Assert.Contains("L1", Ok("verify", id[..12], "--store", Root, "--data-dir", data.Root).Out,
            StringComparison.Ordinal);
        Ok("verify", id[..12], "--store", Root, "--data-dir", data.Root, "--level", "L3");
        Ok("eval", Path.Combine(Root, "runs", id[..2], id), "--data-dir", data.Root);
        Assert.Contains("2 runs trained again to the same bits",
            Ok("store", "audit", "--sample", "2", "--store", Root, "--data-dir", data.Root).Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutWeightsVerifySaysWhatItCanDo()
    {
        string bare = data["bare"];
        Ok("store", "add", data["run-1"], "--store", bare, "--no-weights");
        string id = RunStore.Open(bare).IdsWith("")[0];
        CliRun verified = Ok("verify", id, "--store", bare, "--data-dir", data.Root);
        Assert.Contains("the weights were not kept", verified.Out, StringComparison.Ordinal);
        Assert.Contains("of level L0", verified.Out, StringComparison.Ordinal);
        Ok("verify", id, "--store", bare, "--data-dir", data.Root, "--level", "L3");
        Assert.Equal(1, CliRun.Here("verify", id, "--store", bare, "--data-dir", data.Root, "--level", "L1").Code);
        CliRun eval = CliRun.Here("eval", Path.Combine(bare, "runs", id[..2], id), "--data-dir", data.Root);
        Assert.Equal(2, eval.Code);
        Assert.Contains("weights were not kept", eval.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossIsListedAndEndsWithOne()
    {
        Assert.Contains("have been read by ", Ok("store", "check", "--store", Root).Out, StringComparison.Ordinal);
        string run = Path.Combine(Root, "runs", Ids[0][..2], Ids[0]);
        File.Delete(Path.Combine(run, "predictions.bin"));
        CliRun check = CliRun.Here("store", "check", "--store", Root);
        Assert.Equal(1, check.Code);
        Assert.Contains($"{run}: L0 predictions.bin", check.Out, StringComparison.Ordinal);
        Ok("store", "gc", "--store", Root, "--damaged");
        Assert.Contains("1 run", Ok("store", "check", "--store", Root).Out, StringComparison.Ordinal);
        Assert.Contains("1 run", Ok("store", "rebuild", "--store", Root).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void APrefixOfSeveralRunsIsRefusedWithTheCandidates()
    {
        string[] ids = Ids;
        string twin = ids[0][..63] + (ids[0][63] == '0' ? '1' : '0');
        Stores.Copy(Path.Combine(Root, "runs", ids[0][..2], ids[0]), Path.Combine(Root, "runs", ids[0][..2], twin));
        CliRun refused = CliRun.Here("runs", "show", ids[0][..60], "--store", Root);
        Assert.Equal(2, refused.Code);
        Assert.Contains(ids[0][..61], refused.Error, StringComparison.Ordinal);
        Assert.Contains("with which 2 begin", refused.Error, StringComparison.Ordinal);
        Assert.Contains("expected a run folder",
            CliRun.Here("runs", "show", "0123456789abcdef", "--store", Root).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected a store, got ", "runs", "list", "--store", "nowhere")]
    [InlineData("expected a store, got ", "store", "gc", "--store", "nowhere")]
    [InlineData("expected either --in or a FILTER", "runs", "list", "--in", ".", "seed=1")]
    [InlineData("expected two runs, got 1", "runs", "compare", "x")]
    [InlineData("did you mean 'network'?", "runs", "list", "netwrk=sk")]
    [InlineData("did you mean 'seed'?", "runs", "list", "--sort", "sede")]
    [InlineData("--sample: expected a whole number", "store", "audit", "--sample", "0")]
    [InlineData("expected a run folder, got none", "store", "add")]
    public void WrongCommandLinesAreExplained(string message, params string[] args)
    {
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("nowhere"));
    }

    /// <summary>What a file says is shown, never done: no title set, no screen cleared, no line turned round.</summary>
    [Fact]
    public void NamesAreEscapedOnTheTerminal()
    {
        string evil = data["evil"];
        Stores.Copy(data["run-1"], evil);
        RunCertificate certificate = RunReader.Open(evil).Certificate!;
        const string Attack = "\u001b]0;owned\u0007\u202e<script>";
        File.WriteAllBytes(Path.Combine(evil, RunCertificate.FileName), (certificate with
        {
            Status = new(RunState.Failed, certificate.Status.Step, Attack),
            Result = null,
            Environment = certificate.Environment with { Finished = Attack },
        }).ToBytes());
        string root = data["evil-store"];
        Ok("store", "add", evil, "--store", root);
        string id = RunStore.Open(root).IdsWith("")[0];
        string[][] commands =
            [["runs", "list"], ["runs", "show", id], ["verify", id, "--level", "L0"], ["store", "check"]];
        foreach (string[] args in commands)
        {
            CliRun run = CliRun.Here([.. args, "--store", root]);
            Assert.DoesNotContain(run.Out + run.Error, c => c is '\u001b' or '\u0007' or '\u202e');
        }
        Assert.Contains("\\u001b]0;owned\\u0007\\u202e<script>",
            CliRun.Here("runs", "show", id, "--store", root).Out, StringComparison.Ordinal);
    }

    /// <summary>Two processes that put the same run into one store end with one run.</summary>
    [Fact]
    public void ProcessesThatRacePublishOneRun()
    {
        string root = data["race"];
        CliRun[] runs = new CliRun[3];
        Thread[] threads = [.. Enumerable.Range(0, runs.Length).Select(i =>
            new Thread(() => runs[i] = CliRun.AsProcess(
                ["store", "add", data["run-1"], data["run-2"], "--store", root])))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        // Who comes while another has the run is told so.
        Assert.All(runs, run => Assert.True(
            run.Code == 0 || run.Error.Contains("owned by", StringComparison.Ordinal), run.ToString()));
        Assert.Contains(runs, run => run.Code == 0);
        using var store = RunStore.Open(root);
        Stores.AssertClean(store, 2);
        Assert.Equal(2, store.List(RunFilter.All).Count);
    }
}
