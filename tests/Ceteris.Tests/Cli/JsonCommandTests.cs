using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ceteris.Tests;

/// <summary>What commands say to programs: one line, and the words for people elsewhere.</summary>
public sealed class JsonCommandTests : IDisposable
{
    readonly SmallData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void TheReadmeNamesTheCommandsThatHaveIt()
    {
        string sentence = string.Join(' ', ReadmeCommandTests.Readme()).Split("With `--json`,")[1].Split("print")[0];
        string[] named = [.. Regex.Matches(sentence, "`([^`]+)`").Select(match => match.Groups[1].Value)];
        string[] all =
        [
            "train", "eval", "predict", "study run", "study check", "study list", "study show", "study add-blocks",
            "report", "runs", "runs list", "runs show", "runs compare", "store add", "store check", "store gc",
            "verify", "data list", "data show", "data fetch", "show",
        ];
        Assert.All(all, command => Assert.Equal(
            named.Contains(command) || command.StartsWith("runs", StringComparison.Ordinal),
            CliRun.Here([.. command.Split(' '), "--help"]).Out.Contains("--json", StringComparison.Ordinal)));
    }

    [Fact]
    public void VerifyTellsEveryCheck()
    {
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        CliRun good = Verify();
        Assert.True(good.Code == 0, good.ToString());
        Assert.Equal(1, good.Out.Count(c => c == '\n'));
        Assert.Contains("verified ", good.Error, StringComparison.Ordinal);
        Assert.Equal((data["run"], "true"), (good.Text("folder"), good.Text("passed")));
        Assert.Equal(["L0", "L1"], Checks(good).Select(check => (string)check["level"]!).Distinct());
        Assert.All(Checks(good), check => Assert.Equal((string)check["expected"]!, (string)check["got"]!));

        File.AppendAllText(Path.Combine(data["run"], "metrics.csv"), "x");
        File.WriteAllText(Path.Combine(data["run"], "extra.txt"), "");
        CliRun bad = Verify();
        Assert.Equal("extra.txt", (string)Assert.Single(bad.Json["foreign"]!.AsArray())!);
        Assert.Equal((1, "false"), (bad.Code, bad.Text("passed")));
        Assert.Contains(Checks(bad), check => (string)check["what"]! == "metrics.csv" && !(bool)check["passed"]!);

        CliRun Verify() => CliRun.Here("verify", data["run"], "--data-dir", data.Root, "--json");
    }

    [Fact]
    public void StudiesAreListedWithTheirDesign()
    {
        File.WriteAllText(data["victim.yaml"], StudyKillTests.File);
        string[] places = ["--store", data["store"], "--data-dir", data.Root];
        Assert.Equal(0, CliRun.Here(["study", "run", data["victim.yaml"], .. places]).Code);
        JsonNode[] all = [.. JsonNode.Parse(CliRun.Here("study", "list", "--store", data["store"], "--json").Out)!
            .AsArray().Select(study => study!)];
        JsonNode shipped = all.Single(study => (string)study["name"]! == "batch-norm");
        Assert.Equal((2, 10, null), ((int)shipped["arms"]!, (int)shipped["blocks"]!, shipped["folder"]));
        Assert.Equal("victim", (string)all[^1]["name"]!);
        Assert.True(File.Exists((string)all[^1]["report"]!));
    }

    [Fact]
    public void RunsAloneAreThoseOfTheList() =>
        Assert.Equal(CliRun.Here("runs", "list", "--json").Out, CliRun.Here("runs", "--json").Out);

    static JsonNode[] Checks(CliRun run) => [.. run.Json["checks"]!.AsArray().Select(check => check!)];
}
